"""The only place where the training thread and the screen meet: one run at a time, its events drained by one timer."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from engine.data.dataset import Ticket
from engine.errors import EngineError
from engine.record.control import Control, Knob
from engine.record.events import Diverged, Ended, Event, Failed, Noted, OutOfMemory, Paused, Resumed, Started
from engine.record.files import snapshot_files
from engine.record.request import TrainingRequest
from engine.runs import store
from engine.runs.folder import RunFolder
from engine.runs.folds import free_stem
from gui.document import Document
from gui.live.chosen import ChosenRun
from gui.live.cross_validation import Folding
from gui.live.past import Past
from gui.live.run import LiveRun
from gui.live.runner import Inbox, Make, Runner
from gui.loading import Loader

if TYPE_CHECKING:
    from engine.project import Project
    from engine.runs.folded import FoldedWorker
    from engine.training.worker import Worker

State = Literal["idle", "starting", "running", "paused", "stopping"]
DRAIN = 33  # ms between looks at the queue: once a frame is enough for eyes


class Session(QObject):
    """Starts, pauses and stops the run.

    Attributes:
        chosen: the run that Results and Export are about.
        past: looks for the last run of a project that is opened.

    Signals:
        state_changed: `state` is another, or `live` is about another run.
        begun: a run, or a cross-validation, begins or goes on.
        happened: one event of the run, in order.
        drained: events came in; `live` is up to date. At most 30 times a second.
        told: one sentence for the person: why Train waits, or what ended the run.
        noted: one sentence that is no trouble: a run of a project that is no longer open has ended, or what the run
            itself says.
    """

    state_changed = Signal()
    begun = Signal()
    happened = Signal(object)
    drained = Signal()
    told = Signal(str)
    noted = Signal(str)

    def __init__(
        self, document: Document, loader: Loader, parent: QObject | None = None, *, root: Path | None = None
    ) -> None:
        super().__init__(parent)
        self.root = root or store.default_root()
        self._document, self._loader = document, loader
        self._state: State = "idle"
        self._live: LiveRun | None = None
        self.chosen, self._runner = ChosenRun(self), Runner(self)
        self._watched: set[str] = set()
        self._folding: Folding | None = None
        self._timer = QTimer(self, interval=DRAIN)
        self._timer.timeout.connect(self.drain)
        self._runner.made.connect(self._timer.start)
        self._runner.missing.connect(self.drain)
        self._foreign = False
        document.opened.connect(self._on_opened)
        self.past = Past(document, self.root, self)  # after it: what was shown is gone when it begins to look
        self.past.found.connect(self._on_past_found)

    @property
    def state(self) -> State:
        """What the run is doing; "idle" where there is none."""
        return self._state

    @property
    def live(self) -> LiveRun | None:
        """The run that goes on, or the last one of the open project; None where there is none."""
        return self._live

    @property
    def folding(self) -> Folding | None:
        """The cross-validation that `live` belongs to; None where it is a run by itself."""
        return self._folding if self._live is not None else None

    @property
    def other(self) -> str:
        """Name of the project that the run belongs to where that is not the open one any more; "" else."""
        return self._live.title if self._live is not None and self._foreign else ""

    def obstacle(self) -> str:
        """What keeps Train waiting, one sentence; "" where it can begin."""
        if self._state != "idle":
            return self.tr("A run is going on")
        if self._loader.busy:
            return self.tr("The data is still being read")
        if self._loader.error is not None:
            return self._loader.error.message
        problems = self._document.report.problems
        if problems:
            return problems[0].message
        return "" if self._loader.dataset is not None else self.tr("There is no data yet")

    def train(self, run: Path | None = None, *, longer: bool = False, again: Path | None = None) -> None:
        """Freezes the project and its data into a request and starts it; `told` says why where it cannot.

        `run`: folder of a run of this project that goes on from its snapshot, instead of a new one.
        `longer`: it is asked for more epochs than it has done.
        `again`: folder of a run of this project that is done again: the new one has its name and says where it is from.
        """
        dataset, obstacle = self._loader.dataset, self.obstacle()
        if obstacle or dataset is None:
            self.told.emit(obstacle)
            return
        project = self._document.identified
        try:
            store.make_root(self.root)
            earlier = run or again
            if earlier is not None:
                dataset = RunFolder(earlier).matched(dataset)
            name = re.sub(r"-\d+$", "", again.name) if again is not None else self._document.title
            folder = run or store.new_folder(self.root, name)
            live = LiveRun(project, dataset, folder, title=self._document.title)
            request = TrainingRequest(project, dataset, folder, resume=run is not None, longer=longer)
            request = replace(request, file=self._document.path)
            if run is not None:
                _recall(live, RunFolder(run))
            elif again is not None:
                request = _as_before(request, RunFolder(again))
        except (EngineError, OSError) as error:
            self.told.emit(str(error))
            return
        self._folding = None
        self._begin(live, partial(_worker, request))

    def cross_validate(self, folds: int) -> None:
        """Trains the project once for each fold, one after another; `told` says why where it cannot."""
        dataset, obstacle = self._loader.dataset, self.obstacle()
        if obstacle or dataset is None:
            self.told.emit(obstacle)
            return
        try:
            store.make_root(self.root)
        except EngineError as error:
            self.told.emit(str(error))
            return
        project, title = self._document.identified, self._document.title
        self._folding = Folding(folds, title)
        live = LiveRun(project, dataset, self.root / title, title=title)  # until the first fold begins
        self._begin(live, partial(_folded, project, folds, self.root, title))

    def _begin(self, live: LiveRun, make: Make) -> None:
        self._live, self._foreign = live, False
        self._runner.begin(make, self._watched)
        self._set_state("starting")
        self.begun.emit()

    def pause(self) -> None:
        """Asks the run to wait between two steps; Paused says when it does."""
        if self._state == "running":
            self._runner.control.pause()

    def go_on(self) -> None:
        """Ends a pause."""
        if self._state == "paused":
            self._runner.control.go_on()

    def stop(self) -> None:
        """Asks the run to end at its next step, with its weights saved."""
        if self._state in ("starting", "running", "paused"):
            self._runner.control.stop()
            self._set_state("stopping")

    def turn(self, name: str, value: float | bool, layer: str = "") -> None:
        """Asks for another value of a live knob from the next step on; KnobTurned says when it holds.

        The value that it has is no change, and nothing is asked or recorded.
        """
        going = self._live is not None and self._state in ("starting", "running", "paused")
        if going and self._live is not None and self._live.ask(name, value, layer):
            self._runner.control.turn(Knob(name, value, layer))

    def watch(self, name: str, *, on: bool) -> None:
        """Whether someone looks at a look of `engine.training.looks.LOOKS`; `live.looks` has the latest."""
        self._watched = self._watched | {name} if on else self._watched - {name}
        self._runner.control.watch(name, on=on)

    def moved(self, before: Path, after: Path) -> None:
        """A run that has ended is in another folder now: what is about it goes along."""
        if self._live is not None and self._live.folder == before:
            self._live.folder = after
        if self.chosen.folder == before:
            self.chosen.choose(after)

    def shutdown(self, seconds: float) -> bool:
        """For closing the window: stops the run and waits until it is saved. True where that came in time."""
        self.stop()
        ended = self._runner.wait(seconds)
        self.drain()
        self._timer.stop()
        return self.past.shutdown(seconds) and ended  # last: the end of a run may have let it look

    def drain(self) -> None:
        """Takes in all that the worker said since the last look."""
        came = False
        if self._live is None:
            return
        alive = self._runner.is_alive  # asked first: what is said until then is seen below
        for at, event in self._runner.events():
            came = True
            self._take(event, at)
        failure = None if alive or self._live is None else self._runner.failure(self._live.step)
        if failure is not None:
            self._folding = None
            self._take(failure)
            came = True
        if came:
            self.drained.emit()

    def _take(self, event: Event, at: float | None = None) -> None:
        """`at`: when it was said; None: just now."""
        folding, over = self._folding, isinstance(event, Ended)
        if folding is not None and folding.going:
            another, over = folding.take(event, self._live), not folding.going
            if another is not None:
                self._live, self._state = another, self._state if self._state == "stopping" else "starting"
                self.state_changed.emit()
        live = self._live
        if live is None:
            return
        live.feed(event, at)
        if over:
            self._runner.release()
            self._timer.stop()
            self._set_state("idle")
            if not self._foreign and snapshot_files(live.folder):
                self.chosen.choose(live.folder)
        elif isinstance(event, Noted):
            self.noted.emit(event.message)
        elif self._state != "stopping":
            if isinstance(event, Started | Resumed):
                self._set_state("running")
            elif isinstance(event, Paused):
                self._set_state("paused")
        self.happened.emit(event)
        _tell_ending(self, live, event, over)
        if over and self._foreign:
            self._forget()
            self.past.look()  # the open project's own last run had to wait

    def _on_opened(self) -> None:
        """What is shown belongs to the open project; a run that goes on is shown until it ends."""
        self.chosen.choose(None)
        if self._state == "idle":
            self._forget()
        elif not self._foreign:
            self._foreign = True
            self.state_changed.emit()

    def _on_past_found(self, live: LiveRun) -> None:
        """The last run of the project that was opened is shown as if it had just ended."""
        if self._state != "idle" or self._live is not None:
            return
        self._live, self._foreign = live, False
        if self.chosen.folder is None and snapshot_files(live.folder):
            self.chosen.choose(live.folder)
        self.state_changed.emit()

    def _forget(self) -> None:
        if self._live is not None:
            self._live, self._foreign = None, False
            self.state_changed.emit()

    def _set_state(self, state: State) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit()


def _tell_ending(session: Session, live: LiveRun, event: Event, over: bool) -> None:
    if isinstance(event, Diverged | OutOfMemory | Failed):
        words = event.message or session.tr("Training failed at step {0}").format(f"{event.step:,}")
        folding = session.folding
        session.told.emit(words if folding is None else session.tr("{0}: {1}").format(folding.called, words))
    elif over and session.other:
        session.noted.emit(session.tr("The run of {0} has ended. The Runs page has it.").format(live.title))


def _recall(live: LiveRun, earlier: RunFolder) -> None:
    """What was recorded of a run that is to go on."""
    live.begin_with(earlier.losses(), earlier.epochs(), earlier.knobs())


def _as_before(request: TrainingRequest, earlier: RunFolder) -> TrainingRequest:
    """For the same bits as an earlier run: its tactics, and its knobs turned at their steps, as the tactics changed."""
    tactics, changes, knobs = earlier.tactics(), tuple(earlier.changes()), tuple(earlier.knobs())
    return replace(request, parent=earlier.path.name, tactics=tactics, changes=changes, replay=knobs)


def _worker(request: TrainingRequest, control: Control, inbox: Inbox, ticket: Ticket) -> Worker:
    """On the job's thread: torch takes two seconds to load."""
    from engine.training.probing.forecast import alone
    from engine.training.worker import Worker  # it brings torch along

    with alone:  # a forecast that goes on ends at its next step; both would draw from one random state
        return Worker(request, control, inbox.put)


def _folded(
    project: Project,
    folds: int,
    root: Path,
    title: str,
    control: Control,
    inbox: Inbox,
    ticket: Ticket,
) -> FoldedWorker:
    """On the job's thread, as `_worker`."""
    from engine.runs.folded import FoldedWorker  # it brings torch along
    from engine.training.probing.forecast import alone

    with alone:
        return FoldedWorker(project, folds, root, control, inbox.put, free_stem(root, title))
