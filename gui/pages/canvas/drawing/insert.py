"""The plus on a wire."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from gui.kit.theme import colour, tokens
from gui.pages.canvas.layout.gaps import Gap

SIZE = 22.0
HIGH = 60.0  # px below the top of a gap, at most


class InsertButton(QAbstractButton):
    """A round plus that stands on the wire below the mouse. `gap` is where a new layer would go."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.gap: Gap | None = None
        self.setObjectName("canvas.insert")
        self.setAccessibleName(self.tr("Insert a layer here"))
        self.setToolTip(self.tr("Insert a layer here"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def stand_at(self, gap: Gap | None, rect: QRectF | None, zoom: float) -> None:
        """Goes to the middle of a gap, in a tall one near its top; None hides it."""
        if gap is None or rect is None:
            self.hide()
            return
        self.gap = gap
        size = SIZE * max(zoom, 0.7)
        centre = QPointF(rect.center().x(), min(rect.center().y(), rect.top() + HIGH * zoom))
        self.setGeometry(QRectF(centre.x() - size / 2, centre.y() - size / 2, size, size).toAlignedRect())
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(colour(theme.on_accent), 1.5) if self.underMouse() else Qt.PenStyle.NoPen)
        painter.setBrush(colour(theme.accent))
        painter.drawEllipse(area)
        arm, centre = area.width() * 0.22, area.center()
        painter.setPen(QPen(colour(theme.on_accent), 2))
        painter.drawLine(centre - QPointF(arm, 0), centre + QPointF(arm, 0))
        painter.drawLine(centre - QPointF(0, arm), centre + QPointF(0, arm))
