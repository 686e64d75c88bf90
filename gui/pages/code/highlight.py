"""Colours for Python text: words of the language, strings, comments and numbers."""

from __future__ import annotations

import keyword
import re

from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument
from typing_extensions import override

from gui.kit.theme import colour, tokens, watcher

QUOTES = '"""'
INSIDE = 1  # state of a line that ends within triple quotes
WORDS = "|".join(sorted(keyword.kwlist))
PATTERN = re.compile(
    r"(?P<comment>#.*)"
    r"|(?P<string>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    rf"|\b(?P<word>{WORDS}|self)\b"
    r"|\b(?P<number>\d+(?:\.\d+)?(?:e-?\d+)?)\b"
)
INK = {
    "comment": "dim",
    "string": "good",
    "word": "accent_text",
    "number": "warning",
}


class PythonHighlighter(QSyntaxHighlighter):
    """Follows the theme."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        watcher().changed.connect(self.rehighlight)

    @override
    def highlightBlock(self, text: str) -> None:
        at = 0
        if self.previousBlockState() == INSIDE:
            at = self._ends_quotes(text, 0)
        while at < len(text):
            if text.startswith(QUOTES, at):
                at = self._ends_quotes(text, at, at + len(QUOTES))
                continue
            found = PATTERN.search(text, at)
            opens = text.find(QUOTES, at)
            if found is None and opens < 0:
                break
            if opens >= 0 and (found is None or opens <= found.start()):
                at = self._ends_quotes(text, opens, opens + len(QUOTES))
            elif found is not None:
                self._colour(found.start(), found.end(), INK[str(found.lastgroup)])
                at = found.end()

    def _ends_quotes(self, text: str, begin: int, look_from: int | None = None) -> int:
        """Colours what stands in triple quotes from `begin`; the place behind them."""
        end = text.find(QUOTES, begin if look_from is None else look_from)
        stop = len(text) if end < 0 else end + len(QUOTES)
        self._colour(begin, stop, INK["string"])
        self.setCurrentBlockState(INSIDE if end < 0 else 0)
        return stop

    def _colour(self, begin: int, end: int, role: str) -> None:
        form = QTextCharFormat()
        form.setForeground(colour(getattr(tokens(), role)))
        self.setFormat(begin, end - begin, form)
