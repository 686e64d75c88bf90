"""The window on the stack of cards: mouse and keys become choices, gestures and edits."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from engine.layers import Block
from engine.paths import parent
from gui.kit.theme import watcher
from gui.pages.canvas.drawing.faces import first_fix
from gui.pages.canvas.drawing.looking import Looking
from gui.pages.canvas.drawing.sheet import Sheet
from gui.pages.canvas.editing.edits import Edits
from gui.pages.canvas.gestures.pointer import Pointer
from gui.pages.canvas.layout.gaps import Gap
from gui.pages.canvas.zoom import Scroller, Zoom


class CanvasView(QScrollArea):
    """Shows the stack and turns what the person does into edits. It is one stop of the Tab key; arrows walk the cards.

    Attributes:
        sheet: what it shows.
        zoom, scroller: how large, and which part.
        looking: which blocks are open, which cards folded, what they are coloured by.
        pointer: what the mouse does.

    Signals:
        settings_asked: Enter, or a double click on a card: the person wants its settings.
        insert_asked: a layer shall be chosen for this Gap (or index).
        menu_asked: the menu of the chosen layers, at this point of the screen.

    `press` is asked first what a key stands for; what stands for nothing, letters above all, goes on to the page.
    """

    settings_asked = Signal()
    insert_asked = Signal(object)
    menu_asked = Signal(QPoint)

    press: Callable[[QKeyEvent], bool]

    def __init__(self, edits: Edits, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edits, self.selection = edits, edits.selection
        sheet = self.sheet = Sheet(edits.document)
        self.setWidget(sheet)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setMouseTracking(True)
        self.zoom, self.scroller = Zoom(self, sheet), Scroller(self, sheet)
        self.looking = Looking(edits.document, sheet, self)
        self.setObjectName("canvas.view")
        self.setAccessibleName(self.tr("Layers of the network"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.pointer = Pointer(self)
        self.press = lambda _: False
        edits.document.changed.connect(self._on_document_changed)
        edits.document.opened.connect(self._on_opened)
        self.selection.changed.connect(self._on_selection_changed)
        self.looking.changed.connect(self._on_looked)
        for bar in self.scroller.bars:
            bar.valueChanged.connect(self._hover_nothing)
        self.sheet.fix_asked.connect(self._on_fix_asked)
        self.sheet.plus.clicked.connect(self._on_plus_clicked)
        watcher().changed.connect(self.sheet.repaint_all)

    def card_rect(self, layer_id: str) -> QRect:
        """The card's place in pixels of the viewport; KeyError where there is none."""
        return self.sheet.card_rect(layer_id).translated(self.sheet.pos())

    def gap_rect(self, place: Gap | int) -> QRect:
        """The place of a gap, by itself or by its index in the network, in pixels of the viewport."""
        return self.sheet.gap_rect(place).translated(self.sheet.pos())

    def on_sheet(self, point: QPoint) -> QPoint:
        """From the viewport's pixels to the sheet's."""
        return point - self.sheet.pos()

    def show_hold(self, over: bool) -> None:
        """Whether the mouse is on a dot from which a wire can be drawn."""
        self.viewport().setCursor(Qt.CursorShape.CrossCursor) if over else self.viewport().unsetCursor()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.press(event):
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
            self.looking.toggle_open(path)
        else:
            self.settings_asked.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.zoom.take_wheel(event):
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.sheet.set_room(self.viewport().size())

    def leaveEvent(self, event: QEvent) -> None:
        self._hover_nothing()
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            if not self.selection.current:
                return
            place = self.card_rect(self.selection.current).center()
        else:
            place = self.viewport().mapFromGlobal(event.globalPos())
            path = self.sheet.path_at(self.on_sheet(place))
            if not path:
                return
            if path not in self.selection.ids:
                self.selection.choose(path)
        self._hover_nothing()  # the menu takes the mouse
        self.menu_asked.emit(self.viewport().mapToGlobal(place))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_tab = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_tab and not self.selection.ids:
            self.selection.step(1)
        self._show_chosen()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_chosen()

    def _hover_nothing(self) -> None:
        """Also when the cards move below a mouse that stays."""
        self.sheet.hover.at(None)

    def _show_chosen(self) -> None:
        self.sheet.set_chosen(self.selection.ids, has_keys=self.hasFocus())

    def _on_selection_changed(self) -> None:
        self._show_chosen()
        current = self.selection.current
        if current in self.selection.ids:
            self.looking.open_around(current)
            self.scroller.show_layer(current)
            card = self.sheet.cards[current]
            self.setAccessibleDescription(card.accessibleDescription())
            QAccessible.updateAccessibility(QAccessibleEvent(card, QAccessible.Event.Focus))

    def _on_looked(self) -> None:
        """What is chosen inside a block that was closed gives way to the block."""
        hidden = next((path for path in self.selection.ids if path not in self.sheet.layers), "")
        while hidden and hidden not in self.sheet.layers:
            hidden = parent(hidden)
        if hidden:
            self.selection.choose(hidden)
        self._show_chosen()

    def _on_document_changed(self) -> None:
        if self.pointer.gesture is not None:
            self.pointer.escape()  # the ground moved below the drag
        self.sheet.refresh()
        self._show_chosen()

    def _on_opened(self) -> None:
        self.looking.show_view(opened=(), folded=())
        self.zoom.set(1.0)
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
