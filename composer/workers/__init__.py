"""Child processes of the window, which speak JSON lines on stdin and stdout. No Qt.

- `finetune_messages`: its requests and events as dataclasses
- `finetune_worker`: reads folders, times steps, runs fine-tuning, saves styles
- `generation_worker`: loads styles and continues themes
- `json_lines_server`: reads requests, writes events; knows no verb
- `messages`: scores and settings as plain JSON values
"""
