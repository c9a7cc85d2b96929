"""From a request to one undo step: asks the worker, grows the preview, puts the takes into the document."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from app.document.document import Document
from app.document.preview import Preview, Take, Takes, after, fitted, gathered, inside, let_go, without_gap
from app.document.undo_commands import CHOOSING
from app.processes.generation_client import GenerationClient
from composer.core.errors import UserError
from composer.core.settings import GenerationRequest, Sampling
from composer.model import style_registry
from composer.music.score import Note, Pedal, Score
from composer.music.takes import Settings

SHOW_MS = 33  # new notes are shown at most this often
AHEAD_BARS = 2  # so much is written before it is played
DEFAULT_NOTES = 128
Span = tuple[int, int]
_SAMPLING, _LENGTHS = ("temperature", "top_k", "top_p"), ("notes", "bars", "seconds")
ROUNDING = 0.02  # seconds by which a new note may begin before the theme's last one: the model counts in 16 ms


@dataclass(frozen=True, slots=True)
class ComposeRequest:
    """What the compose panel asks for; `settings` without a resolved random seed."""

    settings: GenerationRequest
    from_playhead: bool = False
    listen: bool = True


class ComposeFlow(QObject):
    """One composition at a time, and the table of takes after it."""

    began = Signal()
    grew = Signal(float)  # progress, 0..1
    ended = Signal()  # finished, stopped, cancelled or failed
    switching = Signal()  # another take is about to come into the score
    chose = Signal()  # it is there
    ahead = Signal(object)  # enough is written to play from this tick, which may be of more than 32 bits
    failed = Signal(str, dict)
    notice = Signal(str)  # something worth a sentence that is no failure

    def __init__(self, document: Document, sampler: GenerationClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.sampler = sampler
        self._listen = self._busy = False
        self._model = ""  # what the takes that are being written will remember of their making
        self._settings: Settings = ()
        self._show = QTimer(self)
        self._show.setSingleShot(True)
        self._show.setInterval(SHOW_MS)
        self._show.timeout.connect(self._show_preview)
        sampler.written.connect(self._add_notes)
        sampler.finished.connect(lambda figures: self._finish())
        sampler.failed.connect(self._failed)
        document.opened.connect(self.cancel)  # what was being written belonged to the piece before

    @property
    def busy(self) -> bool:
        """Whether something is being written."""
        return self._busy

    # ---- begin and end ----

    def start(self, request: ComposeRequest, playhead: int = 0, span: Span | None = None) -> None:
        """Composes on from the end of the notes, or from the playhead in place of what follows it.

        `span` (first, last) in ticks is what the model shall read, None for all that stands before.
        """
        if self.busy:
            return
        cut = playhead if request.from_playhead else None
        theme = self.document.score if cut is None else self.document.score.before(cut)
        self._ask(theme, replace(request.settings, span=span, start=cut), request.listen, cut=cut)

    def rewrite(self, request: ComposeRequest, gap: Span) -> None:
        """Writes what begins in a gap (first, last) of ticks anew, to suit what stands before and after it."""
        if self.busy:
            return
        free = {"notes": None, "bars": None, "seconds": None, "ending": False}
        settings = replace(request.settings, gap=gap, **free)
        self._ask(self.document.score, settings, request.listen, cut=gap[0])

    def again(self) -> None:
        """Writes the chosen take anew, from the same place and with another random seed."""
        table = self.document.takes
        if self.busy or table is None:
            return
        table = gathered(self.document.score, table)
        settings = replace(_recorded_request(table.chosen.settings), style=table.chosen.style, takes=1)
        theme = table.without() if settings.gap else table.theme
        self._ask(theme, settings, self._listen, cut=table.join, replaces=table.active)

    def stop(self) -> None:
        """Ends the writing and keeps what there is."""
        if self.busy:
            self.sampler.cancel()
            self._finish()

    def cancel(self) -> None:
        """Ends the writing and forgets it: the document was not touched."""
        if self.busy:
            self.sampler.cancel()
            self._clear()

    def _ask(
        self, theme: Score, requested: GenerationRequest, listen: bool, *, cut: int | None, replaces: int | None = None
    ) -> None:
        bounded = requested.notes or requested.bars or requested.seconds or requested.gap
        requested = requested if bounded else replace(requested, notes=DEFAULT_NOTES)
        settings = replace(requested, sampling=_with_random_seed(requested.sampling))
        self._model, self._settings = style_registry.identity(settings.style), _record_settings(settings)
        gap = settings.gap
        join = gap[0] if gap else _join(theme)
        unit, goal = _goal(theme, settings)
        self._listen = listen
        preview = Preview(
            theme=without_gap(theme, gap),
            join=join,
            line=theme.end if cut is None or (replaces is not None and not gap) else cut,
            notes=[[] for _ in range(settings.takes)],
            pedals=[[] for _ in range(settings.takes)],
            cut=join + 1 if replaces is not None and not gap else cut,
            gap=gap,
            style=settings.style,
            random_seed=settings.sampling.random_seed or 0,
            replaces=replaces,
            goal=goal,
            unit=unit,
        )
        self._busy = True
        self.document.set_preview(preview)
        self.began.emit()
        self.grew.emit(0.0)
        self.sampler.compose(theme, settings)

    def _clear(self) -> None:
        self._show.stop()
        self._busy = False
        self.document.set_preview(None)
        self.ended.emit()

    def _failed(self, code: str, arguments: dict[str, object]) -> None:
        if self.busy:
            self._clear()
        self.failed.emit(code, arguments)

    # ---- notes that come ----

    def _add_notes(self, made: list[tuple[int, Note, tuple[Pedal, ...]]]) -> None:
        preview = self.document.preview
        if preview is None:
            return
        for take, note, pedals in made:
            preview.notes[take].append(replace(note, composed=True))
            preview.pedals[take].extend(pedals)
        if not self._show.isActive():
            self._show.start()
        if self._listen and self._is_ahead(preview):
            self._listen = False
            bars = preview.theme.bar_map
            self.ahead.emit(bars.start(max(bars.bar(preview.line) - 1, 0)))

    def _is_ahead(self, preview: Preview) -> bool:
        bars = preview.theme.bar_map
        return bars.bar(preview.frontier()) >= bars.bar(preview.line) + AHEAD_BARS

    def _show_preview(self) -> None:
        if self.document.preview is not None:
            self.document.previewChanged.emit()
            self.grew.emit(self.document.preview.progress())

    def _finish(self) -> None:
        preview = self.document.preview
        if preview is None:
            return
        if any(preview.notes):
            self._commit(preview)
        else:
            self.notice.emit(self.tr("Nothing was written: the model ended the piece at once. Try again."))
        self._clear()

    def _commit(self, preview: Preview) -> None:
        """The one undo step."""
        written = [
            Take(
                *self._fit(preview, i),
                preview.style,
                preview.random_seed,
                i + 1,
                self._model,
                self._settings,
            )
            for i in range(len(preview.notes))
        ]
        document, table = self.document, self.document.takes
        if preview.replaces is not None and table is not None:
            table = gathered(document.score, table)
            takes = list(table.takes)
            takes[preview.replaces] = replace(written[0], number=preview.replaces + 1)
            table = replace(table, takes=tuple(takes))
            text = self.tr("Regenerate take {n}").format(n=preview.replaces + 1)
        else:
            theme, gone = document.score, None
            if preview.gap is not None:
                theme, gone = without_gap(theme, preview.gap), inside(theme, preview.gap)
            elif preview.cut is not None:
                theme, gone = theme.before(preview.cut), after(theme, preview.cut)
            table = Takes(theme, preview.join, tuple(written), preview.active, gone)
            text = self.tr("Compose") if preview.gap is None else self.tr("Regenerate selection")
        document.change(text, table.score(), takes=table)

    def _fit(self, preview: Preview, take: int) -> tuple[tuple[Note, ...], tuple[Pedal, ...]]:
        """A take's notes and pedal movements, as they join what stands around them."""
        notes, pedals = preview.notes[take], preview.pedals[take]
        if preview.gap is not None:
            table = self.document.takes if preview.replaces is not None else None
            return fitted(table.without() if table else self.document.score, preview.gap, notes, pedals)
        return tuple(notes), let_go(preview.theme, notes, pedals)

    # ---- the table ----

    def choose(self, index: int) -> None:
        """Another take comes into the score; while they are being written, into view."""
        preview, table = self.document.preview, self.document.takes
        if preview is not None:
            if index < len(preview.notes) and index != preview.active:
                preview.active = index
                self.document.previewChanged.emit()
        elif table is not None and index < len(table.takes) and index != table.active:
            other = replace(gathered(self.document.score, table), active=index)
            text = self.tr("Choose take {n}").format(n=index + 1)
            self.switching.emit()
            self.document.change(text, other.score(), takes=other, kind=CHOOSING)
            self.chose.emit()

    def keep(self) -> None:
        """The chosen take stays; the others leave the table."""
        if self.document.takes is not None and not self.busy:
            text = self.tr("Keep take {n}").format(n=self.document.takes.active + 1)
            self.document.change(text, self.document.score, self.document.selection, takes=None)

    def discard(self) -> None:
        """All takes go; the theme stays as it is."""
        table = self.document.takes
        if table is not None and not self.busy:
            self.document.change(self.tr("Discard takes"), gathered(self.document.score, table).without(), takes=None)


def _with_random_seed(sampling: Sampling) -> Sampling:
    if sampling.random_seed is not None:
        return sampling
    return replace(sampling, random_seed=secrets.randbelow(1_000_000))


def _record_settings(settings: GenerationRequest) -> Settings:
    """What a project file says of how a take was made; its random seed stands beside it."""
    sampling = {name: getattr(settings.sampling, name) for name in _SAMPLING}
    asked = {
        name: getattr(settings, name)
        for name in (*_LENGTHS, "strength", "start")
        if getattr(settings, name) is not None
    }
    asked |= {name: True for name in ("ending",) if settings.ending}
    for name, ticks in (("gap", settings.gap), ("span", settings.span)):
        if ticks:
            asked |= {f"{name}_first": ticks[0], f"{name}_last": ticks[1]}
    asked |= {"takes": settings.takes, "drafts": settings.drafts, "timing": settings.timing}
    return tuple({**asked, **sampling}.items())


def _recorded_request(settings: Settings) -> GenerationRequest:
    """The request that such settings tell of; a file may say anything, so what makes no sense is left out."""
    told = dict(settings)
    try:
        sampling = Sampling(**{name: told[name] for name in _SAMPLING if name in told})  # type: ignore[arg-type]
        told |= {n: (told[f"{n}_first"], told[f"{n}_last"]) for n in ("gap", "span") if f"{n}_first" in told}
        names = (*_LENGTHS, "strength", "ending", "drafts", "start", "timing", "gap", "span")
        asked = {name: told[name] for name in names if name in told}
        return GenerationRequest(**asked, sampling=sampling)  # type: ignore[arg-type]
    except (UserError, TypeError, LookupError):
        return GenerationRequest()


def _join(theme: Score) -> int:
    """The tick from which a continuation may have notes: the last onset, and what the model's rounding may add."""
    if not theme.notes:
        return 0
    tempo = theme.tempo_map
    return max(tempo.tick(tempo.second(theme.notes[-1].start) - ROUNDING), 0)


def _goal(theme: Score, settings: GenerationRequest) -> tuple[str, float]:
    """The unit of progress, and how much of it is asked for: notes, ticks (for bars and gaps) or seconds."""
    if settings.gap:
        return "gap", float(settings.gap[1] - settings.gap[0])
    if settings.bars:
        line = theme.bar_map.next_line(theme.end)
        last = theme.bar_map.start(theme.bar_map.bar(line) + int(settings.bars))
        return "bars", float(max(last - theme.end, 1))
    if settings.seconds:
        return "seconds", float(settings.seconds)
    return "notes", float(settings.notes or DEFAULT_NOTES)
