"""Page 1: the data set. A folder is chosen or dropped, and every file of it says whether it can be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.look.error_texts import sentence
from app.look.theme import Theme
from app.look.widgets import Elided, Segments, label
from app.wizard.file_table import LENGTH, NAME, NOTES, FileTable, Filter, Names
from app.wizard.page import Host, Page
from app.wizard.page_parts import Remark, Tile, restyle, wrapped
from composer.workers.finetune_messages import DatasetScanned, FilesScanned, ScanDataset

LITTLE_MINUTES = 20.0  # of music, below which a style picks up habits but hardly a language
FEW_COMPOSITIONS = 2
NUMBER, LEAST_NAME = 64, 150  # pixels of columns


class DropZone(QFrame):
    """Where a folder is dropped or chosen."""

    def __init__(self, page: FolderPage) -> None:
        super().__init__(page)
        self.setObjectName("drop")
        self.page = page
        self.setAcceptDrops(True)
        self.invitation = self.tr("Drop a folder or MIDI files here")
        self.text = Elided(self.invitation, "strong")
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.folder = QPushButton(self.tr("Choose a folder…"))
        self.files = QPushButton(self.tr("Choose files…"))
        self.folder.clicked.connect(page.choose_folder)
        self.files.clicked.connect(page.choose_files)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 12, 18, 14)
        column.setSpacing(10)
        column.addStretch(1)
        column.addWidget(self.text)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.folder)
        row.addWidget(self.files)
        row.addStretch(1)
        column.addLayout(row)
        self.hint = wrapped(
            self.tr(
                "Twenty minutes of music make a style, an hour makes a good one.\n"
                "Drums are left out, and so are files that are twice the same."
            )
        )
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.hint)
        column.addStretch(1)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Folders and files are welcome."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            restyle(self, "invites", True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They went away again."""
        restyle(self, "invites", False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Reads what was dropped."""
        restyle(self, "invites", False)
        event.acceptProposedAction()
        self.page.read([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])


class FolderPage(Page):
    """Chooses and reads the music."""

    def __init__(self, wizard: Host) -> None:
        super().__init__(
            wizard,
            self.tr("What shall it learn from?"),
            self.tr("A folder of MIDI files in one manner: one composer, or your own pieces. Piano suits it best."),
        )
        self.paths: list[str] = []
        self.summary: DatasetScanned | None = None
        self._make()
        client = wizard.client
        client.files_scanned.connect(self._add_files)
        client.dataset_scanned.connect(self._show_summary)
        client.failed.connect(self._failed)

    def _make(self) -> None:
        self.offer = Remark()
        self.go_on = QPushButton(self.tr("Go on"))
        self.throw = QPushButton(self.tr("Throw away"))
        for button in (self.go_on, self.throw):
            button.setProperty("kind", "quiet")
            self.offer.add(button)
        self.zone = DropZone(self)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(self.tr("Reading"))
        self.bar.hide()
        self.tiles = {
            "minutes": Tile(self.tr("minutes of music")),
            "notes": Tile(self.tr("notes")),
            "compositions": Tile(self.tr("compositions")),
            "used": Tile(self.tr("files used")),
        }
        self.figures = QWidget()
        grid = QGridLayout(self.figures)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for i, tile in enumerate(self.tiles.values()):
            grid.addWidget(tile, 0, i)
        self.remark = Remark()
        self.table = FileTable(self)
        self.filter = Filter(self)
        self.filter.setSourceModel(self.table)
        self.view = QTreeView()
        self.view.setModel(self.filter)
        self.view.setRootIsDecorated(False)
        self.view.setUniformRowHeights(True)
        self.view.setAccessibleName(self.tr("Files"))
        self.view.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.view.setItemDelegateForColumn(NAME, Names(self.view))
        header = self.view.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for column in (LENGTH, NOTES):
            header.resizeSection(column, NUMBER)
        self.which = Segments((("all", self.tr("All files")), ("unused", self.tr("Not used"))), self.tr("Files"))
        self.which.changed.connect(self._filter)
        self.listing = QWidget()
        column = QVBoxLayout(self.listing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        self.listed = label("", "label")
        head.addWidget(self.listed, 1)
        head.addWidget(self.which)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        for widget in (self.offer, self.zone, self.bar, self.figures, self.remark):
            self.column.addWidget(widget, 1 if widget is self.zone else 0)
        self.column.addWidget(self.listing, 1)
        self.column.addStretch(0)
        self.figures.hide()
        self._show_listing(False)

    def _show_listing(self, shown: bool) -> None:
        """The files take the room that the place to drop them has while there are none."""
        self.listing.setVisible(shown)
        self.zone.hint.setVisible(not shown)
        self.column.setStretchFactor(self.zone, 0 if shown else 1)

    def clear(self) -> None:
        """As it is at first."""
        self.paths, self.summary = [], None
        self.table.clear()
        self.zone.text.set_text(self.zone.invitation)
        for part in (self.bar, self.figures):
            part.hide()
        self.remark.say("")
        self._show_listing(False)
        self.completeChanged.emit()

    # ---- choosing ----

    def choose_folder(self) -> None:
        """Asks for a folder."""
        path = self.ask_folder()
        if path:
            self.read([path])

    def choose_files(self) -> None:
        """Asks for files."""
        paths = self.ask_files()
        if paths:
            self.read(paths)

    def ask_folder(self) -> str:
        """The folder that the person chose; tests answer for them."""
        return QFileDialog.getExistingDirectory(self, self.tr("Choose a folder of MIDI files"))

    def ask_files(self) -> list[str]:
        """The files that the person chose."""
        paths, _ = QFileDialog.getOpenFileUrls(
            self, self.tr("Choose MIDI files"), QUrl(), self.tr("MIDI files (*.mid *.midi)")
        )
        return [url.toLocalFile() for url in paths]

    def read(self, paths: list[str]) -> None:
        """Has folders or files read; what was read before is forgotten."""
        if not paths:
            return
        self.paths, self.summary = paths, None
        self.table.clear()
        more = f" + {len(paths) - 1}" if len(paths) > 1 else ""
        self.zone.text.set_text(f"{_homely(paths[0])}{more}")
        self._show_listing(True)
        self.bar.setRange(0, 0)
        self.bar.show()
        self.remark.say("")
        self.figures.hide()
        self.listed.setText(self.tr("Reading…"))
        self.wizard_.client.scan(paths)
        self.completeChanged.emit()

    # ---- what comes ----

    def _add_files(self, scanned: FilesScanned) -> None:
        self.table.add(scanned.files)
        self._fit()
        self.bar.setRange(0, 1000)
        self.bar.setValue(round(scanned.done * 1000))
        self.listed.setText(self.tr("{n} files read").format(n=len(self.table.rows)))

    def _show_summary(self, summary: DatasetScanned) -> None:
        self.summary = summary
        self.bar.hide()
        used = sum(file.status == "used" for file in self.table.rows)
        count = len(self.table.rows)
        minutes = summary.seconds / 60
        self.tiles["minutes"].set(f"{minutes:.0f}" if minutes >= 10 else f"{minutes:.1f}")
        self.tiles["notes"].set(f"{summary.notes:,}".replace(",", "\u202f"))
        self.tiles["compositions"].set(str(summary.compositions))
        self.tiles["used"].set(str(used), self.tr("of {n} files used").format(n=count))
        self.figures.show()
        self._say_listed(count - used)
        self.remark.say(*self._advice(summary, minutes, used))
        self.completeChanged.emit()

    def _say_listed(self, unused: int) -> None:
        if unused == 0:
            text = self.tr("Every file can be used.")
        elif unused == 1:
            text = self.tr("1 file is not used.")
        else:
            text = self.tr("{n} files are not used.").format(n=unused)
        self.listed.setText(text)
        self.which.setVisible(unused > 0)
        self.which.set_value("all")
        self._filter("all")

    def _advice(self, summary: DatasetScanned, minutes: float, used: int) -> tuple[str, str]:
        if summary.training_notes < summary.needed_notes:
            text = self.tr("That is too little to learn from: {n} notes, and at least {m} are needed.")
            return text.format(n=summary.training_notes, m=summary.needed_notes), "error"
        if summary.left_out:
            text = self.tr("Only the first files were read; {n} more were left out.")
            return text.format(n=summary.left_out), "warning"
        if summary.compositions < FEW_COMPOSITIONS:
            text = self.tr(
                "It is all one piece. Its end is kept back as a test piece; the style will know it, and little else."
            )
            return text, "warning"
        if 2 * summary.known > used:
            text = self.tr("The base has learned most of these pieces already: a style of them will differ little.")
            return text, "warning"
        if minutes < LITTLE_MINUTES:
            text = self.tr(
                "That is little music: expect a tint of its manner over the base, not a new language. "
                "From 20 minutes on it becomes a style."
            )
            return text, "warning"
        text = self.tr("Enough for a style. Some of it is kept back as test pieces, which show how well it fits.")
        return text, "info"

    def _failed(self, verb: str, code: str, arguments: dict[str, Any]) -> None:
        if verb == ScanDataset.NAME:
            self.bar.hide()
            self.listed.setText("")
            self._show_listing(bool(self.table.rows))
            self.remark.say(sentence(code, arguments), "error")
            self.completeChanged.emit()

    def _filter(self, which: str) -> None:
        self.filter.unused = which == "unused"
        self.filter.invalidate()

    def _fit(self) -> None:
        """Names get the room that they need, up to a half of what there is."""
        room = self.view.viewport().width() - 2 * NUMBER
        wanted = self.view.sizeHintForColumn(NAME) + 12
        self.view.header().resizeSection(NAME, min(max(wanted, LEAST_NAME), max(room // 2, LEAST_NAME)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is more or less room for names."""
        super().resizeEvent(event)
        self._fit()

    # ---- the wizard's questions ----

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.table.theme = theme
        self.offer.set_theme(theme)
        self.remark.set_theme(theme)

    def isComplete(self) -> bool:
        """Whether there is music enough."""
        return self.summary is not None and self.summary.training_notes >= self.summary.needed_notes


def _homely(path: str) -> str:
    """A path as people know it, from their home on."""
    home = str(Path.home())
    return "~" + path[len(home) :] if path.startswith(home + "/") else path
