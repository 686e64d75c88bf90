"""The loss while it falls: every step as a thin line, the validation split at each epoch, a readout under the mouse."""

from __future__ import annotations

import html
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedLayout, QWidget

from gui.kit.cards import Card, text
from gui.kit.chart import Chart, readout
from gui.kit.marks import Mark, Marks
from gui.kit.picker import Picker
from gui.kit.redraw import Redraw
from gui.kit.theme import tokens
from gui.live.knobs import Change, changes
from gui.live.run import LiveRun
from gui.live.session import Session
from gui.shared.drawing import Axis, RunCurve, draw_losses, losses_at

EARLY = 5  # the axis is at most so many times as long as what is done, so that a long run is seen to begin


class LossCard(Card):
    """Redrawn at most eleven times a second, and only while it is in sight."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Loss"))
        self._session = session
        self.chart = Chart()
        self.chart.setObjectName("monitor.curves")
        self.chart.setAccessibleName(self.tr("Training and validation loss over steps"))
        self.chart.setMinimumHeight(170)
        self.marks = Marks(self.chart)
        self.scale = Picker(
            "monitor.scale", self.tr("Scale"), [(False, self.tr("linear")), (True, self.tr("log"))], self
        )
        smooth = [*((w, self.tr("smooth {0}").format(w)) for w in (0.9, 0.6, 0.97)), (0.0, self.tr("not smoothed"))]
        self.smooth = Picker("monitor.smooth", self.tr("Smoothing"), smooth, self)
        steps = [("step", self.tr("step")), ("epoch", self.tr("epoch"))]
        self.axis = Picker("monitor.axis", self.tr("Counted in"), steps, self)
        self.empty = text(self.tr("Press Train. The loss of every step is drawn here while the network learns."), "dim")
        self.legend = text("", "dim")
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.legend.setObjectName("monitor.readout")
        self._pointed: float | None = None
        self._build()
        self.redraw = Redraw(self.chart, self._draw)
        session.drained.connect(self.redraw.ask)
        session.state_changed.connect(self._on_state_changed)
        self.redraw.ask()
        self._on_state_changed()

    def _build(self) -> None:
        for picker in (self.scale, self.smooth, self.axis):
            self.corner.addWidget(picker)
            picker.picked.connect(self._on_picked)
        self.empty.setAlignment(self.empty.alignment().AlignCenter)
        self.empty.setWordWrap(True)
        stack = QStackedLayout()
        stack.addWidget(self.chart)
        stack.addWidget(self.empty)
        self._stack = stack
        self.body.addLayout(stack, 1)
        self.body.addWidget(self.legend)
        self.chart.resized.connect(self._on_resized)
        self.chart.pointed.connect(self._on_pointed)

    def _on_state_changed(self) -> None:
        live = self._session.live
        self._stack.setCurrentWidget(self.empty if live is None else self.chart)
        if live is None or (self._session.state == "starting" and live.drawn is live):
            self.chart.remove_all()
            self.marks.show(())
            self._say()
        self.redraw.ask()
        if self._session.state in ("idle", "paused"):
            self.redraw.now()  # there is nothing to be sparing with any more

    def _on_picked(self) -> None:
        self.chart.set_log(bool(self.scale.value))
        self.redraw.ask()

    def _on_resized(self) -> None:
        self.redraw.ask()

    def _on_pointed(self, x: float | None) -> None:
        self._pointed = x
        self._say()

    def _draw(self) -> None:
        live = self._drawn()
        if live is None:
            return
        curve, axis = curve_of(live), cast("Axis", self.axis.value)
        smooth = cast("float", self.smooth.value)
        draw_losses(self.chart, curve, axis=axis, smooth=smooth, colours=("training", "validation"))
        unit = curve.per_epoch if axis == "epoch" else 1
        done = live.step - live.first_step
        right = live.step if live.ended else min(live.total_steps, live.first_step + EARLY * max(1, done))
        self.chart.fit((live.first_step / unit, max(right, 1) / unit))
        self.marks.show(
            [Mark(change.step / unit, self._told(change), change.short) for change in changes(live.knobs, live.turned)]
        )
        self._say()

    def _drawn(self) -> LiveRun | None:
        return None if self._session.live is None else self._session.live.drawn

    def _told(self, change: Change) -> str:
        return self.tr("Step {0}: {1}").format(f"{change.step:,}", change.words)

    def _say(self) -> None:
        live = self._drawn()
        if live is None or not len(live.curve):
            self.legend.setText("")
            return
        curve = curve_of(live)
        if self._pointed is None:
            step, words, said = live.step, self.tr("Now"), self.tr("training loss")
        else:
            unit = curve.per_epoch if self.axis.value == "epoch" else 1
            step = min(max(round(self._pointed * unit), live.first_step + 1), live.step)
            words, said = self.tr("Step {0}").format(f"{step:,}"), self.tr("loss of this step")
        at_step, validation = losses_at(curve, step)
        training = live.recent_loss if self._pointed is None else at_step
        parts = [
            (said, training, tokens().training),
            (self.tr("validation loss"), validation, tokens().validation),
        ]
        mark = None if self._pointed is None else self.marks.at(self._pointed)
        if mark is not None:
            words = html.escape(mark.words)
        self.legend.setText(f"{words}&nbsp;&nbsp; {readout(parts)}")


def curve_of(live: LiveRun) -> RunCurve:
    """A live run as a curve to draw."""
    per_epoch = live.started.steps_per_epoch if live.started else 1
    return RunCurve(live.curve, live.epochs, live.first_step, per_epoch)
