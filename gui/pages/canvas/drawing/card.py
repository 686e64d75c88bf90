"""One layer as a card: it shows its face and knows nothing of the document."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from gui.pages.canvas.drawing.faces import Face
from gui.pages.canvas.drawing.links import Chevron, FixLink
from gui.pages.canvas.drawing.painting import CHEVRON, LOW, PAD, State, paint_body, paint_handles, paint_words

GLOW = 8.0  # px around the card, for the glow of the chosen one and the sheets of a block


class Card(QWidget):
    """A card at any zoom. Mouse and keys go to the view behind it.

    Signals:
        fix_asked: the link on the card (of this layer's path) was pressed.
        open_asked: its chevron was pressed.
    """

    fix_asked = Signal(str)
    open_asked = Signal(str)

    def __init__(self, layer_id: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.layer_id = layer_id
        self.face: Face | None = None
        self.state = State()
        self._zoom = 1.0
        self.setObjectName(f"canvas.card.{layer_id}")
        self.setMouseTracking(True)
        self.link = FixLink(self)
        self.link.setObjectName(f"canvas.fix.{layer_id}")
        self.link.clicked.connect(self._on_link_clicked)
        self.chevron = Chevron(self)
        self.chevron.setObjectName(f"canvas.open.{layer_id}")
        self.chevron.clicked.connect(self._on_chevron_clicked)

    def show_face(self, face: Face) -> None:
        """Shows what there is to show; painted again only where it differs."""
        if face == self.face:
            return
        self.face = face
        self.setAccessibleName(face.label)
        self.setAccessibleDescription(face.spoken)
        locked = self.tr("Frozen: its weights stay as they are") if face.frozen else ""
        self.setToolTip("\n\n".join(text for text in (face.about, locked, face.note) if text))
        self.link.show_text(face.fix if face.problem else "")
        self.chevron.setVisible(face.block)
        self.chevron.show_state(face.label, opened=self.state.opened)
        self._place_buttons()
        self.update()

    def show_state(self, state: State) -> None:
        """What the person does with it; painted again only where it differs."""
        if state != self.state:
            self.state = state
            if self.face is not None:
                self.chevron.show_state(self.face.label, opened=state.opened)
            self.update()

    def picture(self) -> QPixmap:
        """The card as it looks, with nothing around it."""
        result = QPixmap(self.size() * self.devicePixelRatioF())
        result.setDevicePixelRatio(self.devicePixelRatioF())
        result.fill(Qt.GlobalColor.transparent)
        before, self.state = self.state, replace(self.state, hovered=False)
        self.render(result, renderFlags=QWidget.RenderFlag.DrawChildren)
        self.state = before
        return result

    def place(self, rect: QRectF, zoom: float) -> None:
        """Puts the card on `rect`, in pixels of the parent; the glow lies around."""
        around = GLOW * zoom
        self._zoom = zoom
        self.setGeometry(rect.adjusted(-around, -around, around, around).toAlignedRect())
        self._place_buttons()

    @property
    def body(self) -> QRectF:
        """The card without its glow, in its own pixels."""
        around = GLOW * self._zoom
        return QRectF(self.rect()).adjusted(around, around, -around, -around)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.face is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(self.state.opacity)
        painter.scale(self._zoom, self._zoom)
        body = QRectF(QPointF(GLOW, GLOW), self.body.size() * (1 / self._zoom))
        paint_body(painter, body, self.face, self.state)
        paint_words(painter, body, self.face, self.link.width() / self._zoom if self.link.text() else 0.0)
        if self.state.hovered and self.face.gives:
            paint_handles(painter, body)

    def _on_link_clicked(self) -> None:
        self.fix_asked.emit(self.layer_id)

    def _on_chevron_clicked(self) -> None:
        self.open_asked.emit(self.layer_id)

    def _place_buttons(self) -> None:
        zoom, body = self._zoom, self.body
        low = body.height() < LOW * zoom
        block = CHEVRON if self.face is not None and self.face.block else 0
        size = self.link.size_at(zoom)
        most = body.width() * (0.4 if low else 0.72) - block * zoom
        size.setWidth(min(size.width(), most))
        down = (body.height() - size.height()) / 2 if low else 28 * zoom
        corner = body.topRight() + QPointF(-(PAD + block) * zoom - size.width(), down)
        self.link.setGeometry(QRectF(corner, size).toRect())
        side = QSizeF(CHEVRON, CHEVRON) * zoom
        place = QPointF(body.right() - (CHEVRON + 8) * zoom, body.center().y() - side.height() / 2)
        self.chevron.setGeometry(QRectF(place, side).toRect())
