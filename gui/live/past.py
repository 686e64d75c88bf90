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
from gui.kit.background import Latest
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
        self._looking = Latest(self)
        self._looking.done.connect(self._on_done)
        self._looking.failed.connect(self.changed)
        document.opened.connect(self.look)

    @property
    def busy(self) -> bool:
        """It is still looking."""
        return self._looking.busy

    def shutdown(self, seconds: float) -> bool:
        """For closing the window. True where nothing runs any more."""
        return self._looking.shutdown(seconds)

    def look(self) -> None:
        """Begins, or begins anew, for the open project."""
        document = self._document
        self._looking.cancel()
        if document.path is None and not document.project.id:
            return  # it has just begun
        identity = Identity.of(document.identified, document.path)
        self._looking.begin(partial(_latest, self._root, identity, document.title))
        self.changed.emit()

    def _on_done(self, live: LiveRun | None) -> None:
        if live is not None:
            self.found.emit(live)
        self.changed.emit()


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
