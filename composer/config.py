"""The settings, one documented line a field. Knows no torch, so that a window can show them at once."""

from __future__ import annotations

from dataclasses import dataclass

from composer.errors import UserError


def _check(name: str, value: object, good: bool, expected: str) -> None:
    if not good:
        raise UserError("setting_invalid", name=name, expected=expected, value=value)


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next note is drawn."""

    temperature: float = 1.0  # 0 always takes the likeliest; 1 draws as the model believes; above 1 is wilder
    top_k: int = 0  # draw among the k likeliest values of an attribute; 0 is all
    top_p: float = 0.97  # draw among the likeliest values that together hold this share; 1 is all
    random_seed: int | None = None  # the generator's number; None picks one and tells it

    def __post_init__(self) -> None:
        _check("temperature", self.temperature, 0 <= self.temperature <= 5, "a number from 0 to 5")
        _check("top-k", self.top_k, self.top_k >= 0, "0 or a positive whole number")
        _check("top-p", self.top_p, 0 < self.top_p <= 1, "a number above 0 and up to 1")
        seed = self.random_seed
        _check("random seed", seed, seed is None or 0 <= seed < 2**63, "a whole number from 0 to 2^63 - 1")


@dataclass(frozen=True, slots=True)
class Composing:
    """What is asked for: how much, in which style. The first bound that is reached ends a take."""

    style: str = "baroque"  # an installed style's name, or "base"
    notes: int | None = None  # at most so many new notes; 128 where no bound is given
    bars: int | None = None  # so many bars, counted from the bar line after the theme
    seconds: float | None = None  # so many seconds of music, counted from the theme's end
    takes: int = 1  # so many versions, written side by side
    sampling: Sampling = Sampling()

    def __post_init__(self) -> None:
        _check("takes", self.takes, 1 <= self.takes <= 16, "a whole number from 1 to 16")
        for name in ("notes", "bars", "seconds"):
            value = getattr(self, name)
            _check(name, value, value is None or 0 < value <= 100_000, "a number above 0, up to 100000")
