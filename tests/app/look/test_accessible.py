"""Without a mouse, without eyes: names and roles of every control, a focus that is seen, an order that makes sense."""

from __future__ import annotations

from collections.abc import Iterator

import dialogs
import pytest
from hands import LEFT, SHIFT, Hands
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QComboBox, QLabel, QLineEdit, QWidget

from app.document.preview import Preview
from app.look import i18n
from app.window.main_window import MainWindow, installed_styles

K = Qt.Key
NO_ROLE = (QAccessible.Role.NoRole, QAccessible.Role.Client)


def focusable(root: QWidget) -> Iterator[QWidget]:
    """Everything that the focus can come to, shown or not; the inner parts of a control are the control."""
    for widget in [root, *root.findChildren(QWidget)]:
        inner = isinstance(widget.parent(), QComboBox) or (
            isinstance(widget, QAbstractItemView) and widget.window() != root
        )
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None and not inner:
            yield widget


def spoken_name(widget: QWidget) -> str:
    """What a screen reader says of a widget first."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def assert_spoken(root: QWidget) -> int:
    """Every control in `root` has a name and a role; returns how many there are."""
    count = 0
    for widget in focusable(root):
        if isinstance(widget, QLineEdit) and widget.objectName() == "qt_spinbox_lineedit":
            continue  # the spin box speaks for it
        if type(widget) in (QWidget, MainWindow) or (isinstance(widget, QLabel) and not widget.text()):
            continue
        face = QAccessible.queryAccessibleInterface(widget)
        assert spoken_name(widget).strip(), f"{type(widget).__name__} in {type(widget.parent()).__name__} has no name"
        assert face.role() not in NO_ROLE, f"{type(widget).__name__} {spoken_name(widget)!r} has no role"
        count += 1
    return count


def test_every_control_of_the_window_has_a_name_and_a_role(window: MainWindow, hands: Hands) -> None:
    window.panel.set_styles(installed_styles())
    window.document.set_preview(Preview(window.document.score, 1920, 1920, [[], []], [[], []], goal=8))
    window.messages.error("Something.")
    hands.qtbot.wait(10)
    assert assert_spoken(window) >= 30
    window.document.set_preview(None)


@pytest.mark.parametrize("name", dialogs.OPEN)
def test_every_control_of_every_dialog_has_a_name_and_a_role(window: MainWindow, hands: Hands, name: str) -> None:
    dialog = dialogs.OPEN[name](window)
    dialog.show()
    assert dialog.windowTitle() or dialog.accessibleName()
    assert assert_spoken(dialog) >= 1
    assert dialog.minimumSizeHint().width() <= 1000
    assert dialog.minimumSizeHint().height() <= 600
    dialog.close()


def test_icons_without_words_have_tooltips(window: MainWindow) -> None:
    for button in window.findChildren(QAbstractButton):
        if not button.text() and button.property("icon_name"):
            assert button.toolTip() or button.focusPolicy() == Qt.FocusPolicy.NoFocus, button.accessibleName()


@pytest.fixture(params=["en", "es"])
def spoken(request: pytest.FixtureRequest, qapp: object) -> Iterator[str]:
    """The language of the windows made in the test."""
    i18n.install(request.param)
    yield request.param
    i18n.remove()


def test_the_menus_have_no_key_twice(spoken: str, window: MainWindow) -> None:
    """A letter that opens two entries of one menu opens neither at once."""
    for name, menu in {"bar": window.menuBar(), **window.menus}.items():
        letters = [a.text()[a.text().index("&") + 1].lower() for a in menu.actions() if "&" in a.text()]
        assert not {letter for letter in letters if letters.count(letter) > 1}, name


def test_tab_goes_through_the_panel_from_top_to_bottom(window: MainWindow, hands: Hands) -> None:
    window.panel.set_styles(installed_styles())
    window.panel.style_box.setFocus()
    seen: list[QWidget] = []
    for _ in range(30):
        now = QApplication.focusWidget()
        assert now is not None
        if not window.panel.isAncestorOf(now) or now in seen:
            break
        seen.append(now)
        hands.key(K.Key_Tab)
    assert window.panel.go in seen
    assert window.panel.seed in seen
    tops = [w.mapTo(window.panel, QPoint(0, 0)).y() for w in seen]
    assert tops == sorted(tops), [spoken_name(w) for w in seen]


def test_tab_comes_to_the_choice_that_holds(window: MainWindow, hands: Hands) -> None:
    window.panel.takes.set_value("3")
    hands.qtbot.mouseClick(window.panel.takes.buttons["2"], LEFT)
    window.panel.temperature.setFocus()
    hands.key(K.Key_Tab)
    assert QApplication.focusWidget() is window.panel.takes.buttons["2"]
    hands.key(K.Key_Right)
    assert window.panel.takes.value() == "3"
    hands.key(K.Key_Tab)
    assert QApplication.focusWidget() is window.panel.quality


def test_tab_goes_through_the_bar_from_left_to_right(window: MainWindow, hands: Hands) -> None:
    window.bar.grid.setFocus()
    hands.key(K.Key_Tab)
    assert QApplication.focusWidget() is window.key_box
    hands.key(K.Key_Tab)
    assert QApplication.focusWidget() is window.bar.home


def test_f6_goes_round_the_panes_and_back(window: MainWindow, hands: Hands) -> None:
    window.panel.set_styles(installed_styles())
    panes = [window.roll, window.panel, window.bar]
    window.roll.setFocus()
    visited = []
    for _ in range(6):
        hands.key(K.Key_F6)
        now = QApplication.focusWidget()
        assert now is not None
        visited.append(next((p for p in panes if p is now or p.isAncestorOf(now)), now))
        if visited[-1] is window.roll:
            break
    assert set(panes) <= set(visited)
    forward = visited[:-1]
    back = []
    for _ in forward:
        hands.key(K.Key_F6, SHIFT)
        now = QApplication.focusWidget()
        assert now is not None
        back.append(next((p for p in panes if p is now or p.isAncestorOf(now)), now))
    assert back == forward[::-1]


def test_f6_reaches_a_message_and_what_it_proposes(window: MainWindow, hands: Hands) -> None:
    done: list[bool] = []
    window.messages.info("Something", "Do it", lambda: done.append(True))
    window.roll.setFocus()
    for _ in range(8):
        hands.key(K.Key_F6)
        if window.messages.isAncestorOf(QApplication.focusWidget()):
            break
    hands.key(K.Key_Return)
    assert done == [True]
    assert window.messages.text() == ""
    hands.key(K.Key_F6)
    assert QApplication.focusWidget() is not None


def test_messages_are_read_out_where_somebody_listens(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, object]] = []
    monkeypatch.setattr("app.panels.message_bar.QAccessible.isActive", lambda: True)
    monkeypatch.setattr(
        "app.panels.message_bar.QAccessible.updateAccessibility",
        lambda event: told.append((event.message(), event.politeness())),
    )
    window.messages.info("Saved.")
    window.messages.error("The disk is full.")
    politeness = QAccessible.AnnouncementPoliteness
    assert told == [("Saved.", politeness.Polite), ("The disk is full.", politeness.Assertive)]


def test_the_status_line_tells_place_note_and_selection(window: MainWindow, hands: Hands) -> None:
    note = window.document.score.notes[1]
    hands.hover(hands.on(note))
    hands.wait(lambda: "D4" in window.status.place.text())
    assert "Bar 1, beat 2" in window.status.place.text()
    assert "80" in window.status.place.text()  # how loud it is
    window.document.select(window.document.score.notes[:3])
    assert window.status.selection.text() == "3 notes selected"
    hands.hover(hands.spot(2 * 480 + 10, 72))
    hands.wait(lambda: "C5" in window.status.place.text())
    assert "beat 3" in window.status.place.text()


@pytest.mark.parametrize("light", [False, True], ids=["dark", "light"])
def test_the_focus_is_seen_wherever_it_is(window: MainWindow, hands: Hands, light: bool) -> None:
    window.panel.set_styles(installed_styles())
    if light:
        window.appearance.light()
    window.document.undo.setClean()
    hands.qtbot.wait(20)
    checked = 0
    for part in (window.bar, window.panel):
        for widget in list(focusable(part)):
            if not widget.isVisible() or not widget.isEnabled() or not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                continue
            window.roll.setFocus()
            without = picture(widget)
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            if not widget.hasFocus():
                continue
            assert differing(without, picture(widget)) >= 40, spoken_name(widget)
            checked += 1
    assert checked >= 12


def picture(widget: QWidget) -> QImage:
    """How a control looks now, with the frame that it shares with its buttons."""
    around = widget.parentWidget()
    shown = around if around is not None and around.objectName() == "stepper" else widget
    return shown.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def differing(a: QImage, b: QImage) -> int:
    """How many pixels differ."""
    return sum(a.pixel(x, y) != b.pixel(x, y) for x in range(a.width()) for y in range(a.height()))


def test_a_piece_is_made_heard_and_undone_without_a_mouse(window: MainWindow, hands: Hands) -> None:
    """Menus by their letters, notes by keys, and back."""
    hands.key(K.Key_Tab)
    assert len(window.document.selection) == 1
    hands.key(K.Key_Up)
    assert window.document.score.notes[0].pitch == 61
    hands.key(K.Key_A, Qt.KeyboardModifier.ControlModifier)
    hands.key(K.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert len(window.document.score.notes) == 8
    hands.key(K.Key_Space)
    assert window.transport.playing
    hands.key(K.Key_Space)
    hands.key(K.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hands.key(K.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [n.pitch for n in window.document.score.notes] == [60, 62, 64, 66]


def test_a_screen_reader_hears_the_selection(window: MainWindow, hands: Hands) -> None:
    hands.key(K.Key_Tab)
    face = QAccessible.queryAccessibleInterface(window.roll)
    hands.wait(lambda: "C4" in face.text(QAccessible.Text.Description))
    window.document.select(window.document.score.notes)
    hands.wait(lambda: "4" in face.text(QAccessible.Text.Description) and "C5" not in face.text(QAccessible.Text.Name))
