"""What gestures and keys use of the view that they work on: this and no more."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QScrollBar, QWidget

from gui.pages.canvas.drawing.looking import Looking
from gui.pages.canvas.drawing.sheet import Sheet
from gui.pages.canvas.editing.edits import Edits
from gui.pages.canvas.editing.selection import Selection


class Scrolls(Protocol):
    """Goes on while a drag is near an edge; `bars` are those across and down."""

    bars: tuple[QScrollBar, QScrollBar]

    def while_at(self, point: QPoint | None) -> None: ...


class Canvas(Protocol):
    """The view: points are in pixels of its viewport."""

    edits: Edits
    selection: Selection
    sheet: Sheet
    looking: Looking

    @property
    def scroller(self) -> Scrolls: ...

    def on_sheet(self, point: QPoint) -> QPoint: ...
    def show_hold(self, over: bool) -> None: ...
    def viewport(self) -> QWidget: ...
    def window(self) -> QWidget: ...
