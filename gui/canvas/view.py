"""The window on the stack of cards: mouse and keys become choices, gestures and edits."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from gui.canvas.edits import Edits
from gui.canvas.faces import first_fix
from gui.canvas.keys import Keys
from gui.canvas.menus import card_menu
from gui.canvas.pointer import Pointer
from gui.canvas.sheet import Sheet
from gui.canvas.zoom import ZoomArea
from gui.theme import watcher


class CanvasView(ZoomArea):
    """Shows the stack and turns what the person does into edits. It is one stop of the Tab key; arrows walk the cards.

    Signals:
        opened: Enter, or a double click on a card: the person wants its settings.
        insert_asked: a layer shall be chosen for this index.
    """

    opened = Signal()
    insert_asked = Signal(int)

    def __init__(self, edits: Edits, parent: QWidget | None = None) -> None:
        super().__init__(Sheet(edits.document), parent)
        self.edits, self.selection = edits, edits.selection
        self.setObjectName("canvas.view")
        self.setAccessibleName(self.tr("Layers of the network"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.pointer = Pointer(self)
        self._keys = Keys(self)
        edits.document.changed.connect(self._on_document_changed)
        edits.document.opened.connect(self._on_opened)
        self.selection.changed.connect(self._on_selection_changed)
        self.sheet.fix_asked.connect(self._on_fix_asked)
        self.sheet.plus.clicked.connect(self._on_plus_clicked)
        watcher().changed.connect(self.sheet.repaint_all)

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
        card = self.sheet.card_at(self.on_sheet(event.position().toPoint()))
        if event.button() == Qt.MouseButton.LeftButton and card is not None:
            self.opened.emit()

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
            self.show_layer(current)
            card = self.sheet.cards[current]
            self.setAccessibleDescription(card.accessibleDescription())
            QAccessible.updateAccessibility(QAccessibleEvent(card, QAccessible.Event.Focus))

    def _on_document_changed(self) -> None:
        if self.pointer.gesture is not None:
            self.pointer.escape()  # the ground moved below the drag
        self.sheet.refresh()
        self._show_chosen()

    def _on_opened(self) -> None:
        self.set_zoom(1.0)
        self.verticalScrollBar().setValue(0)

    def _on_fix_asked(self, layer_id: str) -> None:
        fix = first_fix(self.edits.document, layer_id)
        if fix is not None:
            self.selection.choose(layer_id)
            self.edits.fix(fix)
            self.setFocus()

    def _on_plus_clicked(self) -> None:
        self.insert_asked.emit(self.sheet.plus.index)

    def insert_corner(self, index: int) -> QPoint:
        """Where the list of layers opens for an index, on the screen."""
        gap = self.gap_rect(index)
        return self.viewport().mapToGlobal(gap.center() + QPoint(16, -12))
