"""The roll for those who hear it read out.

- `announcer`: describes the selection, and announces its changes
- `note_text`: notes and selections in words
"""
