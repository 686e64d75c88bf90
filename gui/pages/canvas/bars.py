"""What floats above the canvas: a bar for the chosen layers, and one sentence when something cannot be done."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from engine.errors import EngineError
from engine.layers import Block
from gui.kit.commands import Actions
from gui.kit.style import look
from gui.pages.canvas.drawing.heat import MEASURES
from gui.pages.canvas.editing.edits import Edits
from gui.pages.canvas.minimap import WIDTH, Minimap
from gui.pages.canvas.view import CanvasView
from gui.pages.canvas.zoom import ZoomBar

ROOMY = 880  # px of canvas from which bars fit beside each other
LOW = 14  # px between a bar and the lower edge
PATIENCE = 8000  # ms that a sentence stays


class ChosenBar(QFrame):
    """How many are chosen and what can be done with them; for one layer only where it is a block."""

    def __init__(self, edits: Edits, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._edits, self._actions = edits, actions
        self.setObjectName("canvas.chosen")
        look(self, "panel")
        self.count = QLabel(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.addWidget(self.count)
        self._row = row
        self.block = self._add("canvas.make_block", "layer.make_block")
        self.ungroup = self._add("canvas.ungroup", "layer.ungroup")
        self._add("canvas.duplicate", "edit.duplicate")
        self._add("canvas.delete", "edit.delete")
        edits.selection.changed.connect(self.refresh)
        edits.document.changed.connect(self.refresh)
        self.hide()

    def refresh(self) -> None:
        """Shows what fits the choice."""
        ids, network = self._edits.selection.movable, self._edits.network
        known = [layer for layer in network.layers if layer.id in ids]
        block = len(known) == 1 and isinstance(known[0], Block)
        self.count.setText(self._edits.bench.label(known[0].id) if block else self.tr("{0} layers").format(len(known)))
        self.block.setVisible(len(known) > 1)
        self.ungroup.setVisible(block)
        self.setVisible(len(known) > 1 or block)
        self.adjustSize()
        self.place()

    def place(self) -> None:
        """Low in the middle of its parent; higher where the zoom bar needs the room."""
        _place_low(self, 14, 58)

    def _add(self, name: str, command: str) -> QPushButton:
        text = self._actions.command(command).spoken
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.clicked.connect(self._actions[command].trigger)
        self._row.addWidget(button)
        return button


class ViewBar(QFrame):
    """What the cards show: the share of something that each layer takes, and one line or two."""

    def __init__(self, view: CanvasView, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("canvas.view_bar")
        look(self, "panel")
        self.heat = QComboBox(self)
        self.heat.setObjectName("canvas.heat")
        self.heat.setAccessibleName(self.tr("What cards are coloured by"))
        self.heat.setToolTip(self.tr("Which share of the whole each layer takes"))
        self.heat.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for text, key in self._choices():
            self.heat.addItem(text, key)
        measured = self.tr("Measured by a short probe, once the network can be trained")
        self.heat.setItemData(self.heat.count() - 1, measured, Qt.ItemDataRole.ToolTipRole)
        self.fold = QToolButton(self)
        self.fold.setObjectName("canvas.fold")
        self.fold.setText(self.tr("Fold"))
        self.fold.setCheckable(True)
        self.fold.setAccessibleName(self.tr("Fold all cards to one line"))
        self.fold.setToolTip(self.fold.accessibleName())
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 3, 4, 3)
        row.setSpacing(4)
        row.addWidget(self.heat)
        row.addWidget(self.fold)
        self._view = view
        self.heat.currentIndexChanged.connect(self._on_heat_chosen)
        self.fold.clicked.connect(view.looking.fold_all)
        view.looking.changed.connect(self._on_viewed)

    def _choices(self) -> list[tuple[str, str]]:
        named = {"parameters": self.tr("Parameters"), "macs": self.tr("MACs"), "memory": self.tr("Memory")}
        return [(self.tr("No heat"), ""), *((named[key], key) for key in MEASURES), (self.tr("Time of a step"), "time")]

    def _on_heat_chosen(self) -> None:
        self._view.looking.show_heat(str(self.heat.currentData()))

    def _on_viewed(self) -> None:
        self.fold.setChecked(bool(self._view.looking.folded))
        self.heat.blockSignals(True)
        self.heat.setCurrentIndex(max(self.heat.findData(self._view.looking.heat), 0))
        self.heat.blockSignals(False)


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

    def __init__(self, edits: Edits, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.view = CanvasView(edits, self)
        self.zoom_bar = ZoomBar(self.view.zoom, actions, self)
        self.view_bar = ViewBar(self.view, self)
        self.minimap = Minimap(self.view, self)
        self.chosen_bar = ChosenBar(edits, actions, self)
        self.notice = Notice(self)
        edits.refused.connect(self.notice.say_error)
        self.view.sheet.rearranged.connect(self._place_map)
        self.view.zoom.floating = self._floating

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = self.zoom_bar.sizeHint()
        covered = size.height() + 2 * LOW
        narrow = self.width() <= ROOMY  # the bars would lie on the cards: these end above
        self.view.setGeometry(0, 0, self.width(), self.height() - (covered if narrow else 0))
        self.zoom_bar.setGeometry(
            self.width() - size.width() - 18, self.height() - size.height() - LOW, size.width(), size.height()
        )
        low = self.view_bar.sizeHint()
        self.view_bar.setGeometry(18, self.height() - low.height() - LOW, low.width(), low.height())
        self._place_map()
        self.chosen_bar.place()
        self.notice.place()

    def _floating(self) -> int:
        """How much of the view's lower edge bars cover, with some air."""
        bars = [bar for bar in (self.zoom_bar, self.view_bar, self.chosen_bar) if not bar.isHidden()]
        return max(0, self.view.height() + LOW - min((bar.y() for bar in bars), default=self.height()))

    def _place_map(self) -> None:
        bottom = self.zoom_bar.y() - 10
        height = self.minimap.height_in(bottom - 14)
        self.minimap.setGeometry(self.zoom_bar.geometry().right() - WIDTH + 1, bottom - height, WIDTH, height)


def _room(widget: QWidget) -> QSize:
    parent = widget.parentWidget()
    return parent.size() if parent else widget.size()


def _place_low(widget: QWidget, above: int, above_in_narrow: int) -> None:
    room = _room(widget)
    above = above if room.width() > ROOMY else above_in_narrow
    widget.move((room.width() - widget.width()) // 2, room.height() - widget.height() - above)
