"""The curves of the selected runs over each other."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from engine.data.dataset import Ticket
from engine.runs.folder import RunFolder
from gui.cards import Card
from gui.chart import Chart
from gui.curves import Series
from gui.drawing import Axis, RunCurve, draw_losses
from gui.palette import class_colours
from gui.picker import Picker
from gui.redraw import Redraw

MOST = 6  # runs that can be told apart


@dataclass(frozen=True)
class NamedCurve:
    """A run's curve with its name."""

    name: str
    curve: RunCurve


class OverlayCard(Card):
    """Training loss as a line, validation loss dashed, a colour for each run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Loss of the selected runs"))
        self.chart = Chart()
        self.chart.setObjectName("runs.curves")
        self.chart.setAccessibleName(self.tr("Losses of the selected runs over steps"))
        self.chart.setMinimumHeight(140)
        self.scale = Picker("runs.scale", self.tr("Scale"), [(False, self.tr("linear")), (True, self.tr("log"))])
        smooth = [(0.9, self.tr("smooth 0.9")), (0.0, self.tr("not smoothed"))]
        self.smooth = Picker("runs.smooth", self.tr("Smoothing"), smooth)
        self.axis = Picker("runs.axis", self.tr("Counted in"), [("step", self.tr("step")), ("epoch", self.tr("epoch"))])
        for picker in (self.scale, self.smooth, self.axis):
            self.corner.addWidget(picker)
            picker.picked.connect(self._on_picked)
        self.legend = QLabel()
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.legend.setWordWrap(True)
        self.body.addWidget(self.chart, 1)
        self.body.addWidget(self.legend)
        self._curves: list[NamedCurve] = []
        self.redraw = Redraw(self.chart, self._draw)
        self.chart.resized.connect(self.redraw.ask)

    def show_curves(self, curves: Sequence[NamedCurve]) -> None:
        """Draws these and no others."""
        self._curves = list(curves)
        self.chart.remove_all()
        self.redraw.ask()

    def _on_picked(self) -> None:
        self.chart.remove_all()
        self.chart.set_log(bool(self.scale.value))
        self.redraw.ask()

    def _draw(self) -> None:
        colours = class_colours()
        smooth = cast("float", self.smooth.value)
        for index, named in enumerate(self._curves):
            shade = colours[index % len(colours)]
            axis = cast("Axis", self.axis.value)
            draw_losses(
                self.chart, named.curve, axis=axis, smooth=smooth, colours=(shade, shade), name=f"{named.name} "
            )
        self.chart.fit()
        parts = [
            f'<span style="color:{colours[index % len(colours)]}">●</span> {html.escape(named.name)}'
            for index, named in enumerate(self._curves)
        ]
        if parts:
            parts.append(self.tr("— training  ╌ validation"))
        self.legend.setText("&nbsp;&nbsp;&nbsp;".join(parts))


def read_curves(folders: Sequence[Path], ticket: Ticket) -> list[NamedCurve]:
    """The curves of some runs. For a job's thread. FileError where one cannot be read."""
    curves = []
    for index, folder in enumerate(folders[:MOST]):
        ticket.tell(index / len(folders), folder.name)
        run = RunFolder(folder)
        epochs = run.epochs()
        per_epoch = max(1, epochs[0].step // epochs[0].epoch) if epochs else 1
        curves.append(NamedCurve(folder.name, RunCurve(Series(run.losses()), epochs, 0, per_epoch)))
    return curves
