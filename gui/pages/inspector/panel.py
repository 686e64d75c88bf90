"""The inspector: shows the chosen layer, or the whole network while none or several are chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from engine.paths import joined, parts
from gui.kit.cards import scrolled
from gui.kit.style import look
from gui.kit.theme import watcher
from gui.pages.inspector.layer import LayerView
from gui.pages.inspector.overview import Overview
from gui.pages.inspector.place import Place
from gui.shared.context import Context


class Inspector(QFrame):
    """Follows the document and the choice it is told of.

    Signals:
        wanted: id of a layer that the person wants to see.
        left: Escape: the keyboard goes back to where it came from.
    """

    wanted = Signal(str)
    left = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = context.document
        self._chosen: tuple[str, ...] = ()
        self._path: tuple[str, ...] = ()
        self.setObjectName("inspector")
        self.setAccessibleName(self.tr("Inspector"))
        look(self, "side")
        self.layer = LayerView(self._document, context.forecast, self)
        self.overview = Overview(self._document, self)
        self._lay_out()
        self.layer.went.connect(self._on_went)
        self.overview.layer_asked.connect(self.wanted)
        for problems in (self.layer.problems, self.overview.problems):
            problems.fixed.connect(self.left)
        self._document.changed.connect(self.refresh)
        context.forecast.changed.connect(self.refresh)
        watcher().changed.connect(self.refresh)
        self.refresh()

    def show_layers(self, layer_ids: tuple[str, ...]) -> None:
        """These are chosen now."""
        self._chosen = layer_ids
        self._path = parts(layer_ids[0]) if len(layer_ids) == 1 else ()
        self.refresh()

    def take_focus(self, field: str = "") -> None:
        """Puts the keyboard into a setting; "" is the first one."""
        if self._path:
            self.layer.take_focus(field)

    def refresh(self) -> None:
        """Takes over what the document says."""
        place = self._place()
        self.layer.setVisible(place is not None)
        self.overview.setVisible(place is None)
        if place is not None:
            self.layer.show_place(place)
        else:
            self.overview.show_layers(self._chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif len(self._path) > 1 and self._chosen != (joined(*self._path),):
            self._on_went(self._path[:-1])
        else:
            self.left.emit()

    def _place(self) -> Place | None:
        """Where the path leads; as far as it still does."""
        while self._path:
            try:
                return Place(self._document, self._path)
            except KeyError:
                self._path = self._path[:-1]
        return None

    def _on_went(self, path: tuple[str, ...]) -> None:
        self._path = path
        self.refresh()
        self._scroll.verticalScrollBar().setValue(0)

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(14, 14, 14, 14)
        column.addWidget(self.layer)
        column.addWidget(self.overview)
        column.addStretch(1)
        self._scroll = scrolled("inspector.scroll", column)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._scroll)
