"""From a file, a folder or a sample to the open project: the long part runs beside the window and can be cancelled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.data.dataset import Ticket
from engine.facts import DataFacts
from engine.project import SUFFIX, Project, load
from gui.document import Document
from gui.kit.background import Latest
from gui.settings import Preferences
from gui.shell.choosing import Choosing
from gui.starters import Starters


@dataclass(frozen=True)
class Opened:
    """What a job found.

    Attributes:
        path: the project file, or None where there is none yet.
        page: the page to show first.
        facts: of data that another network may be used with; None where there is none.
    """

    project: Project
    path: Path | None
    title: str
    page: str
    facts: DataFacts | None = None


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
        self,
        document: Document,
        settings: Preferences,
        starters: Starters,
        asking: tuple[Callable[[], bool], Choosing],
        parent: QObject | None = None,
    ) -> None:
        """`asking`: whether unsaved work may be left, and what becomes of the network."""
        super().__init__(parent)
        self._document, self._settings, self._starters = document, settings, starters
        self._may_leave, self._choosing = asking
        self._reading = Latest(self)
        self._reading.told.connect(self.told)
        self._reading.done.connect(self._on_done)
        self._reading.failed.connect(self.ended)
        self._reading.refused.connect(self.refused)
        self._then: Callable[[Opened], bool] = self._leave
        self._left: Project | None = None  # the project when it began
        self.ended.connect(partial(document.expect, ""))

    @property
    def busy(self) -> bool:
        """Something is being opened."""
        return self._reading.busy

    def new(self) -> None:
        """An empty project."""
        if self._may_leave():
            self.cancel()
            self._document.open(Project(), None, self.tr("untitled"))
            self.opened.emit("network")

    def open(self, path: Path) -> None:
        """A project file, or data: a table, a folder of pictures or of texts."""
        if path.suffix != SUFFIX:
            self._begin(partial(_read_data, path), path.name, self._place)
        elif self._may_leave():
            self._begin(partial(_read_project, path), path.name, self._leave)

    def open_sample(self, name: str) -> None:
        """A sample's data, with the network that is there or one that learns it."""
        self._begin(partial(_read_sample, name), name, self._place)

    def open_template(self, name: str) -> None:
        """A known network on the data it comes with, ready to train."""
        self._begin(partial(_read_template, name), name, self._put)

    def cancel(self) -> None:
        """Gives up what is being opened."""
        if self._reading.cancel():
            self.ended.emit()

    def shutdown(self, seconds: float) -> bool:
        """For closing the window. True where nothing runs any more."""
        return self._reading.shutdown(seconds)

    def _begin(self, work: Callable[[Ticket], Opened], name: str, then: Callable[[Opened], bool]) -> None:
        """`then`: puts what was found into the document; False where the person would not have it."""
        self.cancel()
        self._left, self._then = self._document.project, then
        self._document.expect("" if then == self._leave else name)
        self._reading.begin(work)
        self.told.emit(0.0, self.tr("Opening {0}").format(name))

    def _on_done(self, found: Opened) -> None:
        taken = self._then(found)
        self.ended.emit()
        if taken:
            self.opened.emit(found.page)

    def _leave(self, found: Opened) -> bool:
        """Another project file: what is there is saved or given up."""
        if self._document.project != self._left and not self._may_leave():  # it was edited meanwhile
            return False
        self._document.open(found.project, found.path, found.title)
        if found.path is not None:
            self._settings.add_recent(found.path)
        return True

    def _place(self, found: Opened) -> bool:
        """Data: for the network that is there, or for a starter. Asked once it is known that it can be read."""
        asked = self._choosing.needed()
        choice = self._choosing.choose(found.title)
        if choice == "starter":
            self._starters.remember(found.project)
            return self._put(found, step=asked)
        return choice == "use" and self._use(found)

    def _use(self, found: Opened) -> bool:
        """The data for the network that is there, which is made to fit."""
        from engine.suiting import suit  # it brings the readers of data along: they are loaded by now

        document, text = self._document, self.tr("Use {0}").format(found.title)
        if found.facts is None:
            return False
        project = suit(document.project.changed(data=found.project.data), found.facts)
        if document.path is None:
            document.replace(text, project, found.title, another=False)
        else:
            document.edit(text, project)
        return True

    def _put(self, found: Opened, *, step: bool = False) -> bool:
        """Another project, as a step of undo where there is something to go back to."""
        if step or self._document.unsaved:
            self._document.replace(self.tr("Open {0}").format(found.title), found.project, found.title)
        else:
            self._document.open(found.project, None, found.title)
        return True


def _read_project(path: Path, ticket: Ticket) -> Opened:
    return Opened(load(path), path, path.stem, "network")


def _read_sample(name: str, ticket: Ticket) -> Opened:
    from engine.data.load import load_shared as prepare
    from engine.data.samples import SAMPLES
    from engine.data.samples import settings as sample_settings
    from engine.starter import starter

    settings, sample = sample_settings(name), SAMPLES[name]
    facts = prepare(settings, ticket).facts
    project = starter(settings, facts).changed(about=sample.about)
    return Opened(project, None, sample.title, "network", facts)


def _read_template(name: str, ticket: Ticket) -> Opened:
    from engine.templates.gallery import TEMPLATES

    return Opened(TEMPLATES[name].sample_project(), None, TEMPLATES[name].title, "network")


def _read_data(path: Path, ticket: Ticket) -> Opened:
    from engine.data.load import load_shared as prepare
    from engine.data.sources import propose
    from engine.starter import starter

    settings = propose(path.absolute(), ticket)
    facts = prepare(settings, ticket).facts
    return Opened(starter(settings, facts), None, path.stem, "data", facts)
