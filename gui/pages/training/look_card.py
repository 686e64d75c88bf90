"""A card that shows what the worker computes between two steps; it is asked for only while the card is in sight."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from engine.record.events import Look
from gui.kit.cards import Card
from gui.kit.redraw import Redraw
from gui.kit.theme import watcher
from gui.live.run import LiveRun
from gui.shared.context import Context


class LookCard(Card):
    """Subclasses name a look of `engine.training.looks.LOOKS`, say for which data it is there, and draw it."""

    name: ClassVar[str]

    def __init__(self, title: str, context: Context, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(title)
        self.context = context
        self.redraw = Redraw(self, self._draw)
        context.session.drained.connect(self.redraw.ask)
        context.session.state_changed.connect(self._on_state_changed)
        context.loader.changed.connect(self.redraw.ask)
        watcher().changed.connect(self.redraw.ask)
        self.redraw.ask()

    def suits(self) -> bool:
        """Whether there is something to show for the open data, or for that of the run that goes on."""
        return True

    def draw(self, live: LiveRun | None, look: Look | None) -> None:
        """Shows the latest look of the run that is drawn; None before the first, or where there is no run."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.context.session.watch(self.name, on=True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.context.session.watch(self.name, on=False)

    def _on_state_changed(self) -> None:
        self.redraw.ask()
        if self.context.session.state in ("idle", "paused"):
            self.redraw.now()  # there is nothing to be sparing with any more

    def _draw(self) -> None:
        live = self.context.session.live
        live = None if live is None else live.drawn
        look = None if live is None else live.looks.get(self.name)
        self.note.setText(self.tr("at step {0}").format(f"{look.step:,}") if look is not None else "")
        self.draw(live, look)
