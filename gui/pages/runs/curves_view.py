"""The curves of the selected runs over each other: their losses, or a metric on the validation split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from gui.kit.cards import clear, text
from gui.kit.chart import Chart
from gui.kit.numbers import choice_of, title
from gui.kit.palette import DOT, class_colours, dot
from gui.kit.picker import Picker
from gui.kit.redraw import Redraw
from gui.kit.style import look
from gui.kit.theme import watcher
from gui.pages.runs.details import MOST, NamedCurve
from gui.shared.drawing import MANY, Axis, draw_losses

LOSS = ""  # the choice that is no metric
MANY_NAMES = 4  # runs from which their names need all of the room below


class CurvesView(QWidget):
    """Training loss as a line, validation loss dashed, a colour for each run; a run is hidden by its name below.

    Attributes:
        pickers: for a corner: what is drawn and how.

    Signals:
        coloured: the colour of each curve that is drawn, by the run's name.
    """

    coloured = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chart = Chart()
        self.chart.setObjectName("runs.curves")
        self.chart.setAccessibleName(self.tr("Curves of the selected runs over steps"))
        self.chart.setMinimumHeight(110)
        self.what = Picker("runs.what", self.tr("What is drawn"), [(LOSS, self.tr("loss"))])
        self.scale = Picker("runs.scale", self.tr("Scale"), [(False, self.tr("linear")), (True, self.tr("log"))])
        smooth = [(0.9, self.tr("smooth 0.9")), (0.0, self.tr("not smoothed"))]
        self.smooth = Picker("runs.smooth", self.tr("Smoothing"), smooth)
        self.axis = Picker("runs.axis", self.tr("Counted in"), [("step", self.tr("step")), ("epoch", self.tr("epoch"))])
        self.pickers = (self.what, self.scale, self.smooth, self.axis)
        for picker in self.pickers:
            picker.picked.connect(self._on_picked)
        self.legend = QHBoxLayout()
        self.legend.setSpacing(4)
        self.says = text("", "dim")
        foot = QHBoxLayout()
        foot.addLayout(self.legend)
        foot.addStretch(1)
        foot.addWidget(self.says)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.chart, 1)
        column.addLayout(foot)
        self._curves: list[NamedCurve] = []
        self._names: list[QPushButton] = []
        self._selected, self._pickers_shown = 0, True
        self._hidden: set[str] = set()  # names of runs
        self.redraw = Redraw(self.chart, self._draw)
        self.chart.resized.connect(self.redraw.ask)
        watcher().changed.connect(self._show_legend)

    def show_curves(self, curves: Sequence[NamedCurve], selected: int) -> None:
        """Draws these and no others; `selected`: how many runs are, of which only the first are drawn."""
        self._curves, self._selected = list(curves), selected
        metrics = dict.fromkeys(name for named in curves for end in named.curve.epochs for name in end.metrics)
        self.what.set_options([(LOSS, self.tr("loss")), *((name, title(name)) for name in metrics)])
        self.says.setText(self._foot())
        self._show_legend()
        self._on_picked()

    def show_pickers(self, shown: bool) -> None:
        """They belong to the curves, wherever they stand."""
        self._pickers_shown = shown
        for picker in self.pickers:
            picker.setVisible(shown and (picker is not self.smooth or self.what.value == LOSS))

    def _show_legend(self) -> None:
        clear(self.legend)
        self._names.clear()
        colours = class_colours()
        for index, named in enumerate(self._curves):
            button = QPushButton(dot(colours[index % len(colours)], ring=True), "")
            button.setObjectName(f"runs.legend.{named.name}")
            button.setAccessibleName(self.tr("Curve of {0}").format(named.name))
            button.setToolTip(self.tr("{0}: press to hide or show its curve").format(named.name))
            button.setCheckable(True)
            button.setChecked(named.name not in self._hidden)
            button.toggled.connect(lambda shown, name=named.name: self._on_toggled(name, shown))
            look(button, "legend")
            self.legend.addWidget(button)
            self._names.append(button)
        self._fit_legend()
        self._tell_colours()

    def _tell_colours(self) -> None:
        colours = class_colours()
        shown = {one.name: colours[place % len(colours)] for place, one in enumerate(self._curves)}
        self.coloured.emit({name: shade for name, shade in shown.items() if name not in self._hidden})

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_legend()

    def _fit_legend(self) -> None:
        """Names are cut in their middle where not all of them fit."""
        if not self._curves:
            return
        width = self.width() - self.says.sizeHint().width()
        room = max(30, min(160, width // len(self._curves) - DOT - 30))
        for place, named in enumerate(self._curves):
            button = self._names[place]
            button.setText(button.fontMetrics().elidedText(named.name, Qt.TextElideMode.ElideMiddle, room))

    def _foot(self) -> str:
        if self._curves and not any(len(named.curve.losses) for named in self._curves):
            return self.tr("no step was recorded")
        if self._selected > MOST:
            return self.tr("the first {0} of {1}").format(MOST, f"{self._selected:,}")
        return (
            self.tr("— training  ╌ validation")
            if 0 < len(self._curves) < MANY_NAMES and self.what.value == LOSS
            else ""
        )

    def _on_toggled(self, name: str, shown: bool) -> None:
        (self._hidden.discard if shown else self._hidden.add)(name)
        self._tell_colours()
        self._on_picked()

    def _on_picked(self) -> None:
        self.chart.remove_all()
        self.chart.set_log(bool(self.scale.value))
        self.show_pickers(self._pickers_shown)
        self.says.setText(self._foot())
        self.redraw.ask()

    def _draw(self) -> None:
        colours, metric = class_colours(), str(self.what.value)
        choice = choice_of(metric)
        percent = choice is not None and choice.percent
        self.chart.left.unit = " %" if percent else ""
        for index, named in enumerate(self._curves):
            if named.name in self._hidden:
                continue
            shade = colours[index % len(colours)]
            if metric == LOSS:
                self._draw_loss(named, shade)
            else:
                self._draw_metric(named, metric, shade, 100 if percent else 1)
        self.chart.fit()

    def _draw_loss(self, named: NamedCurve, shade: str) -> None:
        smooth, axis = cast("float", self.smooth.value), cast("Axis", self.axis.value)
        draw_losses(self.chart, named.curve, axis=axis, smooth=smooth, colours=(shade, shade), name=f"{named.name} ")

    def _draw_metric(self, named: NamedCurve, metric: str, shade: str, times: float) -> None:
        found = [end for end in named.curve.epochs if metric in end.metrics]
        by_epoch = self.axis.value == "epoch"
        x = np.array([end.epoch if by_epoch else end.step for end in found], np.float64)
        y = np.array([end.metrics[metric] for end in found], np.float64) * times
        few = len(found) <= MANY
        self.chart.set_line(f"{named.name} {metric}", x, y, shade, width=2.0)
        self.chart.set_dots(f"{named.name} {metric}", x if few else x[:0], y if few else y[:0], shade)
