"""What the mouse is on: a card lights up and shows its dots, a wire shows the plus."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPoint, QPointF, QRectF

from engine.layers import AnyLayer
from gui.pages.canvas.drawing.insert import InsertButton
from gui.pages.canvas.drawing.marks import Marks
from gui.pages.canvas.drawing.painting import handles
from gui.pages.canvas.layout.arrange import Arrangement

REACH = 10.0  # px around the middle of a handle where it is taken


class Hoverable(Protocol):
    """What it uses of the sheet."""

    arrangement: Arrangement
    layers: dict[str, AnyLayer]
    marks: Marks
    plus: InsertButton
    zoom: float

    def path_at(self, point: QPoint) -> str: ...
    def to_plan(self, point: QPoint) -> QPointF: ...
    def to_sheet(self, rect: QRectF) -> QRectF: ...
    def show_marks(self) -> None: ...


class Hover:
    """Follows the mouse over the sheet; points are in the sheet's pixels."""

    def __init__(self, ground: Hoverable) -> None:
        self._ground = ground

    def at(self, point: QPoint | None) -> None:
        """Lights up the card below the mouse and shows the plus on the wire below it; None: the mouse is elsewhere."""
        ground = self._ground
        held = "" if point is None else self.handle_at(point)
        path = held or ("" if point is None else ground.path_at(point))
        if path != ground.marks.hovered:
            ground.marks.hovered = path
            ground.show_marks()
        gap = None if point is None or held else ground.arrangement.gap_at(ground.to_plan(point))
        ground.plus.stand_at(gap, None if gap is None else ground.to_sheet(gap.rect), ground.zoom)

    def handle_at(self, point: QPoint) -> str:
        """The path of the lit card that has a dot here, from which a wire can be drawn; "" where there is none."""
        ground = self._ground
        path = ground.marks.hovered
        if path not in ground.arrangement.cards or ground.layers[path].kind == "output":
            return ""
        reach, plan = REACH / min(ground.zoom, 1.0), ground.to_plan(point)
        spots = handles(ground.arrangement.cards[path])
        return path if any((spot - plan).manhattanLength() <= reach for spot in spots) else ""
