"""The Network page: palette, canvas and inspector side by side."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QPoint, QRect, Qt, SignalInstance
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from engine.layers.base import Layer
from gui.canvas.bars import Middle
from gui.canvas.edits import Edits
from gui.canvas.gestures import DropKind
from gui.canvas.palette import Palette
from gui.canvas.popup import InsertPopup
from gui.canvas.selection import Selection
from gui.context import Context
from gui.style import look

PALETTE, INSPECTOR = 200, 280  # px at first


@runtime_checkable
class LayerPanel(Protocol):
    """What the page asks of the panel at the right, which it does not know otherwise.

    `wanted` names a layer that the person asked for there; `left` says that Escape was pressed there.
    """

    wanted: SignalInstance
    left: SignalInstance

    def show_layers(self, layer_ids: tuple[str, ...]) -> None:
        """These are chosen now."""

    def take_focus(self) -> None:
        """The person wants to type there."""


class NetworkPage(QWidget):
    """Where a network is stacked. `selection` and `edits` are there for menus and shortcuts of the window too."""

    def __init__(self, context: Context, inspector: QWidget) -> None:
        super().__init__()
        self.setObjectName("network")
        self.selection = Selection(context.document, self)
        self.edits = Edits(context.document, self.selection, self)
        self.layers = Palette("palette", self)
        self.middle = Middle(self.edits, self)
        self.view = self.middle.view
        self.popup = InsertPopup(self.edits, self)
        self.inspector = inspector
        self._lay_out()
        self._connect_palette()
        self.view.opened.connect(self._on_opened)
        self.view.insert_asked.connect(self._on_insert_asked)
        if isinstance(inspector, LayerPanel):
            self._connect_panel(inspector)
        slash = QShortcut(QKeySequence("/"), self)
        slash.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        slash.activated.connect(self.layers.seek)

    def select(self, layer_id: str) -> None:
        """Chooses a layer, scrolls to it and gives the canvas the keyboard. An unknown id chooses nothing."""
        self.selection.choose(layer_id)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def card_rect(self, layer_id: str) -> QRect:
        """The card's place in pixels of `view.viewport()`; KeyError where there is none."""
        return self.view.card_rect(layer_id)

    def _lay_out(self) -> None:
        look(self.layers, "rail")
        self.layers.setMinimumWidth(150)
        self.inspector.setMinimumWidth(240)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setObjectName("network.splitter")
        splitter.setHandleWidth(0)  # the panels draw the line; Qt widens the grip by itself
        for widget, stretch in ((self.layers, 0), (self.middle, 1), (self.inspector, 0)):
            splitter.addWidget(widget)
            splitter.setStretchFactor(splitter.count() - 1, stretch)
            splitter.setCollapsible(splitter.count() - 1, False)
        splitter.setSizes([PALETTE, 900, INSPECTOR])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(splitter)

    def _connect_palette(self) -> None:
        self.layers.taken.connect(self.edits.add_kind)
        self.layers.carried.connect(self._on_carried)
        self.layers.let_go.connect(self._on_let_go)
        self.layers.kept.connect(self.view.pointer.escape)

    def _connect_panel(self, panel: LayerPanel) -> None:
        self.selection.changed.connect(lambda: panel.show_layers(self.selection.ids))
        panel.wanted.connect(self.select)
        panel.left.connect(self.view.setFocus)

    def _on_carried(self, kind: type[Layer], at: QPoint) -> None:
        point = self.view.viewport().mapFromGlobal(at)
        if self.view.pointer.gesture is None:
            self.view.pointer.begin(DropKind(self.view, kind, point))
        else:
            self.view.pointer.move(point, held=True)

    def _on_let_go(self, at: QPoint) -> None:
        self.view.pointer.end(self.view.viewport().mapFromGlobal(at))

    def _on_opened(self) -> None:
        if isinstance(self.inspector, LayerPanel):
            self.inspector.take_focus()

    def _on_insert_asked(self, index: int) -> None:
        self.popup.open_at(self.view.insert_corner(index), index)
