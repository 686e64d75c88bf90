"""What the person wants to remember of a layer."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from gui.kit.style import look

HEIGHT = 62  # px: three lines
MOST = 2_000  # letters, as the layer's field has it


class Note(QWidget):
    """A few lines called `inspector.note`. Tab goes on, it is not typed.

    Signals:
        written: the text as it stands there now.
    """

    written = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        head = QLabel(self.tr("Note").upper(), self)
        look(head, "group")
        self.text = QPlainTextEdit(self)
        self.text.setObjectName("inspector.note")
        self.text.setAccessibleName(self.tr("Note"))
        self.text.setPlaceholderText(self.tr("For you; it changes nothing"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(HEIGHT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(4)
        column.addWidget(head)
        column.addWidget(self.text)
        self.text.textChanged.connect(self._on_text_changed)

    def show_note(self, note: str) -> None:
        """Shows a note without telling."""
        if note != self.text.toPlainText():
            with QSignalBlocker(self.text):
                self.text.setPlainText(note)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() and event.key() != Qt.Key.Key_Escape:
            event.accept()  # what is typed here is not for the palette
        else:
            super().keyPressEvent(event)

    def _on_text_changed(self) -> None:
        self.written.emit(self.text.toPlainText()[:MOST])
