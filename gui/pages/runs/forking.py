"""A new run from a snapshot of the selected one: the button above the list of snapshots."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.errors import EngineError
from engine.record.states import is_whole
from engine.runs.folder import SnapshotInfo
from engine.runs.summary import RunSummary
from gui.pages.runs.about_card import AboutCard
from gui.shared.context import Context
from gui.shared.longer import LongerDialog
from gui.shared.resuming import Resuming


class Forking(QObject):
    """Asks for more epochs where the snapshot is the end of its run; else nothing has to be asked.

    Signals:
        refused: the EngineError that says why not.
    """

    refused = Signal(object)

    def __init__(
        self,
        context: Context,
        about: AboutCard,
        resuming: Resuming,
        selected: Callable[[], list[RunSummary]],
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._context, self._about, self._page = context, about, page
        self._resuming, self._selected = resuming, selected
        about.snapshots.itemSelectionChanged.connect(self.show_possible)
        about.fork.clicked.connect(self._on_clicked)
        self.show_possible()

    def show_possible(self) -> None:
        """Whether the button can be pressed, and what it would do or wants."""
        info, button = self._about.snapshots.chosen, self._about.fork
        training = self._context.session.state != "idle"
        button.setEnabled(info is not None and info.whole and not training and not self._resuming.busy)
        if training:
            words = self.tr("A run is going on")
        elif info is None:
            words = self.tr("Select a snapshot in the list below")
        elif not info.whole:
            words = self.tr("This snapshot is damaged; choose another one")
        else:
            words = self.tr("Train a new run from step {0} on; this one stays as it is").format(f"{info.step:,}")
        button.setToolTip(words)

    def _on_clicked(self) -> None:
        runs, info = self._selected(), self._about.snapshots.chosen
        if len(runs) != 1 or info is None:
            return
        if _is_end(runs[0], info):
            self._ask(runs[0], info)
        else:
            self._resuming.begin_from(runs[0].folder, info.step)
        self.show_possible()

    def _ask(self, run: RunSummary, info: SnapshotInfo) -> None:
        try:
            dialog = LongerDialog(run.folder, self._page, new=True)
        except EngineError as error:
            self.refused.emit(error)
            return
        dialog.wanted.connect(partial(self._on_wanted, info.step))
        dialog.open()

    def _on_wanted(self, step: int, folder: object, epochs: int) -> None:
        run = next((run for run in self._selected() if run.folder == folder), None)
        if run is not None:
            self._resuming.begin_from(run.folder, step, epochs)


def _is_end(run: RunSummary, info: SnapshotInfo) -> bool:
    """Nothing is left to train from there, unless more epochs are wanted."""
    status = run.status
    end = status.step if is_whole(status.state) else status.total_steps  # it may have stopped early
    return bool(end) and info.step >= end
