"""The window's ends of the child processes in `composer.workers`. Knows no panel.

- `finetune_client`: asks the fine-tuning worker, and knows which run is under way
- `generation_client`: asks the generation worker for music
- `process_client`: starts a child, speaks JSON lines with it, survives its death
"""
