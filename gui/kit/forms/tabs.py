"""The order in which Tab goes through controls that are made and made anew while others stay."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLayout, QLayoutItem, QSplitter, QWidget


def tab_as_seen(root: QWidget) -> None:
    """Tab goes through all inside `root` as its layouts place it: from top to bottom, from left to right.

    Qt goes by when a widget was made, so that a row that appears later would come last of the whole window.
    """
    for before, after in pairwise(_controls(root)):
        if before.nextInFocusChain() is not after:
            QWidget.setTabOrder(before, after)


def tab_into(page: QWidget, after: QWidget) -> None:
    """Tab comes from `after` into a page that was put into the window as a whole, and through all of it.

    Qt leaves some of what it holds in a circle of its own, which Tab neither enters nor leaves.
    """
    for widget in _stops(page):
        QWidget.setTabOrder(after, widget)
        after = widget


def _stops(widget: QWidget) -> Iterator[QWidget]:
    """From left to right, from top to bottom, what floats above something after it."""
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.focusProxy():
        yield widget
    layout = widget.layout()
    placed = [*_placed(layout)] if layout is not None else []
    if isinstance(widget, QSplitter):
        placed = [part for place in range(widget.count()) if (part := widget.widget(place)) is not None]
    others = [child for child in widget.children() if isinstance(child, QWidget) and child not in placed]
    for child in (*placed, *others):
        if not child.isWindow():
            yield from _stops(child)


def _placed(layout: QLayout) -> Iterator[QWidget]:
    for item in _items(layout):
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield widget
        elif inner is not None:
            yield from _placed(inner)


def _controls(widget: QWidget) -> Iterator[QWidget]:
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield widget
    layout = widget.layout()
    if layout is not None:
        yield from _within(layout)


def _within(layout: QLayout) -> Iterator[QWidget]:
    for item in _items(layout):
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield from _controls(widget)
        elif inner is not None:
            yield from _within(inner)


def _items(layout: QLayout) -> list[QLayoutItem]:
    places = list(range(layout.count()))
    if isinstance(layout, QGridLayout):
        places.sort(key=partial(_cell, layout))
    return [item for place in places if (item := layout.itemAt(place)) is not None]


def _cell(grid: QGridLayout, place: int) -> tuple[int, int]:
    row, column, *_ = cast("tuple[int, int, int, int]", grid.getItemPosition(place))
    return row, column
