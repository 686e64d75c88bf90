"""A metric on the validation split, epoch by epoch."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedLayout, QWidget

from gui.kit.cards import Card, pliant, text
from gui.kit.chart import Chart
from gui.kit.numbers import choice_of, decider_title, measured, title
from gui.kit.picker import Picker
from gui.kit.redraw import Redraw
from gui.live.session import Session
from gui.shared.drawing import MANY


class MetricCard(Card):
    """One metric at a time; which one is picked in the corner."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Metric"))
        self._session = session
        self.chart = Chart()
        self.chart.setObjectName("monitor.metric")
        self.chart.setAccessibleName(self.tr("Metric on the validation split over epochs"))
        self.chart.setMinimumHeight(110)
        self.which = Picker("monitor.metric_name", self.tr("Metric"), [], self)
        self.which.picked.connect(self._on_picked)
        self.corner.addWidget(self.which)
        self.says = pliant(text("", "dim", wrap=True))
        self.empty = text(self.tr("Measured on the validation split after each epoch."), "dim", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.chart)
        self._stack.addWidget(self.empty)
        self.body.addLayout(self._stack, 1)
        self.body.addWidget(self.says)
        self.redraw = Redraw(self.chart, self._draw)
        self.chart.resized.connect(self.redraw.ask)
        session.drained.connect(self.redraw.ask)
        session.state_changed.connect(self._on_state_changed)
        self._on_state_changed()

    def _on_state_changed(self) -> None:
        live = self._session.live
        names = live.metrics if live else ()
        self.which.set_options([(name, title(name)) for name in names])
        self.which.setVisible(len(names) > 1)
        self._stack.setCurrentWidget(self.empty if live is None else self.chart)
        if live is None or (self._session.state == "starting" and live.drawn is live):
            self.chart.remove_all()
            self.title.setText(self.tr("Metric"))
        self.says.setVisible(live is not None)
        self.redraw.ask()
        if self._session.state in ("idle", "paused"):
            self.redraw.now()  # there is nothing to be sparing with any more

    def _on_picked(self) -> None:
        self.chart.remove_all()
        self.redraw.ask()

    def _draw(self) -> None:
        live = None if self._session.live is None else self._session.live.drawn
        name = str(self.which.value or "")
        if live is None or not name:
            return
        found = [(end.epoch, end.metrics[name]) for end in live.epochs if name in end.metrics]
        choice = choice_of(name)
        percent = choice is not None and choice.percent
        one = len(live.metrics) == 1
        self.title.setText(title(name)[:1].upper() + title(name)[1:] if one else self.tr("Metric"))
        self.chart.left.unit = " %" if percent else ""
        x = np.array([epoch for epoch, _ in found], np.float64)
        y = np.array([value for _, value in found], np.float64) * (100 if percent else 1)
        self.chart.set_line(name, x, y, "validation", width=2.0)
        self.chart.set_dots(name, x if len(x) < MANY else x[:0], y if len(x) < MANY else y[:0], "validation", size=6)
        last = live.project.training.epochs if live.ended is None else max(2, len(live.epochs))
        self.chart.fit((0.5, max(2, min(last, 5 * max(1, len(found)))) + 0.5))
        self.says.setText(self._sentence(name, found))

    def _sentence(self, name: str, found: list[tuple[int, float]]) -> str:
        if not found:
            live = self._session.live
            if live is not None and not live.facts.validation:
                return self.tr("Nothing to measure: the validation split is empty")
            return self.tr("Measured after the first epoch")
        words = [self._best(name), self._extreme(name, found)]
        return " · ".join(dict.fromkeys(part for part in words if part))

    def _best(self, name: str) -> str:
        """What the metric was after the best epoch, which something else may decide; "" before there is one."""
        live = None if self._session.live is None else self._session.live.drawn
        best = live.decider.best(live.epochs) if live is not None else None
        if live is None or best is None:
            return ""
        words = self.tr("Best epoch by {0}: {1}, {2}")
        return words.format(decider_title(live.decider.name), f"{best.epoch:,}", measured(name, best.metrics.get(name)))

    def _extreme(self, name: str, found: list[tuple[int, float]]) -> str:
        """Where the metric itself was the best; "" where it is what decides."""
        live = self._session.live
        if live is not None and live.decider.name == name:
            return ""
        upwards = (choice := choice_of(name)) is None or choice.higher_is_better
        epoch, value = (max if upwards else min)(found, key=lambda pair: pair[1])
        words = self.tr("highest {0}, after epoch {1}") if upwards else self.tr("lowest {0}, after epoch {1}")
        return words.format(measured(name, value), f"{epoch:,}")
