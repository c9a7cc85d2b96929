"""Assembles panels, bars and menus, and connects them; what they do stands elsewhere."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QObject, QPoint, QSettings, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from app import actions, theme, widgets
from app.compose_panel import ComposePanel
from app.composing import ComposeFlow
from app.document import Document
from app.editing import Editing
from app.files import Files, example_title, examples
from app.jobs import Jobs
from app.messages import JobStrip, MessageBar, explained, sentence
from app.roll.view import RollView
from app.sampler import Sampler
from app.status import StatusStrip
from app.takes_panel import TakesPanel
from app.transport import Transport
from app.transport_bar import TransportBar
from composer import midi, resources, styles, synth
from composer.errors import UserError
from composer.player import Player

SMALLEST = (960, 560)
USUAL = (1280, 800)
PLAY_LOADS_MS = 250  # while a take grows, the player gets it at most this often


class MainWindow(QMainWindow):
    """The one window."""

    def __init__(self, player: Player | None = None, settings: QSettings | None = None) -> None:
        super().__init__()
        self.settings = settings or own_settings()
        self.document = Document(self)
        self.jobs = Jobs(self)
        self.sampler = Sampler(self)
        self.transport = Transport(self, player)
        self.flow = ComposeFlow(self.document, self.sampler, self)
        self.files = Files(self.document, self.jobs, self.settings, self)
        self._make_panels()
        self.editing = Editing(self.document, self.roll, self)
        self._lay_out()
        self._make_actions()
        self._connect()
        self._load_timer = QTimer(self)
        self._load_timer.setSingleShot(True)
        self._load_timer.setInterval(PLAY_LOADS_MS)
        self._load_timer.timeout.connect(self._load_player)
        self.set_theme(str(self.settings.value("view/theme", theme.FOLLOW)))
        self._refresh_all()
        self.roll.setFocus()

    # ---- building ----

    def _make_panels(self) -> None:
        self.roll = RollView(self.document)
        self.bar = TransportBar()
        self.panel = ComposePanel(self.settings)
        self.takes = TakesPanel(self.document)
        self.messages = MessageBar()
        self.strip = JobStrip()
        self.status = StatusStrip()

    def _lay_out(self) -> None:
        self.setMinimumSize(*SMALLEST)
        self.resize(*USUAL)
        geometry = self.settings.value("view/geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        self.setAcceptDrops(True)
        middle = QWidget()
        column = QVBoxLayout(middle)
        self._tight(column)
        for widget in (self.messages, self.roll, self.takes):
            column.addWidget(widget, 1 if widget is self.roll else 0)
        row = QHBoxLayout()
        self._tight(row)
        row.addWidget(middle, 1)
        row.addWidget(self.panel)
        whole = QFrame()
        outer = QVBoxLayout(whole)
        self._tight(outer)
        outer.addWidget(self.bar)
        outer.addLayout(row, 1)
        outer.addWidget(self.strip)
        outer.addWidget(self.status)
        self.setCentralWidget(whole)

    @staticmethod
    def _tight(layout: QHBoxLayout | QVBoxLayout) -> None:
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)

    def _make_actions(self) -> None:
        owners = {
            "window": self,
            "files": self.files,
            "editing": self.editing,
            "flow": self.flow,
            "transport": self.transport,
            "roll": self.roll,
        }
        self.actions_, self.menus = actions.build(self, self.roll, owners)
        self.actions_["play.follow"].setChecked(True)
        themes = QMenu(self)
        for path in examples():
            themes.addAction(example_title(path), partial(self.files.open_example, path))
        self.actions_["file.examples"].setMenu(themes)
        self.actions_["file.examples"].setEnabled(not themes.isEmpty())
        self.bar.connect_actions(self.actions_)

    def _connect(self) -> None:
        document, roll, flow, transport = self.document, self.roll, self.flow, self.transport
        for signal in (document.pathChanged, document.modifiedChanged):
            signal.connect(lambda *_: self._title())
        for signal in (
            document.scoreChanged,
            document.takesChanged,
            document.previewChanged,
            document.selectionChanged,
        ):
            signal.connect(self._refresh_actions)
        document.undo.canUndoChanged.connect(lambda _: self._refresh_actions())
        document.undo.canRedoChanged.connect(lambda _: self._refresh_actions())
        document.scoreChanged.connect(self._score_changed)
        document.previewChanged.connect(self._later_load)
        document.opened.connect(self._opened)
        document.selectionChanged.connect(lambda: self.status.set_selection(len(document.selection)))
        roll.sounded.connect(transport.try_key)
        roll.sought.connect(transport.seek)
        roll.looped.connect(self._looped)
        roll.menu_wanted.connect(self._note_menu)
        roll.hovered.connect(self.status.set_place)
        roll.tool_changed.connect(self.bar.tools.set_value)
        self.bar.tool_chosen.connect(self._take_tool)
        self.bar.grid_chosen.connect(self._take_grid)
        self.bar.follow.toggled.connect(self.actions_["play.follow"].setChecked)
        self.actions_["play.follow"].toggled.connect(self.bar.follow.setChecked)
        self.actions_["play.follow"].toggled.connect(self._set_follow)
        transport.moved.connect(self._moved)
        transport.playing_changed.connect(self._playing)
        transport.sound_known.connect(self._sound_known)
        self._connect_composing(flow)
        self.files.failed.connect(lambda error: self.messages.error(explained(error)))
        self.files.told.connect(self.messages.info)
        self.jobs.failed.connect(lambda error: self.messages.error(explained(error)))
        self.jobs.started.connect(self.strip.watch)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._desktop_changed)
        for button in self.findChildren(QAbstractButton):
            button.installEventFilter(self)

    def _connect_composing(self, flow: ComposeFlow) -> None:
        flow.began.connect(lambda: self.panel.set_busy(True))
        flow.ended.connect(self._composed)
        flow.grew.connect(self._grew)
        flow.ahead.connect(self._listen)
        flow.failed.connect(lambda code, arguments: self.messages.error(sentence(code, arguments)))
        flow.told.connect(self.messages.info)
        self.takes.chosen.connect(flow.choose)
        self.takes.again.connect(flow.again)
        self.takes.keep.connect(flow.keep)
        self.takes.discard.connect(flow.discard)
        self.panel.compose.connect(self.compose)
        self.panel.stop.connect(flow.stop)
        self.panel.cancel.connect(flow.cancel)
        self.panel.style_changed.connect(self._style_changed)
        self.panel.place_changed.connect(self._refresh_join)
        self.sampler.warmed.connect(lambda style: self.status.set_model(self.tr("Model ready")))

    # ---- start and end ----

    def begin(self, path: str | None = None) -> None:
        """What can wait until the window is seen: the styles, the worker, the sound, the first piece."""
        self.panel.set_styles(installed_styles())
        if path:
            self.files.open_path(Path(path), ask=False)
        else:
            self._first_theme()
        self._refresh_all()
        QTimer.singleShot(0, self, self.transport.start)
        QTimer.singleShot(0, self, self._warm)

    def _first_theme(self) -> None:
        for example in examples()[:1]:
            try:
                self.document.open(midi.read(example), None, example_title(example))
            except UserError as error:
                self.messages.error(explained(error))

    def _warm(self) -> None:
        if self.panel.style_name():
            self.status.set_model(self.tr("Loading the model…"))
            self.sampler.warm(self.panel.style_name())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks about unsaved changes; then ends worker, jobs and sound, in this order."""
        if not self.files.may_leave():
            event.ignore()
            return
        self.panel.remember()
        self.settings.setValue("view/geometry", self.saveGeometry())
        self.hide()  # what follows may take a moment
        self.settings.sync()
        self.flow.cancel()
        self.sampler.close()
        self.jobs.close()
        self.transport.close()
        self.document.close()
        event.accept()

    # ---- handlers of the table ----

    def undo(self) -> None:
        """One step back; a gesture under way is only forgotten."""
        if not self.roll.cancel_gesture() and not self.flow.busy:
            self.document.undo.undo()

    def redo(self) -> None:
        """One step forward again."""
        if not self.roll.cancel_gesture() and not self.flow.busy:
            self.document.undo.redo()

    def escape(self) -> None:
        """Forgets the gesture, else cancels composing, else deselects."""
        if self.roll.cancel_gesture():
            return
        if self.flow.busy:
            self.flow.cancel()
        else:
            self.document.select(())

    def compose(self) -> None:
        """Begins to compose what the panel asks for."""
        if not self.panel.style_name():
            self.messages.error(sentence("no_styles", {}))
            return
        try:
            wish = self.panel.wish()
        except UserError as error:
            self.messages.error(explained(error))
            return
        self.messages.hide()
        self.roll.cancel_gesture()
        self.flow.start(wish, self.transport.tick)

    def pencil(self) -> None:
        """The pencil in hand."""
        self.roll.set_tool("pencil")

    def select(self) -> None:
        """The select tool in hand."""
        self.roll.set_tool("select")

    def erase(self) -> None:
        """The eraser in hand."""
        self.roll.set_tool("erase")

    def take1(self) -> None:
        """The first take."""
        self.flow.choose(0)

    def take2(self) -> None:
        """The second take."""
        self.flow.choose(1)

    def take3(self) -> None:
        """The third take."""
        self.flow.choose(2)

    def take4(self) -> None:
        """The fourth take."""
        self.flow.choose(3)

    def follow(self) -> None:
        """The toggled signal does it."""

    def unloop(self) -> None:
        """Plays on past the loop's end."""
        self.roll.show_loop(None)
        self._looped(None)

    def zoom_in(self) -> None:
        """Wider beats."""
        self.roll.zoom(time=1.25)

    def zoom_out(self) -> None:
        """Narrower beats."""
        self.roll.zoom(time=0.8)

    def next_pane(self) -> None:
        """The focus goes round: roll, compose panel, takes, top bar."""
        stops: list[QWidget] = [self.roll, self.panel.style_box]
        if self.takes.isVisible() and self.takes.cards:
            stops.append(self.takes.cards[0])
        stops.append(self.bar.grid)
        now = QApplication.focusWidget()
        panes = [self.roll, self.panel, self.takes, self.bar]
        here = next((p for p in panes if now is not None and (p is now or p.isAncestorOf(now))), None)
        at = next((i for i, stop in enumerate(stops) if here is stop or (here and here.isAncestorOf(stop))), -1)
        stops[(at + 1) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)

    def theme_system(self) -> None:
        """As the desktop."""
        self.set_theme(theme.FOLLOW)

    def theme_dark(self) -> None:
        """Dark."""
        self.set_theme(theme.DARK_NAME)

    def theme_light(self) -> None:
        """Light."""
        self.set_theme(theme.LIGHT_NAME)

    # ---- look ----

    def set_theme(self, name: str) -> None:
        """Dresses everything in a theme, and remembers the choice."""
        self.settings.setValue("view/theme", name)
        for key in (theme.FOLLOW, theme.DARK_NAME, theme.LIGHT_NAME):
            self.actions_[f"view.{key}"].setChecked(key == name)
        self.theme = theme.named(name)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        theme.dress(application, self.theme)
        for part in (self.roll, self.takes, self.messages):
            part.set_theme(self.theme)
        self._tint()

    def _desktop_changed(self) -> None:
        if str(self.settings.value("view/theme", theme.FOLLOW)) == theme.FOLLOW:
            self.set_theme(theme.FOLLOW)

    def _tint(self) -> None:
        self.bar.play.setProperty("warm", self.transport.playing)
        widgets.tint(self, self.theme.text, self.theme.playhead)

    # ---- what follows from what ----

    def _refresh_all(self) -> None:
        self._title()
        self._refresh_actions()
        self._moved(self.transport.tick)
        self.status.set_selection(len(self.document.selection))

    def _title(self) -> None:
        name = self.document.title or self.tr("Untitled")
        self.setWindowTitle(f"{name}[*] - Ricercar")
        self.setWindowModified(self.document.modified)

    def _refresh_actions(self) -> None:
        document, busy = self.document, self.flow.busy
        on = {key: bool(document.selection) for key in self.actions_ if key.startswith("note.")}
        for key in ("edit.cut", "edit.copy", "edit.duplicate", "edit.delete"):
            on[key] = bool(document.selection)
        on["edit.undo"] = document.undo.canUndo() and not busy
        on["edit.redo"] = document.undo.canRedo() and not busy
        on["compose.go"] = not busy
        on["compose.stop"] = on["compose.cancel"] = busy
        count = len(document.preview.notes) if document.preview else len(document.takes.takes) if document.takes else 0
        on.update({f"compose.take{n}": n <= count for n in (1, 2, 3, 4)})
        for key in ("compose.again", "compose.keep", "compose.discard"):
            on[key] = document.takes is not None and not busy
        on["play.unloop"] = self.roll.loop is not None
        for key, enabled in on.items():
            self.actions_[key].setEnabled(enabled)
        self._refresh_join()

    def _refresh_join(self) -> None:
        """The line in the roll and the sentence over the button say where composing goes on."""
        score, style = self.document.score, self.panel.style_box.currentText()
        tick = self.transport.tick if self.panel.from_playhead() else score.end
        self.roll.set_join(tick)
        self.roll.empty_lines = (
            self.tr("Draw with the pencil, or drop a MIDI file here."),
            self.tr("Or press Compose: {style} begins from nothing.").format(style=style or self.tr("the model")),
        )
        if self.flow.busy:
            return
        bar = score.bar_map.bar(max(tick - 1, 0)) + 1
        if not score.before(tick).notes:
            text = self.tr("Begins from nothing")
            text += self.tr(" and replaces all notes") if score.notes else ""
        elif self.panel.from_playhead():
            place = score.bar_map.beat(tick)
            text = self.tr("Replaces what follows bar {bar}, beat {beat}").format(bar=place[0] + 1, beat=place[1] + 1)
        else:
            text = self.tr("Continues after bar {bar}").format(bar=bar)
        self.panel.set_hint(text)

    def _score_changed(self) -> None:
        self._load_player()
        self._moved(self.transport.tick)

    def _opened(self) -> None:
        self.transport.stop()
        self.unloop()
        self.transport.home()
        self.messages.hide()

    def _moved(self, tick: int) -> None:
        playing = self.transport.playing
        self.roll.set_playhead(tick, follow=playing)
        self.bar.set_place(self.document.score, tick)
        if playing:
            self.roll.light(self._sounding(tick))
        elif self.panel.from_playhead():
            self._refresh_join()

    def _sounding(self, tick: int) -> set[int]:
        preview = self.document.preview
        found = {n.pitch for n in self.roll.index.notes_within(tick, tick + 1) if not n.muted}
        if preview:
            found |= {n.pitch for n in preview.notes[preview.active][-64:] if n.start <= tick < n.end}
        return found

    def _playing(self, playing: bool) -> None:
        self.bar.set_playing(playing)
        if not playing:
            self.roll.light(set())
        self._tint()

    def _looped(self, span: object) -> None:
        self.transport.loop(span if isinstance(span, tuple) else None)
        self.actions_["play.unloop"].setEnabled(span is not None)

    def _set_follow(self, on: bool) -> None:
        self.roll.follows = on

    def _take_tool(self, tool: str) -> None:
        self.roll.set_tool(tool)
        self.roll.setFocus()

    def _take_grid(self, name: str) -> None:
        self.roll.set_grid(name)
        self.roll.setFocus()

    def _note_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        edit = ("cut", "copy", "paste", "duplicate", "delete", "", "select_all")
        keys = [f"edit.{name}" if name else "" for name in edit] + ["", "note.quantise", "note.mute"]
        for key in keys:
            menu.addAction(self.actions_[key]) if key else menu.addSeparator()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _style_changed(self, style: str) -> None:
        if self.sampler.pid:
            self._warm()
        self._refresh_join()

    # ---- composing and sound ----

    def _grew(self, done: float) -> None:
        self.panel.set_progress(done)
        preview = self.document.preview
        if preview is None:
            return
        count = sum(len(notes) for notes in preview.notes)
        words = self.tr("{n} note written") if count == 1 else self.tr("{n} notes written")
        self.panel.set_hint(words.format(n=count) if count else self.tr("Reading the theme…"))
        if not self.transport.playing and self.roll.follows and preview.notes[preview.active]:
            self.roll.show_tick(preview.frontier())

    def _composed(self) -> None:
        self.panel.set_busy(False)
        self._load_player()
        self._refresh_actions()

    def _listen(self, tick: int) -> None:
        if not self.transport.playing:
            self._load_player()
            self.transport.play(tick)

    def _later_load(self) -> None:
        if self.document.preview is None or not self.transport.playing:
            self._load_player()
        elif not self._load_timer.isActive():
            self._load_timer.start()

    def _load_player(self) -> None:
        preview = self.document.preview
        self.transport.load(self.document.sounding())
        self.transport.frontier(preview.frontier() if preview else None)

    def _sound_known(self, sound: bool) -> None:
        self.status.set_sound(self.tr("Sound on") if sound else self.tr("No sound"))
        if sound:
            return
        if synth.available():
            text = self.tr(
                "No sound card was found, so nothing is heard here. Composing and every export work all the same."
            )
        else:
            text = self.tr(
                "FluidSynth is not installed, so nothing is heard and WAV cannot be exported. The rest works: {how}"
            )
            text = text.format(how=self.transport.player().reason)
        if not self.messages.text():
            self.messages.info(text)

    # ---- events ----

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Return presses the button that has the focus, since Space plays everywhere."""
        return isinstance(event, QKeyEvent) and widgets.pressed(watched, event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere on the window."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._invite(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They went away again."""
        self._invite(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Opens what was dropped, after the other program has its answer."""
        self._invite(False)
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        QTimer.singleShot(0, self, partial(self.files.drop, paths))

    def _invite(self, on: bool) -> None:
        self.roll.inviting = on
        self.roll.viewport().update()


def installed_styles() -> list[styles.Card]:
    """What the picker offers: the styles, then the base model they came from."""
    cards = styles.installed()
    return [c for c in cards if c.name != "base"] + [c for c in cards if c.name == "base"]


def own_settings() -> QSettings:
    """The window's memory, in the user's own folder."""
    return QSettings(str(resources.user() / "window.ini"), QSettings.Format.IniFormat)


def run(path: str | None = None) -> int:
    """Opens the window, with a file if one is named; returns the exit status when it is closed."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("Ricercar")
    application.setApplicationDisplayName("")
    window = MainWindow()
    window.show()
    QTimer.singleShot(0, window, partial(window.begin, path))
    return int(application.exec())
