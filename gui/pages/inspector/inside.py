"""What a block holds, as a list: open one, move it, take it out, add another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from engine import rewiring
from engine.errors import EngineError
from engine.layers import KINDS, AnyLayer, Block
from engine.layers.base import Family, Layer
from engine.network import Network
from gui.kit.elided import ElidedButton
from gui.kit.icons import icon
from gui.kit.style import look
from gui.kit.theme import colour, tokens
from gui.pages.inspector.place import Place


class Inside(QWidget):
    """The layers inside a block. Rows are called `inspector.inside.ID`, their buttons `.up`, `.down`, `.remove`.

    Signals:
        opened: id of the layer inside whose settings the person wants.
    """

    opened = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._place: Place | None = None
        self._shown: tuple[object, ...] = ()
        self._rows: list[QWidget] = []
        head = QLabel(self.tr("Inside").upper(), self)
        look(head, "group")
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.refusal = QLabel(self)
        self.refusal.setObjectName("inspector.inside.refusal")
        self.refusal.setWordWrap(True)
        look(self.refusal, "danger")
        self.refusal.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(6)
        column.addWidget(head)
        column.addLayout(self._list)
        column.addWidget(self.refusal)
        self._adder = self._add_button()
        column.addWidget(self._adder)

    def show_place(self, place: Place) -> None:
        """Shows the block there; hidden where it is none. Rows are made anew only where they differ."""
        block = place.layer
        self._place = place
        self.setVisible(isinstance(block, Block))
        if not isinstance(block, Block):
            return
        self.refusal.hide()
        called = [place.label_within(layer.id) for layer in block.layers]
        said = [(layer.id, label, layer.summary()) for layer, label in zip(block.layers, called, strict=True)]
        shown = (place.path, tokens().name, *said)
        if shown == self._shown:
            return
        self._shown = shown
        for row in self._rows:
            row.hide()
            row.deleteLater()
        rows = enumerate(zip(block.layers, called, strict=True), 1)
        self._rows = [self._row(layer, label, number, len(block.layers)) for number, (layer, label) in rows]
        for row in self._rows:
            self._list.addWidget(row)

    def in_order(self) -> tuple[QWidget, ...]:
        """Rows and button from top to bottom."""
        return (*self._rows, self._adder)

    def _row(self, layer: AnyLayer, label: str, number: int, count: int) -> QWidget:
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        summary = layer.summary()
        text = f"{label} · {summary}" if summary else label
        button = ElidedButton(text, row, padding=26)
        button.setIcon(family_icon(layer.family.value))
        button.setIconSize(QSize(12, 12))
        button.setObjectName(f"inspector.inside.{layer.id}")
        button.setAccessibleName(self.tr("Open {0}").format(text))
        button.setToolTip(text)
        button.clicked.connect(partial(self.opened.emit, layer.id))
        look(button, "row")
        line.addWidget(button, 1)
        for name, about, enabled, change in (
            ("up", self.tr("Move {0} up"), number > 1, lambda inner: inner.move(layer.id, number - 1)),
            ("down", self.tr("Move {0} down"), number < count, lambda inner: inner.move(layer.id, number + 1)),
            ("remove", self.tr("Delete {0}"), True, lambda inner: inner.remove([layer.id])),
        ):
            line.addWidget(self._tool(row, layer, name, about.format(label), enabled, change))
        return row

    def _tool(
        self, row: QWidget, layer: AnyLayer, name: str, about: str, enabled: bool, change: Callable[[Network], Network]
    ) -> QToolButton:
        button = QToolButton(row)
        button.setObjectName(f"inspector.inside.{layer.id}.{name}")
        button.setAccessibleName(about)
        button.setToolTip(about)
        button.setIcon(icon("close" if name == "remove" else name, "dim"))
        button.setIconSize(QSize(13, 13))
        button.setEnabled(enabled)
        button.clicked.connect(partial(self._change, about, change))
        look(button, "flat")
        return button

    def _add_button(self) -> QPushButton:
        button = QPushButton(icon("plus", "dim"), self.tr("Add a layer inside"), self)
        button.setObjectName("inspector.add_inside")
        button.setAccessibleName(button.text())
        menu = QMenu(button)
        menu.aboutToShow.connect(partial(self._fill, menu))
        button.setMenu(menu)
        return button

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        for family in Family:
            kinds = [kind for kind in KINDS if kind.in_palette and kind.family is family]
            part = menu.addMenu(family_icon(family.value), self.tr(family.value).capitalize()) if kinds else menu
            for kind in kinds:
                action = part.addAction(kind.title.replace("&", "&&"))
                action.setObjectName(f"inspector.add_inside.{kind.model_fields['kind'].default}")
                action.setToolTip(kind.about())
                action.triggered.connect(partial(self._on_added, kind))

    def _on_added(self, kind: type[Layer]) -> None:
        self._change(self.tr("Add {0}").format(kind.title), lambda inner: inner.insert(kind.model_validate({}))[0])

    def _change(self, text: str, change: Callable[[Network], Network]) -> None:
        if self._place is None or not isinstance(self._place.layer, Block):
            return
        try:
            self._place.set_inside(text, change(rewiring.inside(self._place.layer)))
        except EngineError as error:
            self.refusal.setText(str(error))
            self.refusal.show()


def family_icon(family: str) -> QIcon:
    """A square in a family's colour."""
    pixmap = QPixmap(24, 24)
    pixmap.setDevicePixelRatio(2.0)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(tokens().families[family]))
    painter.drawRoundedRect(QRectF(1, 1, 10, 10), 2.5, 2.5)
    painter.end()
    return QIcon(pixmap)
