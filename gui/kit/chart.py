"""A chart of lines over steps: a pyqtgraph plot dressed in the theme, with a log switch and a crosshair."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPen, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.kit.numbers import plain, powers
from gui.kit.theme import colour, font, mixed, tokens, watcher

SMALLEST = 1e-8  # on a logarithmic axis nothing lies below
SHORT = 1200  # points up to which a line is smoothed at its edges; above it costs more than it shows


class Ticks(pg.AxisItem):
    """An axis with few round numbers; on a logarithmic one 1, 2 and 5 of each power of ten."""

    def __init__(self, side: Any, *, most: int) -> None:
        super().__init__(side)
        self.log = False
        self.unit = ""
        self.blank = False  # numbers would mean nothing before there is a line
        self.whole = side == "bottom"
        self._most = most
        self.setStyle(tickLength=0, tickTextOffset=8, autoExpandTextSpace=True)

    def tickValues(self, low: float, high: float, size: float, /) -> list[tuple[float | None, list[float]]]:
        if self.blank or not (math.isfinite(low) and math.isfinite(high)) or high <= low:
            return []
        values = _log_ticks(low, high, self._most) if self.log else _ticks(low, high, self._most, whole=self.whole)
        return [(None, values)]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float, /) -> list[str]:
        if self.log:
            return [powers(f"{10**value:.3g}") for value in values]
        return [powers(f"{value:,.6g}{self.unit}") for value in values]


class Chart(QWidget):
    """Lines by name. Only what is given is drawn; thinning out is the caller's business (see `columns`).

    Signals:
        pointed: x under the mouse, None where it left.
        resized: another width or range, so other points may be wanted.
    """

    pointed = Signal(object)
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        pg.setConfigOptions(antialias=False, background=tokens().panel, foreground=tokens().dim)
        self.left, self.bottom = Ticks("left", most=6), Ticks("bottom", most=6)
        self.plot = pg.PlotWidget(self, axisItems={"left": self.left, "bottom": self.bottom})
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lines: dict[str, pg.PlotCurveItem] = {}
        self._pens: dict[str, _Pen] = {}
        self._dots: dict[str, tuple[pg.ScatterPlotItem, str]] = {}
        self._bounds: dict[str, tuple[float, float, float, float]] = {}
        self._names: tuple[str, str] | None = None  # of the axes: below, beside
        self._log = False
        self._cross = pg.InfiniteLine(angle=90)
        self._show_ticks()
        self._dress_plot()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)
        self.plot.scene().sigMouseMoved.connect(self._on_mouse_moved)
        watcher().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def columns(self) -> int:
        """Pixel columns a line can use."""
        return max(50, round((self.plot.width() - 50) * self.devicePixelRatioF()))

    @property
    def log(self) -> bool:
        """Whether the y axis is logarithmic."""
        return self._log

    def name_axes(self, bottom: str, left: str) -> None:
        """Says below and beside the numbers what they are."""
        self._names = bottom, left
        for axis, words in ((self.bottom, bottom), (self.left, left)):
            axis.setLabel(html.escape(words), **{"color": tokens().dim})

    def set_log(self, log: bool) -> None:
        """Linear or logarithmic; give the lines again afterwards."""
        self._log = self.left.log = log
        self.left.picture = None
        self.left.update()

    def set_line(
        self,
        name: str,
        x: NDArray[Any],
        y: NDArray[Any],
        role: str,
        *,
        width: float = 1.0,
        pale: float = 1.0,
        dashed: bool = False,
    ) -> None:
        """A line in a colour of the theme (`role`: a token's name, or "#rrggbb").

        Args:
            width: px as the window counts them, at least one of the screen's; below 1 it is a hairline on any screen.
            pale: share of the colour, the rest is the ground's; a pale line lies below the others.
        """
        if name not in self._lines:
            curve = pg.PlotCurveItem(connect="finite")
            self.plot.getPlotItem().addItem(curve, ignoreBounds=True)
            self._lines[name] = curve
        curve = self._lines[name]
        self._pens[name] = _Pen(role, width, pale, dashed)
        curve.setZValue(-1 if pale < 1 else 0)
        shown = self._shown(y)
        pen = self._pens[name].pen(self.devicePixelRatioF())
        curve.setData(np.asarray(x, np.float64), shown, pen=pen, antialias=len(x) < SHORT, connect="finite")
        self._note_bounds(name, np.asarray(x, np.float64), shown)

    def set_dots(self, name: str, x: NDArray[Any], y: NDArray[Any], role: str, *, size: float = 7) -> None:
        """Points in a colour of the theme."""
        if name not in self._dots:
            dots = pg.ScatterPlotItem(size=size, antialias=True)
            self.plot.getPlotItem().addItem(dots, ignoreBounds=True)
            self._dots[name] = (dots, role)
        brush = QBrush(_colour(role))
        shown = self._shown(y)
        places = np.asarray(x, np.float64)
        self._dots[name][0].setData(places, shown, size=size, brush=brush, pen=QPen(Qt.PenStyle.NoPen))
        self._note_bounds(f"{name} dots", places, shown)

    def remove_all(self) -> None:
        """An empty chart."""
        for curve in self._lines.values():
            self.plot.getPlotItem().removeItem(curve)
        for dots, _ in self._dots.values():
            self.plot.getPlotItem().removeItem(dots)
        self._lines.clear()
        self._pens.clear()
        self._dots.clear()
        self._bounds.clear()
        self._show_ticks()

    def fit(self, x_range: tuple[float, float] | None = None) -> None:
        """Shows all that is drawn; `x_range` where the x axis shall be longer than the lines."""
        if not self._bounds:
            return
        lows = np.array(list(self._bounds.values()))
        left, right = x_range or (float(lows[:, 0].min()), float(lows[:, 1].max()))
        low, high = float(lows[:, 2].min()), float(lows[:, 3].max())
        room = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
        right = right if right > left else left + 1
        box = self.plot.getPlotItem().getViewBox()
        box.setRange(xRange=(left, right), yRange=(low - room, high + room), padding=0.0)

    def point_at(self, x: float | None) -> None:
        """Puts the crosshair at x, or takes it away."""
        self._cross.setVisible(x is not None)
        if x is not None:
            self._cross.setValue(x)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:  # the window is on another screen now
            self._dress_lines()
        return super().event(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.point_at(None)
        self.pointed.emit(None)

    def _dress_plot(self) -> None:
        item = self.plot.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)
        item.showGrid(x=False, y=True, alpha=0.35)
        box = item.getViewBox()
        box.setMouseEnabled(x=False, y=False)
        box.disableAutoRange()
        self._cross.setVisible(False)
        item.addItem(self._cross, ignoreBounds=True)

    def _shown(self, y: NDArray[Any]) -> NDArray[np.float64]:
        values = np.asarray(y, np.float64)
        return np.log10(np.maximum(values, SMALLEST)) if self._log else values

    def _note_bounds(self, name: str, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
        good = np.isfinite(y)
        if good.any():
            self._bounds[name] = (float(x[0]), float(x[-1]), float(y[good].min()), float(y[good].max()))
        else:
            self._bounds.pop(name, None)
        self._show_ticks()

    def _show_ticks(self) -> None:
        for axis in (self.left, self.bottom):
            if axis.blank == bool(self._bounds):
                axis.blank = not self._bounds
                axis.picture = None
                axis.update()

    def _on_mouse_moved(self, place: QPointF) -> None:
        box = self.plot.getPlotItem().getViewBox()
        if not self._bounds or not box.sceneBoundingRect().contains(place):
            self.point_at(None)
            self.pointed.emit(None)
            return
        x = box.mapSceneToView(place).x()
        self.point_at(x)
        self.pointed.emit(x)

    def _on_theme_changed(self) -> None:
        chosen = tokens()
        self.plot.setBackground(chosen.panel)
        for axis in (self.left, self.bottom):
            axis.setPen(QPen(colour(chosen.border)))
            axis.setTextPen(QPen(colour(chosen.dim)))
            axis.setTickFont(font(-1))
        self.left.setPen(QPen(colour(chosen.border)))
        if self._names is not None:
            self.name_axes(*self._names)
        self._dress_lines()
        for dots, role in self._dots.values():
            dots.setBrush(QBrush(_colour(role)))
        self.resized.emit()

    def _dress_lines(self) -> None:
        ratio = self.devicePixelRatioF()
        self._cross.setPen(_Pen("text", 1.5).pen(ratio))
        for name, curve in self._lines.items():
            curve.setPen(self._pens[name].pen(ratio))


@dataclass(frozen=True)
class _Pen:
    """How a line looks, whatever the theme and the screen."""

    role: str
    width: float = 1.0
    pale: float = 1.0
    dashed: bool = False

    def pen(self, ratio: float) -> QPen:
        """For a screen with so many pixels to one of the window's: a cosmetic pen counts the screen's.

        What is pale is mixed, not seen through: see-through lines wider than a pixel take a second to paint.
        """
        pen = QPen(mixed(_colour(self.role), colour(tokens().panel), self.pale))
        pen.setWidthF(max(1.0, self.width * ratio))
        pen.setCosmetic(True)
        if self.dashed:
            pen.setDashPattern([4.0, 2.5])
        return pen


def _colour(role: str) -> QColor:
    return colour(role if role.startswith("#") else getattr(tokens(), role))


def _ticks(low: float, high: float, most: int, *, whole: bool) -> list[float]:
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough)
    if whole:
        step = max(1.0, step)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]


def _log_ticks(low: float, high: float, most: int) -> list[float]:
    powers = range(math.floor(low), math.ceil(high) + 1)
    for digits in ((1, 2, 5), (1, 3), (1,)):
        found = [power + math.log10(digit) for power in powers for digit in digits]
        inside = [value for value in found if low <= value <= high]
        if len(inside) <= most + 2:
            return inside if len(inside) > 1 else _plain_log_ticks(low, high)
    step = math.ceil(len(powers) / most)
    return [float(power) for power in powers if power % step == 0 and low <= power <= high]


def _plain_log_ticks(low: float, high: float) -> list[float]:
    return [math.log10(value) for value in _ticks(10**low, 10**high, 4, whole=False) if value > 0]


def readout(parts: Sequence[tuple[str, float | None, str]]) -> str:
    """Name, value and colour of each line as rich text: `— training loss 0.231`; lines without a value are left out."""
    known = [(html.escape(name), plain(value), shade) for name, value, shade in parts if value is not None]
    return "&nbsp;&nbsp; ".join(f'<span style="color:{shade}">—</span> {name} {value}' for name, value, shade in known)
