"""From a file, a folder or a sample to the open project: the long part runs beside the window and can be cancelled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.data.dataset import Ticket
from engine.errors import EngineError
from engine.project import SUFFIX, Project, load
from gui.document import Document
from gui.kit.background import Job
from gui.settings import Preferences


@dataclass(frozen=True)
class Opened:
    """What a job found.

    Attributes:
        path: the project file, or None where there is none yet.
        page: the page to show first.
    """

    project: Project
    path: Path | None
    title: str
    page: str


class Opening(QObject):
    """Opens one thing at a time; opening another cancels the first.

    Signals:
        told: how far it is (0 to 1) and what is being done.
        opened: the document holds it; the name of the page to show.
        refused: the EngineError that says why not.
        ended: after any of these, or after cancelling.
    """

    told = Signal(float, str)
    opened = Signal(str)
    refused = Signal(object)
    ended = Signal()

    def __init__(
        self, document: Document, settings: Preferences, may_leave: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._settings, self._may_leave = document, settings, may_leave
        self._job: Job | None = None
        self._left: Project | None = None  # what the person agreed to leave

    @property
    def busy(self) -> bool:
        """Something is being opened."""
        return self._job is not None

    def new(self) -> None:
        """An empty project."""
        if self._may_leave():
            self.cancel()
            self._document.open(Project(), None, self.tr("untitled"))
            self.opened.emit("network")

    def open(self, path: Path) -> None:
        """A project file, or data: a table, a folder of pictures or of texts."""
        self._begin(partial(_read_project, path) if path.suffix == SUFFIX else partial(_read_data, path), path.name)

    def open_sample(self, name: str) -> None:
        """A sample's project, ready to train."""
        self._begin(partial(_read_sample, name), name)

    def open_template(self, name: str) -> None:
        """A known network on the data it comes with, ready to train."""
        self._begin(partial(_read_template, name), name)

    def cancel(self) -> None:
        """Gives up what is being opened."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self.ended.emit()

    def shutdown(self, seconds: float) -> bool:
        """For closing the window. True where nothing runs any more."""
        job = self._job
        self.cancel()
        return job is None or job.wait(seconds)

    def _begin(self, work: Callable[[Ticket], Opened], name: str) -> None:
        if not self._may_leave():
            return
        self.cancel()
        self._left = self._document.project
        job = self._job = Job(work, self)
        job.told.connect(self.told)
        job.done.connect(partial(self._on_done, job))
        job.failed.connect(partial(self._on_failed, job))
        job.start()
        self.told.emit(0.0, self.tr("Opening {0}").format(name))

    def _on_done(self, job: Job, found: Opened) -> None:
        if job is not self._job:
            return
        self._job = None
        if self._document.project != self._left and not self._may_leave():  # it was edited meanwhile
            self.ended.emit()
            return
        self._document.open(found.project, found.path, found.title)
        if found.path is not None:
            self._settings.add_recent(found.path)
        self.ended.emit()
        self.opened.emit(found.page)

    def _on_failed(self, job: Job, error: Exception) -> None:
        if job is not self._job:
            return
        self._job = None
        self.ended.emit()
        if not isinstance(error, EngineError):
            raise error  # a defect: for the excepthook
        self.refused.emit(error)


def _read_project(path: Path, ticket: Ticket) -> Opened:
    return Opened(load(path), path, path.stem, "network")


def _read_sample(name: str, ticket: Ticket) -> Opened:
    from engine.data.samples import SAMPLES
    from engine.starter import sample_project

    return Opened(sample_project(name), None, SAMPLES[name].title, "network")


def _read_template(name: str, ticket: Ticket) -> Opened:
    from engine.templates.gallery import TEMPLATES

    return Opened(TEMPLATES[name].sample_project(), None, TEMPLATES[name].title, "network")


def _read_data(path: Path, ticket: Ticket) -> Opened:
    from engine.data.load import load as prepare
    from engine.data.sources import propose
    from engine.starter import starter

    settings = propose(path.absolute())
    dataset = prepare(settings, ticket)
    return Opened(starter(settings, dataset.facts), None, path.stem, "data")
