"""Tags in a row of the list: a rounded chip for each, as many as fit, then how many more."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from gui.kit.theme import colour, tokens

SIDE, BETWEEN, HEIGHT = 7, 4, 20  # px inside a chip at its sides, between chips, of a chip
MOST = 200  # px of a column of chips by itself; the person may make it wider


class Chips(QStyledItemDelegate):
    """Paints what the model gives as its role `tags`."""

    def __init__(self, tags: int, parent: QObject) -> None:
        super().__init__(parent)
        self._tags = tags

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        tags: Sequence[str] = index.data(self._tags) or ()
        metrics = QFontMetrics(option.font)
        wide = sum(metrics.horizontalAdvance(tag) + 2 * SIDE + BETWEEN for tag in tags)
        return QSize(min(MOST, wide + 2 * SIDE), HEIGHT + 6)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tags: Sequence[str] = index.data(self._tags) or ()
        look = tokens()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, colour(look.chosen))
        metrics = QFontMetrics(option.font)
        left, top = option.rect.left() + SIDE - 1, option.rect.center().y() + 1 - HEIGHT / 2
        for place, tag in enumerate(tags):
            rest = f"+{len(tags) - place}"
            wide = metrics.horizontalAdvance(tag) + 2 * SIDE
            spare = metrics.horizontalAdvance(rest) + BETWEEN if place + 1 < len(tags) else 0
            if left + wide + spare > option.rect.right():
                painter.setPen(colour(look.dim))
                room = QRectF(left, top, option.rect.right() - left, HEIGHT)
                painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, rest)
                break
            chip = QRectF(left, top, wide, HEIGHT)
            painter.setPen(QPen(colour(look.dim, 0.5)))
            painter.setBrush(colour(look.panel))
            painter.drawRoundedRect(chip, HEIGHT / 2, HEIGHT / 2)
            painter.setPen(colour(look.text))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, tag)
            left += wide + BETWEEN
        painter.restore()
