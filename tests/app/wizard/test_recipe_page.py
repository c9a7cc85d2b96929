"""The wizard's second page: four recipes side by side, and what they ask of the worker."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from app.window.main_window import MainWindow
from app.wizard.recipe_page import RecipePage
from app.wizard.wizard import SMALLEST
from composer.workers.finetune_messages import RecipesTimed

pytestmark = pytest.mark.usefixtures("models")
MEMORY = {"quick": 2048, "balanced": 2048, "thorough": 2048, "adapters": 1536}


@pytest.fixture
def page(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> RecipePage:
    """The page in the narrowest wizard, as if the machine had been measured."""
    asked: list[str] = []
    monkeypatch.setattr(window.teaching.client, "time_recipes", asked.append)
    window.actions_["compose.teach"].trigger()
    wizard = window.teaching.wizard
    wizard.resize(*SMALLEST)
    wizard.folder.isComplete = lambda: True  # type: ignore[method-assign]
    wizard.folder.validatePage = lambda: True  # type: ignore[method-assign]
    wizard.next()
    assert asked == ["base"]
    rows: dict[str, dict[str, Any]] = {
        name: {"minutes": 12.3, "steps": 300, "passes": 12.0, "relative": 1.0, "memory_mb": memory}
        for name, memory in MEMORY.items()
    }
    wizard.recipe._show_timing(RecipesTimed("base", rows, device="cpu", cores=2, memory_mb=2048))
    for _ in range(3):
        QApplication.processEvents()
    return wizard.recipe


def test_every_word_on_the_cards_has_room(page: RecipePage) -> None:
    assert set(page.cards) == set(MEMORY)
    assert len({card.height() for card in page.cards.values()}) == 1
    for card in page.cards.values():
        for label in card.findChildren(QLabel):
            assert label.height() >= label.heightForWidth(label.width()), label.text()
            assert card.rect().contains(label.geometry()), label.text()


def test_adapters_are_asked_for_by_their_rank(page: RecipePage) -> None:
    assert page.config().settings.rank == 0
    assert "2.0 GB" in page.machine.text()
    page.cards["adapters"].chosen.emit("adapters")
    config = page.config()
    assert (config.recipe, config.settings.rank, config.minutes) == ("adapters", 16, 12.3)
    assert "1.5 GB" in page.machine.text(), "the memory is that of the recipe"
    page.fields["rank"].setValue(8)
    assert page.config().settings.rank == 8
