"""The arrangement on the screen: at a zoom, in the middle of the room there is."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF
from PySide6.QtWidgets import QWidget

from gui.pages.canvas.layout.arrange import Arrangement
from gui.pages.canvas.layout.gaps import Gap


class Ground(QWidget):
    """Goes from the arrangement's pixels to its own and back. `room` is what the view shows at once."""

    def __init__(self, arrangement: Arrangement, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.arrangement = arrangement
        self.zoom = 1.0
        self.room = QSize(0, 0)

    def to_plan(self, point: QPoint) -> QPointF:
        """From the sheet's pixels to the arrangement's."""
        return (QPointF(point) - self.origin) * (1 / self.zoom)

    def from_plan(self, point: QPointF) -> QPointF:
        """From the arrangement's pixels to the sheet's."""
        return point * self.zoom + self.origin

    def to_sheet(self, rect: QRectF) -> QRectF:
        """A place, from the arrangement's pixels to the sheet's."""
        return QRectF(self.from_plan(rect.topLeft()), rect.size() * self.zoom)

    @property
    def origin(self) -> QPointF:
        """Where the arrangement's upper left corner is."""
        spare = self.width() - self.arrangement.width * self.zoom
        return QPointF(max(0.0, spare / 2), 0.0)

    @property
    def seen(self) -> QRectF:
        """The part that the view shows, in the arrangement's pixels."""
        corner = self.to_plan(-self.pos())
        return QRectF(corner, QSizeF(self.room) * (1 / self.zoom))

    def path_at(self, point: QPoint) -> str:
        """The path of the card below a point of the sheet; "" where there is none."""
        return self.arrangement.card_at(self.to_plan(point))

    def card_rect(self, layer_id: str) -> QRect:
        """The place of a card, without its glow; KeyError where there is none."""
        return self.to_sheet(self.arrangement.cards[layer_id]).toRect()

    def gap(self, place: Gap | int) -> Gap:
        """The gap that is meant: by its index in the network, or by parent and index; KeyError where it is not seen."""
        if isinstance(place, int):
            return self.arrangement.gap(place)
        return place if not place.rect.isEmpty() else self.arrangement.gap(place.index, place.parent)

    def gap_rect(self, place: Gap | int) -> QRect:
        """The room where something inserted goes."""
        return self.to_sheet(self.gap(place).rect).toRect()

    def nearest_gap(self, point: QPoint, parent: str | None = None) -> Gap:
        """Where something dropped at this point goes; in one parent only, where it is named."""
        return self.arrangement.nearest_gap(self.to_plan(point), parent)
