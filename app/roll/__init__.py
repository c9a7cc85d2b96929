"""The piano roll: geometry, gestures and painting."""
