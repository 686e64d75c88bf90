"""The window on the stack of cards: mouse and keys become choices, gestures and edits."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from engine.layers import Block
from gui.kit.theme import watcher
from gui.pages.canvas.drawing.faces import first_fix
from gui.pages.canvas.editing.edits import Edits
from gui.pages.canvas.editing.menus import card_menu
from gui.pages.canvas.gestures.keys import Keys
from gui.pages.canvas.gestures.pointer import Pointer
from gui.pages.canvas.layout.gaps import Gap
from gui.pages.canvas.looking import LookingArea


class CanvasView(LookingArea):
    """Shows the stack and turns what the person does into edits. It is one stop of the Tab key; arrows walk the cards.

    Signals:
        settings_asked: Enter, or a double click on a card: the person wants its settings.
        insert_asked: a layer shall be chosen for this Gap (or index).
    """

    settings_asked = Signal()
    insert_asked = Signal(object)

    def __init__(self, edits: Edits, parent: QWidget | None = None) -> None:
        super().__init__(edits.document, parent)
        self.edits, self.selection = edits, edits.selection
        self.setObjectName("canvas.view")
        self.setAccessibleName(self.tr("Layers of the network"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.pointer = Pointer(self)
        self._keys = Keys(self)
        edits.document.changed.connect(self._on_document_changed)
        edits.document.opened.connect(self._on_opened)
        self.selection.changed.connect(self._on_selection_changed)
        self.viewed.connect(self._on_viewed)
        self.sheet.fix_asked.connect(self._on_fix_asked)
        self.sheet.plus.clicked.connect(self._on_plus_clicked)
        watcher().changed.connect(self.sheet.repaint_all)

    def show_hold(self, over: bool) -> None:
        """Whether the mouse is on a dot from which a wire can be drawn."""
        self.viewport().setCursor(Qt.CursorShape.CrossCursor) if over else self.viewport().unsetCursor()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._keys.act(event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointer.move(event.position().toPoint(), held=bool(event.buttons() & Qt.MouseButton.LeftButton))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        path = self.sheet.path_at(self.on_sheet(event.position().toPoint()))
        if event.button() != Qt.MouseButton.LeftButton or not path:
            return
        if isinstance(self.sheet.layers[path], Block):
            self.toggle_open(path)
        else:
            self.settings_asked.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self.sheet.hover(None)
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            if not self.selection.current:
                return
            place = self.card_rect(self.selection.current).center()
        else:
            place = self.viewport().mapFromGlobal(event.globalPos())
            card = self.sheet.card_at(self.on_sheet(place))
            if card is None:
                return
            if card.layer_id not in self.selection.ids:
                self.selection.choose(card.layer_id)
        card_menu(self.edits, self).popup(self.viewport().mapToGlobal(place))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_tab = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_tab and not self.selection.ids:
            self.selection.step(1)
        self._show_chosen()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_chosen()

    def _show_chosen(self) -> None:
        self.sheet.set_chosen(self.selection.ids, has_keys=self.hasFocus())

    def _on_selection_changed(self) -> None:
        self._show_chosen()
        current = self.selection.current
        if current in self.selection.ids:
            self.open_around(current)
            self.show_layer(current)
            card = self.sheet.cards[current]
            self.setAccessibleDescription(card.accessibleDescription())
            QAccessible.updateAccessibility(QAccessibleEvent(card, QAccessible.Event.Focus))

    def _on_viewed(self) -> None:
        """What is chosen inside a block that was closed gives way to the block."""
        hidden = next((path for path in self.selection.ids if path not in self.sheet.layers), "")
        while hidden and hidden not in self.sheet.layers:
            hidden = hidden.rpartition(".")[0]
        if hidden:
            self.selection.choose(hidden)
        self._show_chosen()

    def _on_document_changed(self) -> None:
        if self.pointer.gesture is not None:
            self.pointer.escape()  # the ground moved below the drag
        self.sheet.refresh()
        self._show_chosen()

    def _on_opened(self) -> None:
        self.show_view(opened=(), folded=())
        self.set_zoom(1.0)
        self.verticalScrollBar().setValue(0)

    def _on_fix_asked(self, layer_id: str) -> None:
        fix = first_fix(self.edits.document, layer_id)
        if fix is not None:
            self.selection.choose(layer_id)
            self.edits.fix(fix)
            self.setFocus()

    def _on_plus_clicked(self) -> None:
        self.insert_asked.emit(self.sheet.plus.gap)

    def insert_corner(self, place: Gap | int) -> QPoint:
        """Where the list of layers opens for a gap, on the screen."""
        try:
            at = self.gap_rect(place).center()
        except KeyError:  # in a block that is closed
            at = self.viewport().rect().center()
        return self.viewport().mapToGlobal(at + QPoint(16, -12))
