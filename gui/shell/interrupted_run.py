"""A run that a crash or a power cut ended is offered at the next start: it goes on to the same bits."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.data.dataset import Ticket
from engine.record.states import RunState
from engine.runs import store
from engine.runs.summary import RunSummary
from gui.kit.background import Latest
from gui.settings import Preferences
from gui.shared.resuming import can_go_on

LEFT = "run_left"  # the preference that says which one, at which step, is not offered again


class CutOff(QObject):
    """Looks, once, whether the run that was trained last was cut off.

    Signals:
        found: its RunSummary.
    """

    found = Signal(object)

    def __init__(self, root: Path, settings: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root, self._settings = root, settings
        self._looking = Latest(self)
        self._looking.done.connect(self._on_done)

    def look(self) -> None:
        """On a thread of its own; what cannot be read is no run to offer."""
        self._looking.begin(partial(_latest, self._root))

    def leave(self, run: RunSummary) -> None:
        """It is not offered again, unless it went on and was cut off later; the list of runs has it."""
        self._settings.put(LEFT, _told(run))

    def _on_done(self, run: RunSummary | None) -> None:
        if run is None or run.state != RunState.INTERRUPTED or self._settings.text(LEFT, "") == _told(run):
            return
        if not run.about.group and can_go_on(run.folder, run.status):  # a fold alone is not what was trained
            self.found.emit(run)


def _told(run: RunSummary) -> str:
    return f"{run.folder}:{run.status.step}"


def _latest(root: Path, ticket: Ticket) -> RunSummary | None:
    """On the job's thread."""
    return store.latest(root)
