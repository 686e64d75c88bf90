"""What the strip says: before a run what Train needs, during a run how far it is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget
from typing_extensions import override

from engine.record.events import Diverged, EarlyStopped, Ended, Failed, Finished, OutOfMemory, Stopped
from gui.kit.numbers import digits
from gui.kit.redraw import Redraw
from gui.kit.style import look
from gui.live.run import LiveRun
from gui.shared.context import Context
from gui.shared.states import eta_words, memory_words, prepare_words, search_words
from gui.shell.strip.curve import MiniCurve
from gui.shell.strip.outlook import plan, waits

TALL, EMPTY, SLIM = 160, 136, 40  # px; empty: no run has been yet
LOW = 780  # px: in a window less high than that it is always slim
BAR = 180  # px of progress in the slim strip
SIDES = 14  # px left and right of what the panel says
GAP = 16  # px between title and time left, at least
PANEL = 286  # px, as wide as the inspector above it


class Strip(QFrame):
    """Tall with the curve, or slim: one line, for pages that show a curve of their own.

    Signals:
        problem_clicked: the person wants to see what holds Train back; the layer's id, or "" for the data or settings.
    """

    problem_clicked = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._loading = ""
        self._slim = self._wished_slim = False
        look(self, "strip")
        self.setObjectName("strip")
        self.curve = MiniCurve(self)
        self.panel = QFrame(self)
        self.title, self.eta, self.lines = QLabel(self), QLabel(self), QLabel(self)
        self.progress = QProgressBar(self)
        self.progress.setRange(0, 1000)
        self.progress.setAccessibleName(self.tr("How far training is"))
        self.problem = QPushButton(self)
        self.problem.clicked.connect(self._on_problem_clicked)
        self._name()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self.curve, 1)
        self._row.addWidget(self.panel)
        self._inside = self._filled_panel()
        self._redraw = Redraw(self, self.refresh)
        self._connect()
        self.set_slim(False)

    def set_slim(self, slim: bool) -> None:
        """One line, or tall with the curve where the window is high enough for it."""
        self._wished_slim = slim
        self._lay_out(slim or self.window().height() < LOW)

    def _lay_out(self, slim: bool) -> None:
        self._slim = slim
        self.curve.setVisible(not slim)
        direction = QBoxLayout.Direction.LeftToRight if slim else QBoxLayout.Direction.TopToBottom
        self._inside.setDirection(direction)
        self._inside.setContentsMargins(SIDES, 0 if slim else 12, SIDES, 0 if slim else 12)
        self._inside.setSpacing(18 if slim else 5)
        self.progress.setMaximumWidth(BAR if slim else 10_000)
        self.progress.setMinimumWidth(BAR if slim else 0)
        self.panel.setMinimumWidth(0 if slim else PANEL)
        self.panel.setMaximumWidth(10_000 if slim else PANEL)
        look(self.panel, "" if slim else "side")
        self.refresh()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    @override
    def moveEvent(self, event: QMoveEvent) -> None:
        """It stands at the bottom: it moves when the window's height changes."""
        super().moveEvent(event)
        if self._slim != (self._wished_slim or self.window().height() < LOW):
            self.set_slim(self._wished_slim)

    def refresh(self) -> None:
        """Says and draws it as it is now."""
        tall = EMPTY if self._context.session.live is None else TALL
        self.setFixedHeight(SLIM if self._slim else tall)
        live = self._context.session.live
        self.curve.show_run(None if live is None else live.drawn)
        if self._context.session.state == "idle":
            self._say_before()
        else:
            self._say_during()

    def _say_before(self) -> None:
        session, document = self._context.session, self._context.document
        self.progress.hide()
        self.eta.hide()
        last = self._ending(session.live)
        self.title.setText(last or self.tr("Before you train"))
        self._say_lines(plan(document, self._context.forecast))
        obstacle = session.obstacle()
        self.problem.setVisible(bool(obstacle))
        self.problem.setToolTip(document.report.reason or obstacle)
        if self._context.loader.busy:
            self._set_problem(self._loading or self.tr("The data is being prepared"), "quiet")
        elif document.project.data is None:
            self._set_problem(obstacle, "quiet")
        elif document.report.problems and self._context.loader.error is None and document.facts is not None:
            self._set_problem(waits(document), "problem")
        else:
            self._set_problem(obstacle, "problem")

    def _say_during(self) -> None:
        live = self._context.session.live
        self.problem.hide()
        self.progress.setVisible(live is not None)
        self.eta.setVisible(live is not None)
        if live is None:
            return
        words, eta = self._doing(live), eta_words(live)
        self.progress.setValue(round(live.progress * 1000))
        below = not self._slim and not self._fit(words, eta)
        self.eta.setVisible(not below)
        self.eta.setText(eta)
        room = max(PANEL, self.width() // 2) if self._slim else PANEL - 2 * SIDES
        self.title.setText(self.title.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, room))
        self._say_lines([eta, *self._pace(live)] if below and eta else self._pace(live))

    def _doing(self, live: LiveRun) -> str:
        session = self._context.session
        titles = {
            "starting": self.tr("Starting"),
            "paused": self.tr("Paused in epoch {0}").format(live.epoch),
            "stopping": self.tr("Stopping"),
        }
        epoch = self.tr("Epoch {0} of {1}").format(f"{live.epoch:,}", f"{live.project.training.epochs:,}")
        words, fold = titles.get(session.state, epoch), session.folding
        if live.searching and session.state != "stopping":
            words = memory_words()
        if fold is not None:  # from the second one on the engine is up
            starting = session.state == "starting" and fold.fold > 0 and not live.searching
            words = fold.called if starting else self.tr("{0} · {1}").format(fold.called, words)
        return self.tr("{0}: {1}").format(session.other, words) if session.other else words

    def _pace(self, live: LiveRun) -> list[str]:
        """How far it is and how fast; what is waited for while there are no steps."""
        speed = live.steps_per_second
        if live.searching:
            return [] if self._context.session.state == "stopping" else [search_words()]
        if not live.total_steps:
            return [prepare_words() if live.preparing else self._loads()]
        step = self.tr("step {0} of {1}").format(f"{live.step:,}", f"{live.total_steps:,}")
        rate = self.tr("{0} examples/s · {1} ms/step")
        return [step, rate.format(f"{live.examples_per_second:,.0f}", digits(1000 / speed))] if speed else [step]

    def _fit(self, title: str, eta: str) -> bool:
        """Beside each other, in the tall strip."""
        wide = self.title.fontMetrics().horizontalAdvance(title) + self.eta.fontMetrics().horizontalAdvance(eta)
        return wide + 2 * SIDES + GAP <= PANEL

    def _loads(self) -> str:
        """What is waited for before the first steps."""
        folding = self._context.session.folding
        later = folding is not None and folding.fold > 0
        return self.tr("The next fold begins") if later else self.tr("The engine is being loaded")

    def _say_lines(self, lines: list[str]) -> None:
        self.lines.setText((" · " if self._slim else "\n").join(lines))

    def _ending(self, live: LiveRun | None) -> str:
        if live is None or live.ended is None:
            return ""
        words: dict[type[Ended], str] = {
            Finished: self.tr("Finished at step {0}"),
            EarlyStopped: self.tr("Stopped early at step {0}"),
            Stopped: self.tr("Stopped at step {0}"),
            Diverged: self.tr("Diverged at step {0}"),
            OutOfMemory: self.tr("Out of memory at step {0}"),
            Failed: self.tr("Failed at step {0}"),
        }
        return words.get(type(live.ended), "").format(f"{live.ended.step:,}")

    def _set_problem(self, text: str, style: str) -> None:
        room = max(PANEL, self.width() - 600) if self._slim else PANEL - 34
        self.problem.setText(self.problem.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room))
        self.problem.setAccessibleName(text)
        look(self.problem, style)

    def _on_problem_clicked(self) -> None:
        problems = self._context.document.report.problems
        self.problem_clicked.emit(problems[0].layer if problems else "")

    def _on_told(self, done: float, text: str) -> None:
        self._loading = self.tr("{0} · {1} %").format(text, round(done * 100))
        self._redraw.ask()

    def _on_loader_changed(self) -> None:
        self._loading = ""
        self.refresh()

    def _connect(self) -> None:
        context = self._context
        context.document.changed.connect(self.refresh)
        context.document.path_changed.connect(self.refresh)
        context.loader.changed.connect(self._on_loader_changed)
        context.loader.told.connect(self._on_told)
        context.session.state_changed.connect(self.refresh)
        context.forecast.changed.connect(self.refresh)
        context.session.drained.connect(self._redraw.ask)

    def _name(self) -> None:
        parts = {"title": self.title, "eta": self.eta, "plan": self.lines, "progress": self.progress}
        for name, widget in {**parts, "problem": self.problem}.items():
            widget.setObjectName(f"strip.{name}")
        look(self.title, "title")
        look(self.eta, "dim")
        look(self.lines, "dim")

    def _filled_panel(self) -> QBoxLayout:
        inside = QBoxLayout(QBoxLayout.Direction.TopToBottom, self.panel)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.eta)
        inside.addLayout(head)
        for widget in (self.progress, self.lines, self.problem):
            inside.addWidget(widget)
        inside.addStretch(1)
        return inside
