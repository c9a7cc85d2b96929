"""Which draft of a phrase stays: most in the style, least of its take repeated, nothing learned by heart. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from composer.model.tokenizer import ATTRIBUTES, PITCH, Ids
from composer.scoring.music_statistics import GRAM

HEARD = 192  # of a take's new notes, the last ones, that are judged
LOOPS = 1.0  # what it costs, in the judge's units, when all notes repeat earlier ones
COPIES = 4.0  # what it costs to go on with a run out of the music that was learned from
COPIED, BEFORE = 20, 12  # notes of such a run, and how many of them may stand before the draft
FREE = 0.2  # share of notes that may repeat earlier ones: music does


class StyleScorer(Protocol):
    """Knows a style."""

    def score(self, ids: Ids) -> float:
        """How much notes (notes, 5) are in the style: the log of a probability, always the same for too few."""


class TrainingSetFilter(Protocol):
    """Knows the music that the network learned from."""

    def longest(self, ids: Ids) -> int:
        """Notes in the longest run that notes (notes, 5) share with it."""


class Reranker:
    """Follows what stays of each take. Begins anew for each composition; the theme (notes, 5) counts only as what a
    copied run may have begun in."""

    def __init__(
        self,
        takes: int,
        theme: Ids | None = None,
        judge: StyleScorer | None = None,
        remembered: TrainingSetFilter | None = None,
    ) -> None:
        self.judge, self.remembered = judge, remembered
        nothing = np.zeros((0, len(ATTRIBUTES)), dtype=np.int16)
        self._theme = nothing if theme is None else theme[-BEFORE:]
        self._last = [nothing for _ in range(takes)]  # notes of each take
        self._heard: list[set[int]] = [set() for _ in range(takes)]  # n-grams of all of them

    def __call__(self, take: int, drafts: Sequence[Ids]) -> int:
        """The number of the draft (notes, 5) that stays; of equals the first."""
        best = int(np.argmax([self.worth(take, draft) for draft in drafts]))
        self._heard[take].update(self._grams(take, drafts[best]).tolist())
        self._last[take] = self._with(take, drafts[best])
        return best

    def worth(self, take: int, draft: Ids) -> float:
        """What speaks for a draft as a take's next phrase."""
        stretch = self._with(take, draft)
        style = self.judge.score(stretch) if self.judge else 0.0
        loops = LOOPS * max(self.repeated(take, draft) - FREE, 0.0)
        return style - loops - COPIES * (self.copied(take, draft) >= COPIED)

    def copied(self, take: int, draft: Ids) -> int:
        """Notes in the longest run that a draft, with what stands just before it, shares with what is remembered."""
        if self.remembered is None:
            return 0
        before = np.concatenate([self._theme, self._last[take]])[-BEFORE:]
        return self.remembered.longest(np.concatenate([before, draft]))

    def repeated(self, take: int, draft: Ids) -> float:
        """Share of the n-grams of pitches that end in a draft and occur elsewhere in it or in its take."""
        grams = self._grams(take, draft)
        if not len(grams):
            return 0.0
        _, which, counts = np.unique(grams, return_inverse=True, return_counts=True)
        before = [gram in self._heard[take] for gram in grams.tolist()]
        return float(((counts[which] > 1) | before).mean())

    def _with(self, take: int, draft: Ids) -> Ids:
        return np.concatenate([self._last[take], draft])[-HEARD:]

    def _grams(self, take: int, draft: Ids) -> NDArray[np.int64]:
        """Six consecutive pitches as one number, (n-grams,): those that end in the draft."""
        notes = np.concatenate([self._last[take][-(GRAM - 1) :], draft])[:, PITCH].astype(np.int64)
        if len(notes) < GRAM:
            return np.zeros(0, dtype=np.int64)
        return np.asarray(np.lib.stride_tricks.sliding_window_view(notes, GRAM) @ 256 ** np.arange(GRAM))
