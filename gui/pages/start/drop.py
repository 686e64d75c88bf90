"""The place where a person's own data is dropped, or chosen by a button."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from gui.kit.icons import icon
from gui.kit.style import look
from gui.kit.theme import colour, tokens


def dropped_path(mime: QMimeData) -> Path | None:
    """The first local file or folder of what is dragged; None where there is none."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return paths[0] if paths else None


class DropTarget(QFrame):
    """A dashed frame that takes a file or a folder.

    Signals:
        dropped: the Path.
        file_wanted, folder_wanted: the person would rather choose it in a dialog.
    """

    dropped = Signal(object)
    file_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("start.drop")
        self.setAccessibleName(self.tr("Open your data"))
        self.setAcceptDrops(True)
        self.setMinimumHeight(176)
        self._hovered = False
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 14, 24, 14)
        column.setSpacing(6)
        column.addStretch(1)
        picture = QLabel(self)
        picture.setPixmap(icon("download", "accent_text").pixmap(QSize(34, 34)))
        title = QLabel(self.tr("Open your data"), self)
        look(title, "heading-small")
        text = QLabel(
            self.tr("Drop a table (CSV, Excel, Parquet, …), a folder of pictures or a folder of texts here"), self
        )
        text.setWordWrap(True)
        look(text, "dim")
        for label in (picture, title, text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        self._picture = picture
        column.addSpacing(8)
        column.addLayout(self._buttons())
        column.addStretch(1)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        file, folder = QPushButton(self), QPushButton(self)
        parts = (
            ("file", file, "table", self.tr("Choose a file…")),
            ("folder", folder, "folder", self.tr("Choose a folder…")),
        )
        for name, button, symbol, text in parts:
            button.setObjectName(f"start.open_{name}")
            button.setAccessibleName(text)
            button.setText(f" {text}")  # the blank keeps it off the icon
            row.addWidget(button)
            role = "on_accent" if name == "file" else "text"
            button.setIcon(icon(symbol, role))
        look(file, "primary")
        file.clicked.connect(self.file_wanted)
        folder.clicked.connect(self.folder_wanted)
        row.addStretch(1)
        return row

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = tokens().accent if self._hovered else tokens().border
        painter.setPen(QPen(colour(edge), 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(colour(tokens().raised if self._hovered else tokens().panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        painter.end()

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_path(event.mimeData()) is not None:
            self._set_hovered(True)
            event.acceptProposedAction()

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._set_hovered(False)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._set_hovered(False)
        path = dropped_path(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)

    def _set_hovered(self, hovered: bool) -> None:
        self._hovered = hovered
        self.update()
