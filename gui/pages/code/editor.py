"""Text that is read and not written: numbered lines, some of them marked."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QWidget
from typing_extensions import override

from gui.kit.theme import colour, font, tokens, watcher
from gui.pages.code.highlight import PythonHighlighter

PAD = 8  # px left and right of the numbers


class CodeView(QPlainTextEdit):
    """Shows Python.

    Signals:
        line_chosen: the person put the cursor on this line (0-based).
    """

    line_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marked: tuple[int, ...] = ()
        self._quiet = False
        self.setObjectName("code.text")
        self.setAccessibleName(self.tr("The network in PyTorch"))
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(font(-1, mono=True))
        self.numbers = Numbers(self)
        self.highlighter = PythonHighlighter(self.document())
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._on_update_request)
        self.cursorPositionChanged.connect(self._on_cursor_moved)
        watcher().changed.connect(self._mark)
        self._make_room()

    @property
    def marked(self) -> tuple[int, ...]:
        """The marked lines, 0-based."""
        return self._marked

    def show_text(self, text: str, *, anew: bool = False) -> None:
        """Shows it; what was on the screen stays where it was, unless it is another text altogether (`anew`)."""
        if text == self.toPlainText():
            return
        place, line = (0, 0) if anew else (self.verticalScrollBar().value(), self.textCursor().blockNumber())
        self._quiet = True
        self.setPlainText(text)
        self.setTextCursor(QTextCursor(self.document().findBlockByNumber(min(line, self.blockCount() - 1))))
        self._quiet = False
        self.verticalScrollBar().setValue(place)

    def mark(self, lines: Collection[int]) -> None:
        """Marks these lines and brings the first into view, unless one of them is seen."""
        self._marked = tuple(sorted(line for line in lines if line < self.blockCount()))
        self._mark()
        first = self.firstVisibleBlock().blockNumber()
        if self._marked and not any(first <= line < first + self._seen() for line in self._marked):
            self.verticalScrollBar().setValue(max(0, self._marked[0] - self._seen() // 3))

    def gutter(self) -> int:
        """Width of the numbers, px."""
        return 2 * PAD + self.fontMetrics().horizontalAdvance("9" * max(2, len(str(self.blockCount()))))

    def rows(self) -> list[tuple[int, QRect]]:
        """Each visible line and its place in the viewport."""
        block, result = self.firstVisibleBlock(), []
        while block.isValid():
            area = self.blockBoundingGeometry(block).translated(self.contentOffset()).toRect()
            if area.top() > self.viewport().height():
                break
            result.append((block.blockNumber(), area))
            block = block.next()
        return result

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inside = self.contentsRect()
        self.numbers.setGeometry(QRect(inside.left(), inside.top(), self.gutter(), inside.height()))

    def _seen(self) -> int:
        return max(1, self.viewport().height() // max(1, self.fontMetrics().lineSpacing()))

    def _mark(self) -> None:
        selections = []
        for line in self._marked:
            selection = QTextEdit.ExtraSelection()
            selection.cursor = QTextCursor(self.document().findBlockByNumber(line))
            selection.format.setBackground(colour(tokens().accent, 0.22))
            selection.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            selections.append(selection)
        self.setExtraSelections(selections)
        self.numbers.update()

    def _make_room(self) -> None:
        self.setViewportMargins(self.gutter(), 0, 0, 0)

    def _on_update_request(self, area: QRect, moved: int) -> None:
        if moved:
            self.numbers.scroll(0, moved)
        else:
            self.numbers.update(0, area.y(), self.numbers.width(), area.height())

    def _on_cursor_moved(self) -> None:
        if not self._quiet and not self.textCursor().hasSelection():
            self.line_chosen.emit(self.textCursor().blockNumber())


class Numbers(QWidget):
    """The numbers of the lines; those of marked ones stand out."""

    def __init__(self, view: CodeView) -> None:
        super().__init__(view)
        self._view = view

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._view.gutter(), 0)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter, marked = QPainter(self), set(self._view.marked)
        painter.setFont(self._view.font())
        for line, area in self._view.rows():
            painter.setPen(colour(tokens().accent_text if line in marked else tokens().dim))
            place = QRect(0, area.top(), self.width() - PAD, area.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(line + 1))
        painter.end()
