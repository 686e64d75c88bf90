"""The last run of a project that is opened, found and read beside the window."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.data.dataset import Ticket
from engine.errors import EngineError
from engine.record.events import Diverged, EarlyStopped, Ended, Failed, Finished, OutOfMemory, Started, Stopped
from engine.record.files import RunStatus
from engine.record.states import RunState
from engine.runs import past, store
from engine.runs.folder import RunFolder
from engine.runs.past import Identity
from gui.document import Document
from gui.kit.background import Job
from gui.live.run import LiveRun


class Past(QObject):
    """Looks when a project is opened that may have runs: one of a file, or one with an id.

    Signals:
        found: the LiveRun that it was, as recorded.
        changed: `busy` is another than before.
    """

    found = Signal(object)
    changed = Signal()

    def __init__(self, document: Document, root: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._root = document, root
        self._job: Job | None = None
        document.opened.connect(self._on_opened)

    @property
    def busy(self) -> bool:
        """It is still looking."""
        return self._job is not None

    def shutdown(self, seconds: float) -> bool:
        """For closing the window. True where nothing runs any more."""
        job = self._job
        self._drop()
        return job is None or job.wait(seconds)

    def _on_opened(self) -> None:
        document = self._document
        self._drop()
        if document.path is None and not document.project.id:
            return  # it has just begun
        identity = Identity.of(document.identified, document.path)
        job = self._job = Job(partial(_latest, self._root, identity, document.title), self)
        job.done.connect(partial(self._on_done, job))
        job.failed.connect(partial(self._on_failed, job))
        job.start()
        self.changed.emit()

    def _drop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _on_done(self, job: Job, live: LiveRun | None) -> None:
        if job is not self._job:
            return
        self._job = None
        if live is not None:
            self.found.emit(live)
        self.changed.emit()

    def _on_failed(self, job: Job, error: Exception) -> None:
        if job is not self._job:
            return
        self._job = None
        self.changed.emit()
        if not isinstance(error, EngineError):
            raise error  # a defect: for the excepthook


def recorded(folder: Path, title: str) -> LiveRun:
    """A run as it stood when it ended. EngineError where it cannot be read."""
    run = RunFolder(folder)
    status = run.status()
    live = LiveRun(run.project(), None, folder, title=title, facts=run.facts())
    live.begin_with(run.losses(), run.epochs(), run.knobs())
    per_epoch = max(1, status.total_steps // max(1, status.epochs))
    started = Started(status.device, status.threads, per_epoch, status.total_steps, status.step)
    live.feed(started)
    live.seconds = status.seconds
    live.feed(_ending(status))
    return live


def _ending(status: RunStatus) -> Ended:
    """One that says that it is running, and is not, was cut off: it can be gone on with as one that was stopped."""
    step, message = status.step, status.message
    said: dict[str, Ended] = {
        RunState.FINISHED: Finished(step),
        RunState.EARLY_STOPPED: EarlyStopped(step, message),
        RunState.DIVERGED: Diverged(step, message),
        RunState.OUT_OF_MEMORY: OutOfMemory(step, message),
        RunState.FAILED: Failed(step, message),
    }
    return said.get(status.state, Stopped(step))


def _latest(root: Path, identity: Identity, title: str, ticket: Ticket) -> LiveRun | None:
    """On the job's thread: the first that can be read."""
    runs = store.runs(root, lambda done: ticket.tell(done, ""))
    for run in past.latest(past.runs_of(runs, identity), identity):
        try:
            return recorded(run.folder, title)
        except EngineError:
            continue
    return None
