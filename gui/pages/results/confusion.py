"""True class against answered class, as a grid that can be clicked or walked through with the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.kit.theme import colour, font, tokens

NAMES = 110  # px at most for class names at the left
BELOW = 24  # px for class names below
ROOM = 4  # px beside a count, so that it is written in its cell
SMALLEST = -3  # sizes of the font for counts in small cells
LARGEST = 160  # px of a cell
STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class Confusion(QWidget):
    """Rows: what an example is. Columns: what the network says. The diagonal is right.

    Signals:
        picked: true and answered class of the cell that was clicked.
    """

    picked = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: NDArray[np.int64] = np.zeros((0, 0), np.int64)
        self._names: tuple[str, ...] = ()
        self._cell: tuple[int, int] | None = None
        self._count_font: QFont | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)

    def show_counts(self, counts: NDArray[np.int64], names: Sequence[str]) -> None:
        """(classes, classes): true by answered."""
        self._counts, self._names, self._cell = counts, tuple(names), None
        right, total = int(np.trace(counts)), int(counts.sum())
        self.setAccessibleDescription(self.tr("{0} of {1} right").format(right, total))
        self.update()

    def leave_cell(self) -> None:
        """No cell is chosen any more."""
        self._cell = None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, 360)

    def cell_rect(self, true: int, said: int) -> QRectF:
        """Where a cell is painted."""
        left, side_x, side_y = self._measure()
        return QRectF(left + said * side_x, true * side_y, side_x, side_y)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position())
        if cell is not None:
            self._pick(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = STEPS.get(Qt.Key(event.key()))
        if step is None or not self._names:
            super().keyPressEvent(event)
            return
        row, column = self._cell or (0, 0)
        last = len(self._names) - 1
        self._pick((min(last, max(0, row + step[0])), min(last, max(0, column + step[1]))))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self._cell_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._sentence(cell) if cell else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, chosen = QPainter(self), tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(-1))
        most = self._counts.sum(axis=1).max() if self._counts.size else 1
        self._count_font = self._fitting_font()
        for true in range(len(self._names)):
            total = max(1, int(self._counts[true].sum()))
            for said in range(len(self._names)):
                self._paint_cell(painter, true, said, int(self._counts[true, said]), total)
        painter.setFont(font(-1))
        self._paint_names(painter)
        if self._cell is not None and most:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour(chosen.text), 1.5))
            painter.drawRoundedRect(self.cell_rect(*self._cell).adjusted(1, 1, -1, -1), 3, 3)

    def _paint_cell(self, painter: QPainter, true: int, said: int, count: int, total: int) -> None:
        chosen, rect = tokens(), self.cell_rect(true, said)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(chosen.raised, 0.6))
        inner = rect.adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(inner, 3, 3)
        if not count:
            return
        share = count / total
        base = chosen.accent if true == said else chosen.danger
        painter.setBrush(colour(base, 0.25 + 0.75 * share**0.5))
        painter.drawRoundedRect(inner, 3, 3)
        if self._count_font is not None:
            painter.setFont(self._count_font)
            strong = share > 0.35 and true == said
            painter.setPen(colour(chosen.on_accent if strong else chosen.text))
            painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, f"{count:,}")

    def _fitting_font(self) -> QFont | None:
        """The largest in which every count fits into its cell; None where even the smallest does not."""
        if not self._counts.size:
            return None
        _, side_x, side_y = self._measure()
        longest = f"{int(self._counts.max()):,}"
        for step in range(-1, SMALLEST - 1, -1):
            metrics = QFontMetrics(font(step))
            if metrics.horizontalAdvance(longest) + ROOM <= side_x and metrics.ascent() + ROOM <= side_y:
                return font(step)
        return None

    def _paint_names(self, painter: QPainter) -> None:
        left, side_x, side_y = self._measure()
        metrics = QFontMetrics(painter.font())
        painter.setPen(colour(tokens().dim))
        every = max(1, round(metrics.height() / max(1.0, side_y)))
        for index, name in enumerate(self._names):
            if side_y >= metrics.height() or index % every == 0:
                shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(left - 10))
                place = QRectF(0, index * side_y, left - 8, side_y)
                painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
            if side_x >= 16:
                shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(side_x - 2))
                place = QRectF(left + index * side_x, len(self._names) * side_y + 2, side_x, BELOW - 4)
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, shown)

    def _measure(self) -> tuple[float, float, float]:
        """Left edge of the grid, width and height of a cell."""
        count = max(1, len(self._names))
        metrics = QFontMetrics(font(-1))
        left = min(NAMES, max((metrics.horizontalAdvance(name) for name in self._names), default=0) + 16)
        side_x = min((self.width() - left) / count, LARGEST * 1.6)
        return left, side_x, min((self.height() - BELOW) / count, LARGEST)

    def _cell_at(self, place: QPointF) -> tuple[int, int] | None:
        left, side_x, side_y = self._measure()
        said, true = int((place.x() - left) // side_x), int(place.y() // side_y)
        count = len(self._names)
        return (true, said) if 0 <= said < count and 0 <= true < count else None

    def _pick(self, cell: tuple[int, int]) -> None:
        self._cell = cell
        self.update()
        self.setToolTip("")
        self.picked.emit(*cell)

    def _sentence(self, cell: tuple[int, int]) -> str:
        true, said = cell
        count, of = int(self._counts[true, said]), int(self._counts[true].sum())
        if true == said:
            return self.tr("{0} of {1} {2} answered rightly").format(f"{count:,}", f"{of:,}", self._names[true])
        words = self.tr("{0} of {1} {2} taken for {3}")
        return words.format(f"{count:,}", f"{of:,}", self._names[true], self._names[said])
