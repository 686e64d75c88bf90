"""What floats above the canvas: a bar for the chosen layers, and one sentence when something cannot be done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from engine.errors import EngineError
from engine.layers import Block
from gui.canvas.edits import Edits
from gui.canvas.view import CanvasView
from gui.canvas.zoom import ZoomBar
from gui.style import look

ROOMY = 760  # px of canvas from which bars fit beside each other
PATIENCE = 8000  # ms that a sentence stays


class ChosenBar(QFrame):
    """How many are chosen and what can be done with them; for one layer only where it is a block."""

    def __init__(self, edits: Edits, parent: QWidget) -> None:
        super().__init__(parent)
        self._edits = edits
        self.setObjectName("canvas.chosen")
        look(self, "panel")
        self.count = QLabel(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.addWidget(self.count)
        self._row = row
        chosen = edits.selection
        self.block = self._add("canvas.make_block", self.tr("Make block"), lambda: edits.make_block(chosen.movable))
        self.ungroup = self._add("canvas.ungroup", self.tr("Ungroup"), lambda: edits.ungroup(chosen.current))
        self._add("canvas.duplicate", self.tr("Duplicate"), lambda: edits.duplicate(chosen.movable))
        self._add("canvas.delete", self.tr("Delete"), lambda: edits.remove(chosen.movable))
        chosen.changed.connect(self.refresh)
        edits.document.changed.connect(self.refresh)
        self.hide()

    def refresh(self) -> None:
        """Shows what fits the choice."""
        ids, network = self._edits.selection.movable, self._edits.network
        known = [layer for layer in network.layers if layer.id in ids]
        block = len(known) == 1 and isinstance(known[0], Block)
        self.count.setText(known[0].label if block else self.tr("{0} layers").format(len(known)))
        self.block.setVisible(len(known) > 1)
        self.ungroup.setVisible(block)
        self.setVisible(len(known) > 1 or block)
        self.adjustSize()
        self.place()

    def place(self) -> None:
        """Low in the middle of its parent; higher where the zoom bar needs the room."""
        _place_low(self, 14, 58)

    def _add(self, name: str, text: str, action: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.clicked.connect(action)
        self._row.addWidget(button)
        return button


class Notice(QLabel):
    """One sentence that goes by itself; a click sends it away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("canvas.notice")
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMargin(10)
        look(self, "banner-danger")
        self._leave = QTimer(self, singleShot=True, interval=PATIENCE)
        self._leave.timeout.connect(self.hide)
        self.hide()

    def say_error(self, error: EngineError) -> None:
        """Why something cannot be done, and what to do instead."""
        self.setText(str(error))
        self.setAccessibleName(str(error))
        self.show()
        self.raise_()
        self.place()
        self._leave.start()

    def place(self) -> None:
        """Low in the middle of its parent, above the bar."""
        width = min(420, _room(self).width() - 32)
        self.resize(width, self.heightForWidth(width))
        _place_low(self, 66, 110)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hide()


class Middle(QWidget):
    """The canvas with what floats above it."""

    def __init__(self, edits: Edits, parent: QWidget) -> None:
        super().__init__(parent)
        self.view = CanvasView(edits, self)
        self.zoom_bar = ZoomBar(self.view, self)
        self.chosen_bar = ChosenBar(edits, self)
        self.notice = Notice(self)
        edits.refused.connect(self.notice.say_error)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.view.setGeometry(self.rect())
        size = self.zoom_bar.sizeHint()
        self.zoom_bar.setGeometry(
            self.width() - size.width() - 18, self.height() - size.height() - 14, size.width(), size.height()
        )
        self.chosen_bar.place()
        self.notice.place()


def _room(widget: QWidget) -> QSize:
    parent = widget.parentWidget()
    return parent.size() if parent else widget.size()


def _place_low(widget: QWidget, above: int, above_in_narrow: int) -> None:
    room = _room(widget)
    above = above if room.width() > ROOMY else above_in_narrow
    widget.move((room.width() - widget.width()) // 2, room.height() - widget.height() - above)
