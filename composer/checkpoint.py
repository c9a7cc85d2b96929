"""`load(name_or_path)`: a style's network and its card, for other programs. All else: `composer.model.checkpoint`."""

from composer.model.checkpoint import load as load
