"""What the compose panel asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hands import Hands
from PySide6.QtCore import Qt

from app.panels.generate_panel import ComposePanel
from app.window.main_window import MainWindow, installed_styles
from composer.core.settings import GenerationRequest


@pytest.fixture
def styled(window: MainWindow) -> MainWindow:
    """The window with the bundled styles in its picker."""
    cards = [replace(c, infills=c.name != "base") for c in installed_styles()]
    window.panel.set_styles([replace(c, strength=1.5) if c.name == "romantic" else c for c in cards])
    return window


def choose(window: MainWindow, style: str) -> None:
    """Picks a style by its name."""
    window.panel.style_box.setCurrentIndex(window.panel.style_box.findData(style))


def test_the_strength_is_the_styles_own_until_it_is_moved(styled: MainWindow, hands: Hands) -> None:
    panel = styled.panel
    choose(styled, "romantic")
    assert panel.strength.value() == 100
    assert panel.request().settings.strength is None
    panel.strength.setFocus()
    hands.key(Qt.Key.Key_Right)
    assert panel.request().settings.strength == pytest.approx(1.515)
    assert "1.5" in panel.strength.toolTip()
    panel.strength.setValue(0)
    assert panel.request().settings.strength == 0
    panel.strength.setValue(panel.strength.maximum())
    assert panel.request().settings.strength == pytest.approx(5, abs=0.02)
    choose(styled, "baroque")
    assert panel.request().settings.strength is None


def test_the_base_has_no_strength_to_choose(styled: MainWindow) -> None:
    choose(styled, "baroque")
    assert styled.panel.stronger.isVisible()
    styled.panel.strength.setValue(250)
    choose(styled, "base")
    assert not styled.panel.stronger.isVisible()
    assert styled.panel.request().settings.strength is None


def test_quality_is_a_number_of_attempts_asked_for_and_remembered(styled: MainWindow, hands: Hands) -> None:
    panel = styled.panel
    choose(styled, "romantic")
    assert panel.quality.currentText() == "Balanced"
    assert panel.request().settings.drafts == GenerationRequest().drafts == 4
    panel.quality.setFocus()
    hands.key(Qt.Key.Key_Down)
    assert panel.quality.currentText() == "Best"
    assert panel.request().settings.drafts == 8
    hands.key(Qt.Key.Key_Up)
    hands.key(Qt.Key.Key_Up)
    assert panel.request().settings.drafts == 1
    panel.remember()
    other = ComposePanel(styled.settings)
    assert other.quality.currentText() == "Fast"
    assert not other.advanced.more.isChecked()
    other.deleteLater()


def test_a_number_of_attempts_between_the_presets_is_shown_and_kept(styled: MainWindow, hands: Hands) -> None:
    styled.settings.setValue("compose/drafts", 3)  # as earlier versions stored it
    panel = ComposePanel(styled.settings)
    hands.qtbot.addWidget(panel)
    assert panel.advanced.more.isChecked()
    assert panel.quality.currentText() == "3 attempts"
    assert panel.request().settings.drafts == 3
    panel.advanced.candidates.box.stepUp()
    assert panel.quality.currentText() == "Balanced"
    assert panel.quality.count() == 3
    styled.settings.setValue("compose/drafts", "many")
    panel.advanced.recall(styled.settings)
    assert panel.request().settings.drafts == 4


def test_timing_is_asked_for_and_remembered_and_a_first_start_does_not_show_it(
    styled: MainWindow, hands: Hands
) -> None:
    panel = styled.panel
    choose(styled, "romantic")
    assert not panel.advanced.timing.isVisible()
    assert panel.request().settings.timing == GenerationRequest().timing == "auto"
    hands.qtbot.mouseClick(panel.advanced.more, Qt.MouseButton.LeftButton)
    assert panel.advanced.timing.isVisible()
    panel.advanced.timing.setFocus()
    for _ in range(3):
        hands.key(Qt.Key.Key_Down)
    assert panel.request().settings.timing == "grid"
    panel.remember()
    other = ComposePanel(styled.settings)
    assert other.request().settings.timing == "grid"
    assert other.advanced.more.isChecked(), "what is not usual is seen"
    other.deleteLater()


def test_a_network_of_tokens_has_no_quality_to_choose(styled: MainWindow) -> None:
    cards = [replace(c, encoding="giga") if c.name == "romantic" else c for c in installed_styles()]
    styled.panel.set_styles(cards)
    choose(styled, "romantic")
    assert not styled.panel.quality.isVisible()
    choose(styled, "baroque")
    assert styled.panel.quality.isVisible()


def test_coming_to_an_end_is_asked_for_and_remembered(styled: MainWindow, hands: Hands) -> None:
    choose(styled, "romantic")
    assert not styled.panel.request().settings.ending
    hands.qtbot.mouseClick(styled.panel.ending, Qt.MouseButton.LeftButton, pos=styled.panel.ending.rect().center() / 4)
    assert styled.panel.ending.isChecked()
    assert styled.panel.request().settings.ending
    styled.panel.remember()
    assert styled.settings.value("compose/ending") == "true"


def test_a_style_that_never_learned_to_fill_gaps_is_not_asked_to_end(styled: MainWindow) -> None:
    choose(styled, "romantic")
    styled.panel.ending.setChecked(True)
    assert styled.panel.request().settings.ending
    choose(styled, "base")
    assert not styled.panel.ending.isVisible()
    assert not styled.panel.request().settings.ending


def test_a_style_whose_base_has_changed_has_no_strength_to_choose(styled: MainWindow) -> None:
    card = next(c for c in installed_styles() if c.name == "romantic")
    mine = replace(card, name="mine", bundled=False, data={**card.data, "base_digest": "that of an older base"})
    styled.panel.set_styles([card, mine])
    choose(styled, "mine")
    assert not styled.panel.strength.isVisible()
    assert styled.panel.request().settings.strength is None
    choose(styled, "romantic")
    assert styled.panel.strength.isVisible()
