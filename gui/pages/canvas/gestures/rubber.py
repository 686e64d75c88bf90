"""Drawing a wire by hand: from the dot on a card's edge to a later card, which reads it from then on."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from engine.paths import parent
from gui.kit.theme import colour, tokens
from gui.pages.canvas.drawing.painting import HANDLE, Offered, handles
from gui.pages.canvas.gestures.canvas import Canvas
from gui.pages.canvas.gestures.gestures import Gesture


class DrawWire(Gesture):
    """Shows a rubber wire and lights up the cards that may read the source: those below it in the same stack."""

    def __init__(self, view: Canvas, source: str, begin: QPoint, point: QPoint) -> None:
        super().__init__(view)
        self._source = source
        self._may = _readers(view, source)
        self._goal = ""
        card = view.sheet.arrangement.cards[source]
        spots = [view.sheet.from_plan(spot).toPoint() for spot in handles(card)]
        start = view.on_sheet(begin)
        self._begin = min(spots, key=lambda spot: (spot - start).manhattanLength())
        self._wire = RubberWire(view.viewport())
        self._wire.show()
        self.move(point)

    def move(self, point: QPoint) -> None:
        path = self.view.sheet.path_at(self.view.on_sheet(point))
        self._goal = path if path in self._may else ""
        offered: dict[str, Offered] = dict.fromkeys(self._may, "may")
        self._offer({**offered, self._source: "", **({self._goal: "goal"} if self._goal else {})})
        self._wire.stretch(self._begin + self.view.sheet.pos(), point, lit=bool(self._goal))
        self.view.scroller.while_at(point)

    def end(self, point: QPoint) -> None:
        self.move(point)
        self.cancel()
        if self._goal:
            self.view.edits.wiring.connect(self._source, self._goal)

    def cancel(self) -> None:
        self._wire.hide()
        self._wire.deleteLater()
        self._offer(None)
        self.view.scroller.while_at(None)
        self.view.show_hold(False)

    def _offer(self, offered: Mapping[str, Offered] | None) -> None:
        self.view.sheet.marks.offered = offered
        self.view.sheet.show_marks()


class RubberWire(QWidget):
    """The wire while it is drawn, above everything."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("canvas.rubber")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._begin, self._end, self._lit = QPointF(), QPointF(), False

    def stretch(self, begin: QPoint, end: QPoint, *, lit: bool) -> None:
        """From here to there, in pixels of the parent; `lit` where letting go would make a wire."""
        area = QRect(begin, end).normalized().adjusted(-40, -40, 40, 40)
        self.setGeometry(area)
        self._begin, self._end, self._lit = QPointF(begin - area.topLeft()), QPointF(end - area.topLeft()), lit
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath(self._begin)
        pull = QPointF(0, min(abs(self._end.y() - self._begin.y()) / 2, 30.0))
        path.cubicTo(self._begin + pull, self._end - pull, self._end)
        style = Qt.PenStyle.SolidLine if self._lit else Qt.PenStyle.DashLine
        painter.setPen(QPen(colour(tokens().accent), 2.5, style, Qt.PenCapStyle.RoundCap))
        painter.drawPath(path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(tokens().accent))
        for point in (self._begin, self._end):
            painter.drawEllipse(point, HANDLE, HANDLE)


def _readers(view: Canvas, source: str) -> tuple[str, ...]:
    """What stands below a layer in its own stack; of what enters an opened block, what stands in it too."""
    outer = parent(source)
    layers = view.sheet.layers
    same = [path for path in layers if parent(path) == outer]
    inside = [path for path in layers if parent(path) == source]
    return tuple(path for path in [*inside, *same[same.index(source) + 1 :]] if layers[path].kind != "input")
