"""Panels around the roll. Know no dialog and not each other.

- `advanced_fields`: quality, attempts a phrase, timing
- `generate_panel`: what is asked of the model, and the Compose button
- `key_panel`: the musical key in the bar
- `layer_panel`: layers to take, show and mute
- `message_bar`: messages, and the strip of a background job
- `take_panel`: the takes side by side
"""
