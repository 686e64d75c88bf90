"""Thin lines across a chart where something happened, each with a few words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QObject
from PySide6.QtGui import QPen

from gui.kit.chart import Chart
from gui.kit.theme import colour, font, tokens, watcher

NEAR = 6.0  # px within which the mouse is at a mark
LETTER = 6.5  # px, about, that a letter of a label takes
TOP = 0.95  # share of the height at which labels stand


@dataclass(frozen=True)
class Mark:
    """Where on the x axis, what happened, the same short, in which colour of the theme, and how it is drawn."""

    x: float
    words: str
    short: str = ""
    role: str = "dim"
    dashed: bool = True


class Marks(QObject):
    """The marks of one chart. Labels that would lie on each other are left out; `at` still tells them."""

    def __init__(self, chart: Chart) -> None:
        super().__init__(chart)
        self._chart = chart
        self._marks: tuple[Mark, ...] = ()
        self._lines: list[tuple[pg.InfiniteLine, pg.InfLineLabel]] = []  # never taken away: it would crash the library
        watcher().changed.connect(self._dress)
        chart.resized.connect(self._dress)

    @property
    def shown(self) -> tuple[Mark, ...]:
        """What is marked, from left to right."""
        return self._marks

    def show(self, marks: Sequence[Mark]) -> None:
        """These and no others; drawn anew only where they differ."""
        wanted = tuple(sorted(marks, key=lambda mark: mark.x))
        if wanted == self._marks:
            self._dress()
            return
        self._marks = wanted
        while len(self._lines) < len(wanted):
            line = pg.InfiniteLine(0, 90)
            self._lines.append((line, pg.InfLineLabel(line, "", position=TOP)))
            self._chart.plot.getPlotItem().addItem(line, ignoreBounds=True)
        for line, _ in self._lines[len(wanted) :]:
            line.setVisible(False)
        for mark, (line, label) in zip(wanted, self._lines, strict=False):
            line.setValue(mark.x)
            line.setVisible(True)
            label.setFormat(mark.short)
        self._dress()

    def at(self, x: float) -> Mark | None:
        """The mark next to x, if it is as near as a mouse can point."""
        near = min(self._marks, key=lambda mark: abs(mark.x - x), default=None)
        return near if near is not None and abs(near.x - x) <= NEAR * self._unit() else None

    def _unit(self) -> float:
        """How much of the x axis one pixel is."""
        left, right = self._range()
        return (right - left) / max(1, self._chart.plot.width() - 50)

    def _range(self) -> tuple[float, float]:
        left, right = self._chart.plot.getPlotItem().getViewBox().viewRange()[0]
        return float(left), float(right)

    def _dress(self) -> None:
        """Colours of the theme; labels from the right, as far as there is room for them."""
        unit, (left, right) = self._unit(), self._range()
        end = right  # where the label to the right begins
        for mark, (line, label) in reversed(list(zip(self._marks, self._lines, strict=False))):
            shade = colour(getattr(tokens(), mark.role))
            pen = QPen(shade)
            pen.setWidthF(self._chart.devicePixelRatioF())
            pen.setCosmetic(True)
            if mark.dashed:
                pen.setDashPattern([3.0, 3.0])
            line.setPen(pen)
            width = (len(mark.short) * LETTER + 10) * unit
            leftwards = mark.x + width > end  # no room behind the line, but perhaps before it
            free = bool(mark.short) and mark.x <= end and (not leftwards or mark.x - width >= left)
            label.setVisible(free)
            if free:
                label.setColor(shade)
                label.setFont(font(-1))
                label.anchors = [(1.0, 0.5)] * 2 if leftwards else [(0.0, 0.5)] * 2
                label.updatePosition()
                end = mark.x - (width if leftwards else 0.0)
