"""A look that the worker computes, and the card that shows it: one row and one class."""

from __future__ import annotations

from typing import ClassVar

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.record.events import Look
from engine.training.looks import LOOKS, Kind
from gui.kit.cards import text
from gui.live.run import LiveRun
from gui.pages.training import page as pages
from gui.pages.training.look_card import LookCard
from gui.pages.training.page import TrainingPage
from gui.shared.context import Context
from tests.gui.runs_helpers import find, put_away, ready, small

SECONDS = 60_000


class WeightsCard(LookCard):
    """How many weights there are, as the worker counts them."""

    name: ClassVar[str] = "toy"

    def __init__(self, context: Context) -> None:
        super().__init__("Toy", context)
        self.count = text("none yet")
        self.count.setObjectName("monitor.toy")
        self.body.addWidget(self.count)

    def draw(self, live: LiveRun | None, look: Look | None) -> None:
        if look is not None:
            self.count.setText(f"{look.shown} weights")


def test_another_panel_is_one_look_and_one_card(qtbot: QtBot, context: Context, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(LOOKS, "toy", Kind(lambda learner: sum(p.numel() for p in learner.model.parameters()), 0.02))
    monkeypatch.setattr(pages, "LOOK_CARDS", (*pages.LOOK_CARDS, WeightsCard))
    page = TrainingPage(context)
    page.resize(1200, 800)
    page.show()
    ready(qtbot, context, small("iris", epochs=10_000))
    context.session.train()
    label = find(page, QLabel, "monitor.toy")
    count = context.document.report.parameters
    qtbot.waitUntil(lambda: label.text() == f"{count} weights", timeout=SECONDS)
    assert context.session.live is not None
    assert set(context.session.live.looks) == {"toy"}  # the plane is not in sight: iris has four numbers
    context.session.stop()
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    put_away(qtbot, page, lambda: True)
