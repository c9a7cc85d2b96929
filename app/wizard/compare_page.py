"""Page 4: blind A/B samples of base and style from held-out prompts; validation metrics; and the candidates."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.look.error_texts import sentence
from app.look.theme import Theme
from app.look.widgets import ComboBox, Elided, Segments, label
from app.wizard.page import Host, Page
from app.wizard.page_parts import FigureTable, PlayButton, Remark, metric_texts, shown, wrapped
from composer.finetuning.records import ABSample, Candidate, MemorisationReport
from composer.workers.finetune_messages import CandidateCompared, CompareCandidate, RunFinished


class SampleRow(QFrame):
    """One prompt with two continuations, and the person's preference."""

    judged = Signal()

    def __init__(self, number: int, sample: ABSample, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tile")
        self.first = sample.first
        self.buttons = [PlayButton("A", sample.one), PlayButton("B", sample.two)]
        name = self.tr("Opening {n}").format(n=number)
        choices = (("a", "A"), ("", self.tr("alike")), ("b", "B"))
        self.choice = Segments(choices, self.tr("Better in opening {n}").format(n=number))
        self.choice.set_value("")
        self.choice.changed.connect(lambda key: self.judged.emit())
        self.piece = Elided(sample.prompt, "hint")
        self.answer = label("", "hint")
        self.answer.hide()
        head, row = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(label(name, "strong"))
        head.addWidget(self.piece, 1)
        head.addWidget(self.answer, 1)
        row.setSpacing(6)
        for button in self.buttons:
            button.setAccessibleName(self.tr("Play {what}").format(what=f"{name}, {button.text()}"))
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(label(self.tr("better:"), "hint"))
        row.addWidget(self.choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addLayout(row)

    def preferred(self) -> str:
        """ "base", "style" or "" for neither."""
        key = self.choice.value()
        return {"": "", "a": self.first, "b": "base" if self.first == "style" else "style"}[key]

    def reveal(self) -> None:
        """Tells which is which."""
        if self.first == "style":
            text = self.tr("A is the new style, B is the base")
        else:
            text = self.tr("A is the base, B is the new style")
        self.answer.setText(text)
        self.answer.setToolTip(self.piece.full())
        self.piece.hide()
        self.answer.show()
        self.choice.setEnabled(False)


class ComparePage(Page):
    """Compares, and chooses the candidate to keep."""

    def __init__(self, wizard: Host) -> None:
        super().__init__(
            wizard,
            self.tr("Before and after"),
            self.tr("Openings it has never heard, continued by both. Which is better?"),
        )
        self.rows: list[SampleRow] = []
        self.step: int | None = None
        self.result: RunFinished | None = None
        self._make()
        wizard.client.candidate_compared.connect(self._show_samples)
        wizard.client.failed.connect(self._failed)
        wizard.player.changed.connect(self._sounding)

    def _make(self) -> None:
        self.remark = Remark()
        self.column.addWidget(self.remark)
        both = QHBoxLayout()
        both.setSpacing(16)
        left = QVBoxLayout()
        left.setSpacing(8)
        self.wait = QProgressBar()
        self.wait.setTextVisible(False)
        self.wait.setRange(0, 0)
        self.wait.setAccessibleName(self.tr("Composing"))
        self.waiting = label(self.tr("Both are composing…"), "hint")
        left.addWidget(self.waiting)
        left.addWidget(self.wait)
        self.trials = QVBoxLayout()
        self.trials.setSpacing(8)
        left.addLayout(self.trials)
        self.reveal = QPushButton(self.tr("Reveal"))
        self.reveal.clicked.connect(self._reveal)
        self.verdict = wrapped("", "strong")
        foot = QHBoxLayout()
        foot.addWidget(self.reveal)
        foot.addWidget(self.verdict, 1)
        left.addLayout(foot)
        left.addStretch(1)
        both.addLayout(left, 3)
        self.facts = self._facts()
        both.addWidget(self.facts, 2, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(both, 1)

    def _facts(self) -> QWidget:
        side = QFrame()
        side.setObjectName("tile")
        column = QVBoxLayout(side)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        column.addWidget(label(self.tr("Fits your test pieces"), "heading"))
        self.figures = FigureTable((self.tr("base"), self.tr("style")), metric_texts())
        column.addWidget(self.figures)
        column.addSpacing(4)
        column.addWidget(label(self.tr("Learned, or memorised?"), "heading"))
        self.memorisation = wrapped("…")
        column.addWidget(self.memorisation)
        column.addSpacing(4)
        column.addWidget(label(self.tr("Saved version"), "heading"))
        self.keep = ComboBox(self.tr("Saved version"))
        self.keep.setToolTip(self.tr("The step of training, and how test pieces surprise it then (validation loss)"))
        self.keep.currentIndexChanged.connect(self._keep_chosen)
        column.addWidget(self.keep)
        self.kept = wrapped("")
        self.kept.setToolTip(self.tr("Share of the trained weights in the interpolated checkpoint"))
        column.addWidget(self.kept)
        return side

    # ---- the page ----

    def initializePage(self) -> None:
        """Shows the outcome, and has both compose."""
        self.result = result = self.wizard_.client.result
        best = result.best if result else None
        self.keep.blockSignals(True)
        self.keep.clear()
        for candidate in result.candidates if result else []:
            text = self.tr("Step {n}: {nats}").format(
                n=candidate.step, nats=f"{candidate.metrics['nats_per_note_all']:.3f}"
            )
            if candidate.step == best:
                text = self.tr("{step} (best)").format(step=text)
            self.keep.addItem(text, candidate.step)
        self.keep.setCurrentIndex(max(self.keep.findData(best), 0))
        self.keep.blockSignals(False)
        self.keep.setEnabled(best is not None)
        self.step = best
        self._figures()
        for part in (self.about, self.facts):
            part.setVisible(best is not None)
        if best is None:
            self.remark.say(
                self.tr(
                    "Nothing that was learned fits the test pieces better than the base does, so the base is kept and "
                    "nothing is saved. More music, or music of one manner, helps."
                ),
                "warning",
            )
            self._forget_rows()
            self._wait(False)
        else:
            self.remark.say("")
            self._compare(best)

    def candidate(self) -> Candidate | None:
        """The candidate that is to be kept; None when the base is better."""
        return self.result.candidate(self.keep.currentData()) if self.result else None

    def _figures(self) -> None:
        before = self.result.base_metrics if self.result else {}
        candidate = self.candidate()
        after = candidate.metrics if candidate else {}
        for key in self.figures.rows:
            digits = 3 if key.startswith("nats") else 2
            self.figures.set(key, shown(key, before.get(key), digits), shown(key, after.get(key), digits))
        if candidate:
            text = self.tr("{n} % of the way from the base to fully trained.")
            self.kept.setText(text.format(n=round(100 * candidate.alpha)))

    def _keep_chosen(self) -> None:
        self._figures()
        step = self.keep.currentData()
        if step is not None and step != self.step:
            self.step = step
            self._compare(step)

    def _compare(self, step: int) -> None:
        self.wizard_.player.stop()
        self._forget_rows()
        self.memorisation.setText("…")
        self._wait(True)
        self.wizard_.client.compare(step)

    def _forget_rows(self) -> None:
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = []
        self.verdict.setText("")
        self.reveal.hide()

    def _wait(self, waits: bool) -> None:
        self.wait.setVisible(waits)
        self.waiting.setVisible(waits)

    def _show_samples(self, event: CandidateCompared) -> None:
        if event.step != self.step:
            return
        self._wait(False)
        for number, sample in enumerate(event.samples, 1):
            row = SampleRow(number, sample)
            for button in row.buttons:
                button.clicked.connect(lambda _=False, path=button.path: self.wizard_.player.toggle(path))
            self.rows.append(row)
            self.trials.addWidget(row)
        self.reveal.show()
        self.reveal.setEnabled(True)
        self._sounding(self.wizard_.player.path)
        self._show_memorisation(event.memorisation)
        self.completeChanged.emit()

    def _show_memorisation(self, found: MemorisationReport) -> None:
        longest, unseen = found.longest_copy, found.longest_copy_unseen
        if found.memorised:
            text = self.tr("It repeats your music by heart: {n} notes in a row. More music helps.")
        elif longest:
            text = self.tr("Learned: its longest run from your music has {n} notes; test pieces share up to {m}.")
        else:
            text = self.tr("Learned: what it wrote has no run of notes in common with your music.")
        self.memorisation.setText(text.format(n=longest, m=unseen))

    def _reveal(self) -> None:
        for row in self.rows:
            row.reveal()
        liked = sum(row.preferred() == "style" for row in self.rows)
        against = sum(row.preferred() == "base" for row in self.rows)
        text = self.tr("New style {n}, base {m}, alike {k}")
        self.verdict.setText(text.format(n=liked, m=against, k=len(self.rows) - liked - against))
        self.reveal.setEnabled(False)

    def _failed(self, verb: str, code: str, arguments: dict[str, Any]) -> None:
        if verb == CompareCandidate.NAME:
            self._wait(False)
            self.remark.say(sentence(code, arguments), "error")
            self.completeChanged.emit()

    def _sounding(self, path: str) -> None:
        for row in self.rows:
            for button in row.buttons:
                button.show_sounding(path, self.wizard_.theme)

    # ---- the wizard's questions ----

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.remark.set_theme(theme)
        self._sounding(self.wizard_.player.path)

    def nextId(self) -> int:
        """To the name; nowhere when there is nothing to save."""
        return -1 if self.step is None else self.wizard_.SAVE
