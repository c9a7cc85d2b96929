"""The command line: verbs, their options and their output. No Qt; what is heavy is imported inside the verb that
needs it.

- `arguments`: the options of each verb
- `console`: text or one JSON object on stdout, progress on stderr
- `finetune_commands`: `finetune`, `styles export`, `styles import`
- `main`: all other verbs, and `main`
- `__main__`: `python -m composer.cli`
"""
