"""Preview of takes while they are generated. Pure; no Qt. The finished ones stand in composer.music.takes."""

from __future__ import annotations

from dataclasses import dataclass

from composer.music.score import Note, Pedal, Score
from composer.music.takes import Take as Take
from composer.music.takes import Takes as Takes
from composer.music.takes import after as after
from composer.music.takes import fitted as fitted
from composer.music.takes import gathered as gathered
from composer.music.takes import inside as inside
from composer.music.takes import laid as laid
from composer.music.takes import let_go as let_go
from composer.music.takes import without_gap as without_gap


@dataclass
class Preview:
    """Takes while they are being written; grows note by note."""

    theme: Score
    join: int  # tick from which the takes may have notes
    line: int  # tick that is shown as the place where composing goes on
    notes: list[list[Note]]
    pedals: list[list[Pedal]]
    cut: int | None = None  # from this tick on the takes replace what is in the score
    gap: tuple[int, int] | None = None  # they replace only what begins here
    style: str = ""
    random_seed: int = 0
    active: int = 0
    replaces: int | None = None  # the take that is written again, None for a new set
    goal: float = 1.0  # notes, ticks or seconds asked for, in the unit of `reached`
    unit: str = "notes"

    def score(self) -> Score:
        """What can be heard already: the theme and the active take as far as it goes."""
        return laid(self.theme, self.notes[self.active], self.pedals[self.active])

    def frontier(self) -> int:
        """Tick from which the active take may still get notes; before it the music is whole."""
        written = self.notes[self.active]
        return written[-1].start if written else self.join

    def last(self) -> int:
        """End of what the active take has, in ticks; the end of the theme before its first note."""
        written = self.notes[self.active]
        return max((n.end for n in written), default=self.theme.end if self.gap is None else self.join)

    def finish(self) -> int:
        """Tick where the writing is likely to end; a guess where notes were asked for."""
        ticks = self.goal / 4 * self.theme.ticks_per_beat  # as if four notes made a quarter
        if self.unit in ("bars", "gap"):
            ticks = self.goal
        elif self.unit == "seconds":
            tempo = self.theme.tempo_map
            ticks = tempo.tick(tempo.second(self.line) + self.goal) - self.line
        return self.line + round(ticks)

    def progress(self) -> float:
        """How much of the asked length the slowest take has, 0..1."""
        return min(self._share_of(notes) for notes in self.notes) if self.notes else 0.0

    def _share_of(self, notes: list[Note]) -> float:
        if not notes:
            return 0.0
        if self.unit == "notes":
            return min(len(notes) / self.goal, 1.0)
        onset = notes[-1].start
        if self.unit == "gap":
            done = float(onset - self.join)
        elif self.unit == "bars":
            done = float(onset - self.theme.end)
        else:
            done = self.theme.tempo_map.second(onset) - self.theme.seconds
        return min(max(done / self.goal, 0.0), 1.0)
