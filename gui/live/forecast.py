"""What training will cost on this machine: memory by arithmetic, time by runs of the same work or a short probe."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from engine import system
from engine.data.dataset import Dataset, Ticket
from engine.errors import EngineError
from engine.memory import Budget
from engine.project import Project
from engine.record import timing
from engine.runs import store
from gui.document import Document
from gui.kit.background import Latest
from gui.live.session import Session
from gui.loading import Loader

if TYPE_CHECKING:
    from engine.training.probing.forecast import Speed

PATIENCE = 600  # ms after the last edit
SECONDS = 2.0  # a probe takes, about


class Forecast(QObject):
    """Looks ahead whenever the project can be trained and no run goes on. It never holds up a run or the window.

    Signals:
        changed: `speed`, `memory` or `largest` are others than before.
    """

    changed = Signal()

    def __init__(self, document: Document, loader: Loader, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._loader, self._session = document, loader, session
        self._ready = False
        self._asked: tuple[Project, Dataset | None] | None = None
        self._memory: int | None = None
        self._largest: int | None = None
        self._speed: Speed | None = None
        self._learned: float | None = None
        self._probing, self._looking = Latest(self), Latest(self)
        self._probing.done.connect(self._on_done)
        self._looking.done.connect(self._on_looked)
        self._later = QTimer(self, singleShot=True, interval=PATIENCE)
        self._later.timeout.connect(self._start)
        self._soon = QTimer(self, singleShot=True, interval=PATIENCE)
        self._soon.timeout.connect(self._look)
        document.changed.connect(self.refresh)
        loader.changed.connect(self.refresh)
        session.state_changed.connect(self._on_state_changed)
        self.refresh()

    @property
    def speed(self) -> Speed | None:
        """How fast the project trains; None while that is not known."""
        return self._speed

    @property
    def memory(self) -> int | None:
        """Bytes at once, at most, while it trains; None while it has problems."""
        return self._memory

    @property
    def largest(self) -> int | None:
        """The most examples in a batch that fit into this machine's memory; None while it has problems."""
        return self._largest

    @property
    def seconds(self) -> float | None:
        """Of the whole training; None while that is not known. What runs of the same work took beats a probe."""
        epochs = self._document.project.training.epochs
        if self._learned is not None:
            return self._learned * epochs
        return self._speed.seconds_per_epoch * epochs if self._speed is not None else None

    @property
    def learned(self) -> bool:
        """Whether the time is known from a run of the same network, settings and data on this machine."""
        return self._learned is not None

    def share_of(self, layer_id: str) -> float | None:
        """The layer's share of a step, 0 to 1, by its path; None while that is not known."""
        return self._speed.per_layer.get(layer_id) if self._speed is not None else None

    def ms_of(self, layer_id: str) -> float | None:
        """The layer's part of a step in milliseconds; None while that is not known."""
        share = self.share_of(layer_id)
        return None if share is None or self._speed is None else share * self._speed.seconds_per_step * 1000

    def begin(self) -> None:
        """The engine is loaded: from now on time is forecast too."""
        self._ready = True
        self._ask()
        self._soon.start()

    def refresh(self) -> None:
        """Looks at the project as it is now."""
        asked = _timeless(self._document.project), self._loader.dataset
        same = self._asked is not None and self._asked[0] == asked[0] and self._asked[1] is asked[1]
        if same and (self._memory is None) == bool(self._document.report.problems):
            return
        self._asked = asked
        self._drop()
        self._speed = self._learned = None
        self._memory, self._largest = self._sizes()
        self._ask()
        if self._ready:
            self._soon.start()
        self.changed.emit()

    def shutdown(self, seconds: float) -> bool:
        """For closing the window: stops a probe and waits for it. True where it ended in time."""
        self._ready = False
        for timer in (self._later, self._soon):
            timer.stop()
        ended = [job.shutdown(seconds) for job in (self._probing, self._looking)]
        return all(ended)

    def _look(self) -> None:
        """Beside the window: whether a run tells how long it takes."""
        dataset = self._loader.dataset
        if dataset is None or self._memory is None or not self._ready or self._session.state != "idle":
            return
        self._looking.begin(partial(_learned, self._session.root, self._document.project, dataset))

    def _on_looked(self, seconds: float | None) -> None:
        self._learned = seconds
        self.changed.emit()

    def _sizes(self) -> tuple[int | None, int | None]:
        document = self._document
        if document.facts is None or document.report.problems:
            return None, None
        budget = Budget.of(document.project, document.facts)
        return budget.needs(document.project.training.batch_size), budget.largest(system.whole_memory())

    def _ask(self) -> None:
        """A probe in a while, where one makes sense now."""
        possible = self._ready and self._memory is not None and self._loader.dataset is not None
        if possible and self._speed is None and not self._probing.busy and self._session.state == "idle":
            self._later.start()

    def _start(self) -> None:
        dataset = self._loader.dataset
        if dataset is None or self._probing.busy or self._session.state != "idle":
            return
        self._probing.begin(partial(_probe, self._document.project, dataset))

    def _drop(self) -> None:
        self._later.stop()
        self._soon.stop()
        for job in (self._probing, self._looking):
            job.cancel()

    def _on_state_changed(self) -> None:
        if self._session.state == "idle":
            if self._ready:
                self._soon.start()  # the run that has ended tells more than any probe
            self._ask()
        else:
            self._drop()

    def _on_done(self, speed: Speed) -> None:
        self._speed = speed
        self.changed.emit()


def _learned(root: Path, project: Project, dataset: Dataset, ticket: Ticket) -> float | None:
    """On the job's thread: seconds of an epoch, as the latest run of the same work took them; None where none did."""
    data = dataset.fingerprint
    for run in store.runs(root, lambda done: ticket.tell(done, "")):
        seconds = timing.seconds_per_epoch(run.status) if timing.tells(run.status, project, data) else None
        if seconds is not None:
            return seconds
    return None


def _timeless(project: Project) -> Project:
    """The project without what changes nothing of the time that an epoch takes."""
    return project.changed(about="", id="", origins=(), training=project.training.changed(epochs=1, seed=0))


def _probe(project: Project, dataset: Dataset, ticket: Ticket) -> Speed:
    """On the job's thread."""
    from engine.training.probing.forecast import probe
    from engine.training.probing.memory import is_out_of_memory

    try:
        return probe(project, dataset, SECONDS, ticket.cancelled)
    except (MemoryError, RuntimeError) as error:
        if is_out_of_memory(error):
            raise EngineError("A batch does not fit into memory", hint="Set the batch size to less") from error
        raise
