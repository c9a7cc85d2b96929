"""Page 3: the run under way: loss curves, validation metrics beside the base's, time left, samples of the theme."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.look.error_texts import sentence
from app.look.library_texts import translate_reason
from app.look.theme import Theme
from app.look.widgets import label
from app.wizard.loss_plot import LossPlot, RatePlot
from app.wizard.page import Host, Page
from app.wizard.page_parts import FigureTable, PlayButton, Remark, Tile, metric_texts, shown, shown_gain
from composer.finetuning.records import LogEntry, Metrics, RunEvent
from composer.workers.finetune_messages import HistoryRead, ResumeRun, RunFinished, StartRun

SIDE = 224  # pixels of the column beside the curves
PLAY = 30  # pixels of a play button's height
ALL = "nats_per_note_all"  # the figure that decides
OWN = "own"  # the row of the loss on the music that it learns from


class TrainingPage(Page):
    """Shows the run under way, and controls it."""

    def __init__(self, wizard: Host) -> None:
        going = self.tr("You can close this window and go on composing; training goes on, and is saved as it goes.")
        over = self.tr("Compare what it writes with what the base does, then give it a name.")
        # by whether the run is over
        self.texts = {False: (self.tr("It is learning"), going), True: (self.tr("It has learned"), over)}
        super().__init__(wizard, *self.texts[False])
        self.ended = False
        self.base_metrics: Metrics = {}
        self.best: Metrics = {}  # of the validations; what would be selected
        self.samples: list[PlayButton] = []
        self._make()
        client = wizard.client
        client.run_progress.connect(self._show_event)
        client.history_read.connect(self._show_history)
        client.run_started.connect(lambda key: self._refresh())
        client.run_finished.connect(self._show_result)
        client.run_stopped.connect(self._show_stopped)
        client.changed.connect(self._refresh)
        client.failed.connect(self._failed)
        client.lost.connect(self._lost)
        wizard.player.changed.connect(self._sounding)

    def _make(self) -> None:
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(self.tr("Progress of the training"))
        self.left = label("", "strong")
        self.where = label("", "hint")
        row = QHBoxLayout()
        row.addWidget(self.left)
        row.addStretch(1)
        row.addWidget(self.where)
        self.column.addLayout(row)
        self.column.addWidget(self.bar)
        self.remark = Remark()
        self.again = QPushButton(self.tr("Go on"))
        self.again.setProperty("kind", "quiet")
        self.again.clicked.connect(self._resume)
        self.again.hide()
        self.remark.add(self.again)
        self.column.addWidget(self.remark)
        middle = QHBoxLayout()
        middle.setSpacing(10)
        self.plot = LossPlot()
        middle.addWidget(self.plot, 1)
        middle.addWidget(self._make_side())
        self.column.addLayout(middle, 1)
        self.column.addWidget(self._make_sample_row())
        self.column.addLayout(self._make_controls())

    def _make_side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(SIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.gain = Tile(self.tr("better fit to your music"))
        texts = {key: text for key, text in metric_texts().items() if key != "nats_per_note"}
        own = self.tr("How the pieces that it learns from surprise it: training loss, nats per note")
        texts[OWN] = (self.tr("in training"), own)
        self.figures = FigureTable((self.tr("before"), self.tr("now")), texts)
        table = QFrame()
        table.setObjectName("tile")
        inner = QVBoxLayout(table)
        inner.setContentsMargins(12, 8, 12, 10)
        inner.setSpacing(8)
        inner.addWidget(label(self.tr("Fits your music"), "strong"))
        inner.addWidget(self.figures)
        self.rates = RatePlot()
        self.rates.setMaximumHeight(170)
        column.addWidget(self.gain)
        column.addWidget(table)
        column.addWidget(self.rates, 1)
        column.addStretch(0)
        return side

    def _make_sample_row(self) -> QWidget:
        """The base's continuation stands still; the style's scroll beside it."""
        self.sample_row = QWidget()
        self.sample_start = QHBoxLayout(self.sample_row)
        self.sample_start.setContentsMargins(0, 0, 0, 0)
        self.sample_start.setSpacing(6)
        inner = QWidget()
        self.sample_column = QHBoxLayout(inner)
        self.sample_column.setContentsMargins(0, 0, 0, 0)
        self.sample_column.setSpacing(6)
        self.sample_column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.sample_column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFixedHeight(PLAY + 14)  # with its bar
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        bar = scroll.horizontalScrollBar()
        bar.rangeChanged.connect(lambda low, high: bar.setValue(high))  # to the newest
        text = label(self.tr("Your theme, continued:"), "label")
        text.setFixedHeight(PLAY)
        self.sample_start.addWidget(text, 0, Qt.AlignmentFlag.AlignTop)
        self.sample_start.addWidget(scroll, 1, Qt.AlignmentFlag.AlignTop)
        return self.sample_row

    def _make_controls(self) -> QHBoxLayout:
        self.pause = QPushButton(self.tr("Pause"))
        self.stop = QPushButton(self.tr("Stop and keep the best"))
        self.cancel = QPushButton(self.tr("Cancel training…"))
        self.pause.clicked.connect(self._pause)
        self.stop.clicked.connect(lambda: self.wizard_.client.control("stop"))
        self.cancel.clicked.connect(self.wizard_.ask_cancel)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.pause, self.stop):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.cancel)
        return row

    # ---- control ----

    def _pause(self) -> None:
        self.wizard_.client.control("resume" if self.wizard_.client.paused else "pause")

    def _resume(self) -> None:
        """After the process died, or the run was interrupted."""
        self.again.hide()
        self.remark.say("")
        self.wizard_.resume_run(self.wizard_.client.key)

    def _refresh(self) -> None:
        client = self.wizard_.client
        self.pause.setText(self.tr("Resume") if client.paused else self.tr("Pause"))
        for button in (self.pause, self.stop, self.cancel):
            button.setEnabled(client.running)
        if client.paused:
            self.where.setText(self.tr("Paused"))
        self.completeChanged.emit()

    # ---- what comes ----

    def clear(self) -> None:
        """Another run begins."""
        self.ended, self.base_metrics, self.best = False, {}, {}
        self.plot.clear()
        self.rates.clear()
        for button in self.samples:
            button.deleteLater()
        self.samples = []
        self.sample_row.setVisible(self.wizard_.has_theme())
        self._say(*self.texts[False])
        self.gain.set("–")
        for key in self.figures.rows:
            self.figures.set(key, "" if key == OWN else "–", "–")
        self.bar.setRange(0, 0)
        self.left.setText(self.tr("Getting ready…"))
        self.where.setText("")
        self.remark.say("")
        self.again.hide()
        self._refresh()

    def _say(self, title: str, text: str) -> None:
        self.heading.setText(title)
        self.about.setText(text)

    def _show_event(self, event: RunEvent) -> None:
        self._show_progress(event)
        if event.entry is not None:
            self._add_entry(event.entry)
            self.plot.show_all()

    def _show_progress(self, event: RunEvent) -> None:
        left = event.left
        if left is None:
            self.bar.setRange(0, 0)
            self.left.setText(self.tr("Getting ready…"))
        else:
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(event.done * 1000))
            self.left.setText(self.in_words(left))
            if 0 < event.done < 0.97:
                self.plot.minutes = round(left / 60 / (1 - event.done), 1)
        words = {
            "validate-base": self.tr("checking the base"),
            "find-lr": self.tr("looking for the learning rate"),
            "paused": self.tr("Paused"),
            "select": self.tr("choosing the version to save"),
            "train": self.tr("step {n}").format(n=event.entry.step) if event.entry else "",
        }
        if words.get(event.stage):
            self.where.setText(words[event.stage])

    def in_words(self, seconds: float) -> str:
        """The time left, as a person says it."""
        if seconds < 90:
            return self.tr("{n} s left").format(n=max(round(seconds), 1))
        if seconds < 3600:
            return self.tr("{n} min left").format(n=round(seconds / 60))
        hours, minutes = divmod(round(seconds / 60), 60)
        return self.tr("{h} h {m} min left").format(h=hours, m=minutes)

    def _add_entry(self, entry: LogEntry) -> None:
        """An entry of the run's log, as it comes or read again."""
        at = entry.spent / 60
        if entry.base_metrics is not None:
            self.base_metrics = entry.base_metrics
            self.plot.curves.base = self.base_metrics[ALL]
            self._show_metrics(self.base_metrics)
        if entry.lr_search is not None:
            self.rates.show_search(entry.lr_search)
        if entry.loss is not None:
            self.plot.curves.train.append((at, entry.loss))
            self.figures.set(OWN, "", shown(OWN, entry.loss))
        if entry.validation is not None:
            metrics = entry.validation.metrics
            self.plot.curves.tuned.append((at, entry.validation.tuned[ALL]))
            self.plot.curves.interpolated.append((at, metrics[ALL]))
            self._show_metrics(min(metrics, self.best or metrics, key=_loss))
        if entry.sample:
            self._add_sample(entry.sample, entry.step, at)
        if entry.note:
            self._show_note(entry)

    def _show_metrics(self, figures: Metrics) -> None:
        base = self.base_metrics or figures
        first = figures is self.base_metrics
        self.best = {} if first else figures
        gain = base[ALL] - figures[ALL]
        worse = round(gain, 2) < 0
        self.gain.set("–" if first else shown_gain(gain), self.tr("fits no better than the base") if worse else "")
        tip = self.tr("A note of the test pieces is so much likelier than before: {n} nats per note of validation loss")
        self.gain.setToolTip("" if first else tip.format(n=f"{gain:.2f}"))
        for key in (ALL, "accuracy", "perplexity"):
            self.figures.set(key, shown(key, base[key]), "–" if first else shown(key, figures[key]))

    def _add_sample(self, path: str, step: int, minutes: float) -> None:
        if not Path(path).exists() or any(button.path == path for button in self.samples):
            return
        text = self.tr("the base") if step == 0 else self.tr("step {n}").format(n=step)
        button = PlayButton(text, path)
        button.setToolTip(self.tr("After {n} min").format(n=f"{minutes:.0f}") if step and minutes else "")
        button.clicked.connect(lambda: self.wizard_.player.toggle(path))
        self.samples.append(button)
        if step == 0:
            self.sample_start.insertWidget(1, button, 0, Qt.AlignmentFlag.AlignTop)
        else:
            self.sample_column.insertWidget(self.sample_column.count() - 1, button, 0, Qt.AlignmentFlag.AlignTop)
        self.sample_row.show()
        self._sounding(self.wizard_.player.path)

    def _show_note(self, entry: LogEntry) -> None:
        words = {
            "memory": self.tr("Memory ran short, so it goes on in smaller parts ({windows} windows at once)."),
            "early": self.tr("It no longer fits the test pieces better, so training ends early."),
            "unsaved": self.tr("It could not be saved just now: {reason} It goes on and tries again."),
            "sample": self.tr("Your theme could not be continued: {reason}"),
        }
        text = words.get(entry.note, "").format(windows=entry.micro_batch, reason=translate_reason(entry.reason))
        self.remark.say(text, "warning")

    def _show_history(self, event: HistoryRead) -> None:
        """A run that is resumed shows what it has done so far."""
        self.clear()
        self.plot.minutes = event.config.minutes or 0.0
        for entry in event.entries:
            self._add_entry(entry)
        self.remark.say("")
        self.plot.show_all()

    def _show_result(self, result: RunFinished) -> None:
        self.ended = True
        self._say(*self.texts[True])
        self.bar.setRange(0, 1000)
        self.bar.setValue(1000)
        self.left.setText(self.tr("Training is over"))
        self.where.setText(self.tr("{n} steps").format(n=result.steps))
        best = result.candidate(result.best)
        self._show_metrics(best.metrics if best else result.base_metrics)
        self._refresh()

    def _show_stopped(self, key: str) -> None:
        self.left.setText(self.tr("Training was interrupted, and is kept"))
        self._refresh()

    def _failed(self, verb: str, code: str, arguments: dict[str, Any]) -> None:
        if verb in (StartRun.NAME, ResumeRun.NAME):
            self.left.setText(self.tr("Training ended"))
            self.bar.setRange(0, 1000)
            self.remark.say(sentence(code, arguments), "error")
            self._refresh()

    def _lost(self, under_way: bool) -> None:
        if under_way or self.ended:  # what was learned is on the disk in both cases
            self.ended = False
            self._say(*self.texts[False])
            self.left.setText(self.tr("Training was interrupted"))
            text = self.tr("Its process stopped unexpectedly; not more than the last minute is lost.")
            self.remark.say(text, "error")
            self.again.show()
        self._refresh()

    def _sounding(self, path: str) -> None:
        theme = self.wizard_.theme
        for button in self.samples:
            button.show_sounding(path, theme)

    # ---- the wizard's questions ----

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.plot.set_theme(theme)
        self.rates.set_theme(theme)
        self.remark.set_theme(theme)
        self._sounding(self.wizard_.player.path)

    def isComplete(self) -> bool:
        """Whether there is something to compare."""
        return self.ended


def _loss(figures: Metrics) -> float:
    """The validation loss; that of a network that fell apart is infinite."""
    return figures[ALL] if math.isfinite(figures[ALL]) else math.inf
