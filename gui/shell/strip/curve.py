"""The loss curves in small, painted by hand: a few hundred points however long the run."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from engine.record.events import EpochEnd
from gui.kit.numbers import measured, plain, title
from gui.kit.theme import colour, font, tokens
from gui.live.run import LiveRun

LEFT, TOP, RIGHT, BOTTOM = 58, 14, 20, 28  # px around the plot
LEGEND = 190  # px at the right of it
COARSE = 5  # px behind one point of the mean, drawn over the outline
STEEP = 8  # from this ratio of largest to smallest loss the axis is logarithmic


class MiniCurve(QWidget):
    """Training loss as a line, validation loss as a line with dots, both over the steps of the whole run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._live: LiveRun | None = None
        self.setObjectName("strip.curve")
        self.setAccessibleName(self.tr("Loss while training, in small"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_run(self, live: LiveRun | None) -> None:
        """Draws this run as it is now."""
        self._live = live
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(400, 120)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._live is None or not (len(self._live.curve) or self._live.epochs):
            painter.setFont(font())
            painter.setPen(colour(tokens().dim))
            painter.drawText(
                self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("The loss is drawn here while training")
            )
        else:
            self._paint(painter, self._live)
        painter.end()

    def _paint(self, painter: QPainter, live: LiveRun) -> None:
        legend = LEGEND if self.width() > 520 else 0
        plot = QRectF(LEFT, TOP, max(1, self.width() - LEFT - RIGHT - legend), self.height() - TOP - BOTTOM)
        steps = max(1, live.total_steps, live.step)
        x, y = live.curve.outline(0, len(live.curve), int(plot.width()))
        points = _validation(live.epochs)
        axis = Axis.around(np.concatenate([y, points[:, 1].astype(np.float32)]))
        painter.setFont(font(-2))
        self._paint_grid(painter, plot, axis, live, steps)
        painter.save()
        painter.setClipRect(plot.adjusted(-6, -4, 6, 4))
        first = live.first_step
        painter.setPen(QPen(colour(tokens().training, 0.35), 1.0))
        painter.drawPolyline(_polygon(plot, axis, (x + first) / steps, y))
        x, y = live.curve.means(0, len(live.curve), int(plot.width() / COARSE))
        painter.setPen(QPen(colour(tokens().training), 1.5))
        painter.drawPolyline(_polygon(plot, axis, (x + first) / steps, y))
        line = _polygon(plot, axis, points[:, 0] / steps, points[:, 1])
        painter.setPen(QPen(colour(tokens().validation), 2.0))
        painter.drawPolyline(line)
        painter.setBrush(colour(tokens().validation))
        if len(points) <= 40:
            for point in line:
                painter.drawEllipse(point, 2.5, 2.5)
        painter.restore()
        if legend:
            self._paint_legend(painter, plot.right() + 24, live)

    def _paint_grid(self, painter: QPainter, plot: QRectF, axis: Axis, live: LiveRun, steps: int) -> None:
        dim = colour(tokens().dim)
        for value in axis.ticks(3):
            y = plot.bottom() - plot.height() * axis.place(value)
            painter.setPen(QPen(colour(tokens().border), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(dim)
            where = QRectF(0, y - 9, LEFT - 12, 18)
            painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{value:.3g}")
        here = plot.left() + plot.width() * min(1.0, live.step / steps)
        painter.setPen(QPen(dim, 1))
        if live.step < steps:
            painter.drawLine(QPointF(here, plot.top()), QPointF(here, plot.bottom()))
        base = QRectF(plot.left(), plot.bottom() + 6, plot.width(), 18)
        painter.drawText(base, Qt.AlignmentFlag.AlignLeft, self.tr("step 0"))
        painter.drawText(base, Qt.AlignmentFlag.AlignRight, f"{steps:,}")
        if base.left() + 80 < here < base.right() - 80:
            painter.drawText(QRectF(here - 60, base.top(), 120, 18), Qt.AlignmentFlag.AlignHCenter, f"{live.step:,}")

    def _paint_legend(self, painter: QPainter, left: float, live: LiveRun) -> None:
        epoch = live.epochs[-1] if live.epochs else None
        training = live.recent_loss
        lines: list[tuple[str, QColor]] = [
            (self.tr("— training loss {0}").format(plain(training)), colour(tokens().training)),
        ]
        if epoch is not None and epoch.loss is not None:
            text = self.tr("— validation loss {0}").format(plain(epoch.loss))
            lines.append((text, colour(tokens().validation)))
        for name, value in list(epoch.metrics.items())[:2] if epoch else []:
            lines.append((f"{title(name)} {measured(name, value)}", colour(tokens().dim)))
        painter.setFont(font(-1))
        for number, (text, ink) in enumerate(lines):
            painter.setPen(ink)
            where = QRectF(left, TOP + 20 * number, LEGEND - 12, 18)
            painter.drawText(where, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


class Axis:
    """Losses to heights from 0 to 1, logarithmic where they span much."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high
        self.log = low > 0 and high / low > STEEP

    @classmethod
    def around(cls, values: NDArray[np.float32]) -> Axis:
        """An axis for all that are finite, with some room above and below."""
        finite = values[np.isfinite(values)].astype(np.float64)
        if not len(finite):
            return cls(0.0, 1.0)
        low, high = float(finite.min()), float(finite.max())
        if low > 0 and high / low > STEEP:
            return cls(low * 0.9, high * 1.1)
        room = max(high - low, 1e-6, abs(high) * 0.05) * 0.08
        return cls(low - room, high + room)

    def place(self, value: float) -> float:
        """Height of a value; those that are not finite or lie outside stay at the edge."""
        if not math.isfinite(value):
            return 1.0
        if self.log:
            value = max(value, self.low / 10)
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def ticks(self, wanted: int) -> Sequence[float]:
        """About so many round values: 1, 2 and 5 times powers of ten."""
        if self.log:
            first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
            steps = [m * 10.0**e for e in range(first, last + 1) for m in (1, 2, 5)]
            inside = [step for step in steps if self.low <= step <= self.high]
            return inside[:: max(1, round(len(inside) / wanted))]
        rough = (self.high - self.low) / wanted
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [number * step for number in range(first, last + 1)]


def _validation(epochs: Sequence[EpochEnd]) -> NDArray[np.float64]:
    """(step, validation loss) of each epoch that has one, (n, 2)."""
    pairs = [(epoch.step, epoch.loss) for epoch in epochs if epoch.loss is not None]
    return np.array(pairs, dtype=np.float64).reshape(-1, 2)


def _polygon(plot: QRectF, axis: Axis, shares: NDArray[np.float64], values: NDArray[np.floating]) -> list[QPointF]:
    points = zip(shares.tolist(), values.tolist(), strict=True)
    return [QPointF(plot.left() + plot.width() * x, plot.bottom() - plot.height() * axis.place(y)) for x, y in points]
