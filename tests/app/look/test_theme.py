"""How it looks: contrasts, both hands told apart, every control seen in small and large windows, dense screens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hands import Hands
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QWidget

from app.look import i18n, stylesheet, theme
from app.look.theme import Theme, contrast
from app.window.main_window import MainWindow

BOTH = pytest.mark.parametrize("look", [theme.DARK, theme.LIGHT], ids=["dark", "light"])
TEXT, CONTROL = 4.5, 3.0  # what WCAG 2.2 (AA) asks for
GROUNDS = ("window", "panel", "raised", "hover", "info_soft", "danger_soft", "accent_soft")
ROWS = ("row_white", "row_black", "row_outside", "row_tonic")


@BOTH
@pytest.mark.parametrize("ground", GROUNDS)
def test_text_is_told_from_every_ground(look: Theme, ground: str) -> None:
    for ink in ("text", "muted"):
        assert contrast(getattr(look, ink), getattr(look, ground)) >= TEXT, ink


@BOTH
def test_text_in_colour_is_readable(look: Theme) -> None:
    pairs = [("accent_text", "accent"), ("accent_text", "accent_hover"), ("key_text", "key_white")]
    pairs += [("danger", ground) for ground in ("panel", "raised", "danger_soft")]
    pairs += [("accent", ground) for ground in ("window", "panel", "raised")]
    pairs += [("muted", row) for row in ROWS]
    for ink, ground in pairs:
        assert contrast(getattr(look, ink), getattr(look, ground)) >= TEXT, (ink, ground)


@BOTH
def test_controls_and_lines_that_mean_something_are_seen(look: Theme) -> None:
    for mark in ("edge", "accent", "playhead"):
        for ground in ("window", "panel", "raised"):
            assert contrast(getattr(look, mark), getattr(look, ground)) >= CONTROL, (mark, ground)
    for row in ROWS:
        assert contrast(look.playhead, getattr(look, row)) >= CONTROL
        assert contrast(look.outline, getattr(look, row)) >= CONTROL


@BOTH
@pytest.mark.parametrize("composed", [False, True])
def test_notes_of_every_velocity_are_seen_on_every_row(look: Theme, composed: bool) -> None:
    for velocity, color in enumerate(theme.ramp(look, composed)):
        for row in ROWS:
            assert contrast(color, getattr(look, row)) >= CONTROL, (velocity, row)
        assert contrast(theme.inks(look, composed)[velocity], color) >= TEXT


@BOTH
def test_louder_notes_stand_out_more_and_the_two_hands_differ_in_hue(look: Theme) -> None:
    for composed in (False, True):
        steps = [contrast(color, look.row_white) for color in theme.ramp(look, composed)]
        assert steps == sorted(steps)
        assert steps[-1] > 2 * steps[0]
    for velocity in range(0, 128, 8):
        human, made = theme.ramp(look, False)[velocity], theme.ramp(look, True)[velocity]
        assert abs(human.hue() - made.hue()) > 60


@BOTH
def test_every_colour_of_the_sheet_is_a_token(look: Theme) -> None:
    assert "$" not in stylesheet.stylesheet(look)
    assert colours(stylesheet._SHEET) == []
    assert colours(stylesheet.stylesheet(look)) != []


def colours(sheet: str) -> list[str]:
    """Colours that a sheet writes out: in hexadecimal, as rgb(…) and the like, or by a name."""
    values = " ".join(re.findall(r"[\w-]+\s*:\s*([^;{}]+);", sheet))
    written = re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|hsv)a?\(", values)
    return written + sorted({*re.findall(r"\b[a-z]+\b", values)} & {*QColor.colorNames()} - {"transparent"})


def test_a_colour_in_a_sheet_is_seen() -> None:
    sheet = "A#add:hover { color: #abcdef; border: 1px solid rgba(1, 2, 3, 4); background: navy; margin: 0 }"
    assert colours(sheet) == ["#abcdef", "rgba(", "navy"]


def test_the_desktops_change_is_followed_while_it_runs(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    window.appearance.system()
    hints = QGuiApplication.styleHints()
    scheme = {"now": Qt.ColorScheme.Light}
    monkeypatch.setattr(theme, "_desktop", lambda: scheme["now"])
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert window.theme is theme.LIGHT
    scheme["now"] = Qt.ColorScheme.Dark
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert window.theme is theme.DARK
    window.appearance.dark()
    scheme["now"] = Qt.ColorScheme.Light
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert window.theme is theme.DARK


# ---- sizes ----


@pytest.fixture(params=["en", "es"])
def spoken(request: pytest.FixtureRequest, qapp: object) -> Iterator[str]:
    """The language of the windows made in the test."""
    i18n.install(request.param)
    yield request.param
    i18n.remove()


def controls(root: QWidget) -> list[QWidget]:
    """Everything with words or a picture that a person reads or presses."""
    kinds = (QAbstractButton, QLabel, QComboBox)
    return [w for w in root.findChildren(QWidget) if isinstance(w, kinds) and w.isVisible() and w.width() > 1]


def box(widget: QWidget, root: QWidget) -> QRect:
    """Where a widget lies in another."""
    return QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())


@pytest.mark.parametrize("size", [(1024, 640), (1280, 800), (3840, 2160)], ids=lambda s: f"{s[0]}x{s[1]}")
def test_nothing_is_cut_off_at_any_size(spoken: str, window: MainWindow, hands: Hands, size: tuple[int, int]) -> None:
    window.resize(*size)
    hands.qtbot.wait(30)
    assert (window.width(), window.height()) == size
    for part in (window.bar, window.status, window.panel):
        found = controls(part)
        assert found
        for control in found:
            if isinstance(control, QAbstractButton | QComboBox):
                assert control.width() >= control.minimumSizeHint().width() - 1, control.accessibleName()
            if isinstance(control, QLabel) and not control.wordWrap() and control.text():
                assert control.width() >= control.fontMetrics().horizontalAdvance(control.text()), control.text()
    for control in controls(window.bar):
        assert window.bar.rect().contains(box(control, window.bar)), control.accessibleName()
    fields = window.panel.fields
    for control in controls(fields):  # what does not fit below is scrolled to; nothing hides at the right
        assert box(control, fields).right() <= fields.parentWidget().width(), control.accessibleName()
    assert window.panel.go.visibleRegion().boundingRect().height() >= 36
    assert window.roll.viewport().height() >= 200
    assert window.roll.viewport().width() >= 480


def test_controls_of_the_bar_do_not_overlap_in_the_smallest_window(
    spoken: str, window: MainWindow, hands: Hands
) -> None:
    window.resize(window.minimumSize())
    hands.qtbot.wait(30)
    edges = [box(c, window.bar) for c in controls(window.bar)]
    assert len(edges) > 1
    for i, one in enumerate(edges):
        assert not any(one.intersects(other) for other in edges[i + 1 :]), controls(window.bar)[i].accessibleName()


def test_it_is_drawn_finely_on_a_dense_screen(window: MainWindow, hands: Hands) -> None:
    """At two device pixels a point the picture has detail that a stretched one would not have."""
    score = window.document.score
    window.document.open(replace(score, notes=tuple(replace(n, composed=True) for n in score.notes)), None, "x")
    hands.qtbot.wait(20)
    size = window.size()
    dense = QPixmap(size * 2)
    dense.setDevicePixelRatio(2)
    window.render(dense)
    image = dense.toImage().convertToFormat(QImage.Format.Format_RGB32)
    assert image.width() == 2 * size.width()
    plain = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.FastTransformation)
    stretched = plain.scaled(
        image.size(), Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.FastTransformation
    )
    for part in (window.bar, window.roll.viewport(), window.panel):
        corner, extent = part.mapTo(window, QPoint(0, 0)) * 2, part.size() * 2
        area = QRect(corner, extent)
        assert image.copy(area) != stretched.copy(area), type(part).__name__


def test_icons_have_their_own_pixels_at_every_density(window: MainWindow) -> None:
    icon = window.bar.play.icon()
    for density in (1, 2, 3):
        assert icon.pixmap(window.bar.play.iconSize(), density).width() == 20 * density


def test_the_application_is_dressed_in_the_bundled_typeface(window: MainWindow) -> None:
    assert QApplication.font().families()[0] == "Inter"
