"""Finding a layer of the open network by what stands on it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from engine.layers import AnyLayer
from engine.network import Network
from engine.paths import walk
from engine.rewiring import labels
from gui.document import Document
from gui.kit.icons import icon
from gui.kit.style import look


def matches(network: Network, wanted: str) -> list[str]:
    """Paths of the layers, top to bottom, whose name, kind, note, id or summary holds all words of `wanted`."""
    words, called = wanted.lower().split(), labels(network)
    said = {path: _said(path, called[path], layer) for path, layer in walk(network.layers)}
    return [path for path, text in said.items() if words and all(word in text for word in words)]


def _said(path: str, label: str, layer: AnyLayer) -> str:
    return " ".join((path, label, layer.title, layer.kind, layer.summary(), layer.note)).lower()


class FindBar(QFrame):
    """Field, count and arrows. Enter goes to the next one, Shift+Enter to the one before.

    Signals:
        shown: path of the layer to go to.
        left: it was closed.
    """

    shown = Signal(str)
    left = Signal()

    def __init__(self, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self._document = document
        self._found: list[str] = []
        self._at = -1
        self.setObjectName("find")
        look(self, "header")
        self.field, self.count = QLineEdit(self), QLabel(self)
        self.field.setObjectName("find.text")
        self.field.setAccessibleName(self.tr("Find layer"))
        self.field.setPlaceholderText(self.tr("Find in this network: name, kind, note"))
        self.field.setMaxLength(100)
        self.count.setObjectName("find.count")
        look(self.count, "dim")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(6)
        row.addWidget(self.field, 1)
        row.addWidget(self.count)
        for name, text, symbol, action in (
            ("find.previous", self.tr("Previous"), "chevron-up", lambda: self.step(-1)),
            ("find.next", self.tr("Next"), "chevron-down", lambda: self.step(1)),
            ("find.close", self.tr("Close"), "close", self.leave),
        ):
            row.addWidget(self._button(name, text, symbol, action))
        self.field.textChanged.connect(self._on_text_changed)
        document.changed.connect(self._on_document_changed)
        self.hide()

    def seek(self) -> None:
        """Opens, with the keyboard in the field and what stands there marked."""
        self.show()
        self._look_again()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def step(self, by: int) -> None:
        """Goes on to the next found layer, or back; round at the ends."""
        if self._found:
            self._at = (self._at + by) % len(self._found)
            self._say()
            self.shown.emit(self._found[self._at])

    def leave(self) -> None:
        """Closes."""
        self.hide()
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            event.accept()  # what is typed here is not for the palette

    def _button(self, name: str, text: str, symbol: str, action: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(text)
        button.setIcon(icon(symbol, "dim"))
        button.clicked.connect(action)
        look(button, "flat")
        return button

    def _on_text_changed(self) -> None:
        self._look_again()
        if self._found:
            self.step(0 if self._at >= 0 else 1)

    def _on_document_changed(self) -> None:
        if self.isVisible():
            self._look_again()

    def _look_again(self) -> None:
        current = self._found[self._at] if 0 <= self._at < len(self._found) else ""
        self._found = matches(self._document.network, self.field.text())
        self._at = self._found.index(current) if current in self._found else -1
        self._say()

    def _say(self) -> None:
        if not self.field.text().strip():
            self.count.setText("")
        elif not self._found:
            self.count.setText(self.tr("nothing found"))
        else:
            self.count.setText(self.tr("{0} of {1}").format(max(self._at, 0) + 1, len(self._found)))
