"""The learning-rate finder: the loss over a growing rate, drawn while it is searched, and a rate picked from it."""

from __future__ import annotations

import math
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from engine.data.dataset import Dataset, Ticket
from engine.errors import EngineError
from engine.project import Project
from gui.document import Document
from gui.kit.background import Latest
from gui.kit.cards import text
from gui.kit.chart import Chart
from gui.kit.forms import described, refusal_of
from gui.kit.forms.numbers import NumberEditor, compact
from gui.kit.marks import Mark, Marks
from gui.kit.redraw import Redraw
from gui.kit.style import look
from gui.shared.drawing import HAIR, PALE

if TYPE_CHECKING:
    from engine.training.probing.rate_finder import Found, Tried

Points = SimpleQueue["Tried"]

STEP = 10 ** (1 / 20)  # by so much an arrow key changes the rate
ABOVE = 1.15  # times the highest smoothed loss: single losses above it are cut, else they would flatten the curve


class RateCurve(Chart):
    """The curve; a click picks a rate, left and right go on from there.

    Signals:
        picked: log10 of a rate.
        stepped: -1 or 1: a little less, a little more.
    """

    picked = Signal(float)
    stepped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bottom.log, self.bottom.whole = True, False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.plot.scene().sigMouseClicked.connect(self._on_clicked)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps:
            self.stepped.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def _on_clicked(self, event: object) -> None:
        place = getattr(event, "scenePos", QPointF)()
        box = self.plot.getPlotItem().getViewBox()
        if box.sceneBoundingRect().contains(place):
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.picked.emit(box.mapSceneToView(place).x())


class FinderDialog(QDialog):
    """Called `finder`; searches while it is shown. "Use" sets the rate as one edit of the document."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._search = Latest(self)
        self._search.told.connect(self._on_told)
        self._search.done.connect(self._on_done)
        self._search.failed.connect(self._on_failed)
        self._points: Points = SimpleQueue()
        self._tried: list[Tried] = []
        self._found: Found | None = None
        self._chosen = False
        self.setObjectName("finder")
        self.setWindowTitle(self.tr("Find a learning rate"))
        self.chart = RateCurve()
        self.chart.setObjectName("finder.curve")
        self.chart.setAccessibleName(self.tr("Loss over the learning rate. Left and right choose a rate"))
        self.chart.setMinimumSize(560, 280)
        self.marks = Marks(self.chart)
        self.bar, self.says = QProgressBar(), text("", "dim", wrap=True)
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self._search.ended.connect(self.bar.hide)
        (spec,) = described(type(document.project.training.optimizer), ["learning_rate"])
        self.rate = NumberEditor(spec, self)
        self.use, self.close_ = QPushButton(), QPushButton(self.tr("Cancel"))
        self._name()
        self._place()
        self.redraw = Redraw(self.chart, self._draw)
        self.chart.resized.connect(self.redraw.ask)
        self.chart.picked.connect(self._on_picked)
        self.chart.stepped.connect(self._on_stepped)
        self.rate.moved.connect(self._on_rate_moved)
        self.rate.refused.connect(self._show_rate)
        self.use.clicked.connect(self._on_use)
        self.close_.clicked.connect(self.reject)
        self.finished.connect(self._on_closed)

    @property
    def busy(self) -> bool:
        """A search goes on."""
        return self._search.busy

    def search(self, project: Project, dataset: Dataset) -> None:
        """Shows itself and begins."""
        self._tried, self._found, self._chosen = [], None, False
        self._points = SimpleQueue()
        self.chart.remove_all()
        self.marks.show(())
        self.rate.show_value(project.training.optimizer.learning_rate)
        self.says.setText(self.tr("A copy of the network is trained for a moment while the learning rate grows."))
        self.bar.setValue(0)
        self.bar.show()
        self._show_rate()
        self._search.begin(partial(_search, project, dataset, self._points))
        self.open()
        self.close_.setFocus()

    def _name(self) -> None:
        for name, widget, spoken in (
            ("bar", self.bar, self.tr("How far the search is")),
            ("says", self.says, ""),
            ("rate", self.rate, self.tr("Learning rate")),
            ("use", self.use, ""),
            ("cancel", self.close_, ""),
        ):
            widget.setObjectName(f"finder.{name}")
            widget.setAccessibleName(spoken)
        look(self.use, "primary")
        self.use.setDefault(True)  # Return in the field takes the rate; without it Cancel is the first to be asked

    def _place(self) -> None:
        row = QHBoxLayout()
        label = QLabel(self.tr("Learning rate"), self)
        label.setBuddy(self.rate)
        self.rate.setFixedWidth(120)
        row.addWidget(label)
        row.addWidget(self.rate)
        row.addStretch(1)
        row.addWidget(self.close_)
        row.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addWidget(text(self.tr("Find a learning rate"), "title"))
        column.addWidget(self.says)
        column.addWidget(self.chart, 1)
        column.addWidget(self.bar)
        column.addLayout(row)
        column.addWidget(refusal_of(self.rate, self))

    def _on_told(self, done: float) -> None:
        self._take()
        self.bar.setValue(round(done * 1000))
        self.redraw.ask()

    def _take(self) -> None:
        while True:
            try:
                self._tried.append(self._points.get_nowait())
            except Empty:
                return

    def _on_done(self, found: Found) -> None:
        self._found = found
        self._tried = list(found.points)
        if found.suggestion is None:
            self.says.setText(self.tr("The loss fell at no rate. Look at the data and the network instead."))
        else:
            self.says.setText(self._sentence(found.suggestion, rounded(found.tenth or found.suggestion)))
            if not self._chosen:
                self.rate.show_value(found.suggestion)
        self._show_rate()
        if found.suggestion is not None and not self._chosen:
            self.use.setFocus()  # it can have the keys only now
        self.redraw.ask()

    def _sentence(self, suggestion: float, tenth: float) -> str:
        if tenth < suggestion:
            words = self.tr("The loss falls fastest at {0}; {1} is more careful. Click the curve for another rate.")
        elif tenth > suggestion:
            words = self.tr("The loss falls fastest at {0}; {1} is bolder. Click the curve for another rate.")
        else:
            words = self.tr("The loss falls fastest at {0}. Click the curve for another rate.")
        return words.format(compact(suggestion), compact(tenth))

    def _on_failed(self, error: Exception) -> None:
        self.says.setText(str(error))

    def _draw(self) -> None:
        if not self._tried:
            return
        x = np.log10([point.rate for point in self._tried])
        losses = np.array([point.loss for point in self._tried])
        smoothed = np.array([point.smoothed for point in self._tried])
        top = smoothed.max() + (ABOVE - 1) * max(abs(smoothed.max()), smoothed.max() - smoothed.min())
        self.chart.set_line("losses", x, np.minimum(losses, top), "training", width=HAIR, pale=PALE)
        self.chart.set_line("smoothed", x, smoothed, "training", width=2.0)
        self.chart.fit((float(x[0]), float(x[-1])))
        self._show_marks()

    def _show_marks(self) -> None:
        if not self._tried:
            return
        suggestion = self._found.suggestion if self._found else None
        chosen = self.rate.typed.held
        marks = []
        if suggestion is not None and not math.isclose(chosen, suggestion):
            words = compact(suggestion)
            marks.append(Mark(math.log10(suggestion), words, self.tr("suggested {0}").format(words), "good"))
        if suggestion is not None or self._chosen:
            words = compact(chosen)
            said = self.tr("suggested {0}").format(words) if suggestion == chosen else words
            role = "good" if suggestion == chosen else "text"
            marks.append(Mark(math.log10(chosen), words, said, role, dashed=False))
        self.marks.show(marks)

    def _show_rate(self) -> None:
        self.use.setText(self.tr("Use {0}").format(compact(self.rate.typed.held)))
        self.use.setAccessibleName(self.use.text())
        self.use.setEnabled((self._found is not None or self._chosen) and not self.rate.typed.beyond)
        self._show_marks()

    def _choose(self, rate: float) -> None:
        self._chosen = True
        self.rate.show_value(min(max(rounded(rate), 1e-12), self.rate.maximum()))
        self._show_rate()

    def _on_picked(self, power: float) -> None:
        if self._tried:
            self._choose(10.0**power)

    def _on_stepped(self, steps: int) -> None:
        if self._tried:
            self._choose(self.rate.value() * STEP**steps)

    def _on_rate_moved(self) -> None:
        self._chosen = True
        self._show_rate()

    def _on_use(self) -> None:
        project, rate = self._document.project, self.rate.value()
        training = project.training
        optimizer = training.optimizer.changed(learning_rate=rate)
        change = project.changed(training=training.changed(optimizer=optimizer))
        self._document.edit(self.tr("Set learning rate"), change)
        self.accept()

    def _on_closed(self) -> None:
        self._search.cancel()


def rounded(rate: float) -> float:
    """With two digits: nobody needs more of a rate."""
    return float(f"{rate:.2g}")


def _search(project: Project, dataset: Dataset, points: Points, ticket: Ticket) -> Found:
    """On the job's thread."""
    from engine.training.probing.rate_finder import HIGH, LOW, Found, find  # it brings torch along

    for result in find(project, dataset, stopping=ticket.cancelled):
        if isinstance(result, Found):
            return result
        points.put(result)
        if not ticket.cancelled():  # the search ends by itself then, and lets go of what it holds
            ticket.tell(math.log(result.rate / LOW) / math.log(HIGH / LOW), "")
    raise EngineError("The search for a learning rate ended without a result", hint="Search again")
