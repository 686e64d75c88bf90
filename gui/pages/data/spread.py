"""How a column's values are spread, as bars: painted into a cell or on a widget of its own."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from engine.data.statistics import Summary
from gui.kit.theme import colour, tokens

WIDEST = 14.0  # px of a bar
LINE = 18  # px below the bars, for what stands at their ends


def paint_bars(painter: QPainter, room: QRectF, counts: tuple[int, ...], ink: QColor, widest: float = WIDEST) -> None:
    """The bars of these heights, from the left; each that counts anything is seen."""
    most = max(counts, default=0)
    if not most:
        return
    step = min(widest, room.width() / len(counts))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    for place, count in enumerate(counts):
        height = max(2.0, room.height() * count / most) if count else 0.0
        left = room.left() + place * step
        painter.drawRect(QRectF(left, room.bottom() - height, max(1.0, step - 1.0), height))


class Spread(QWidget):
    """The bars of one column, as wide as there is room, with the ends of what they count below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary = Summary("")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_summary(self, summary: Summary, words: str) -> None:
        """Another column; `words` say the same to who cannot see it."""
        self._summary = summary
        self.setAccessibleDescription(words)
        self.setVisible(bool(summary.counts))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, 110)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        room = QRectF(self.rect()).adjusted(0, 2, 0, -LINE)
        paint_bars(painter, room, self._summary.counts, colour(tokens().training), room.width())
        painter.setPen(colour(tokens().dim))
        below = QRectF(0, self.height() - LINE, self.width(), LINE)
        first, last = self._ends()
        metrics, half = QFontMetrics(self.font()), int(below.width() / 2) - 4
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        painter.drawText(
            below, left | Qt.AlignmentFlag.AlignBottom, metrics.elidedText(first, Qt.TextElideMode.ElideRight, half)
        )
        painter.drawText(
            below, right | Qt.AlignmentFlag.AlignBottom, metrics.elidedText(last, Qt.TextElideMode.ElideRight, half)
        )

    def _ends(self) -> tuple[str, str]:
        shown = self._summary
        if shown.names:
            return shown.names[0], shown.names[-1] if len(shown.names) > 1 else ""
        return (shown.said(shown.low), shown.said(shown.high)) if shown.counts else ("", "")
