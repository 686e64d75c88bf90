"""Where a cross-validation is: which fold is trained, and at last what all came to. No thread and no widget here."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from engine.record.events import Event
from engine.runs.folds import FoldsEnded, FoldsSummary, FoldStarted
from gui.live.run import LiveRun


class Folding:
    """Fed with the events of all folds.

    Attributes:
        folds, fold: how many there are, and the one that is trained, 0-based.
        going: not all was said yet.
        summary: what the folds came to; None before the end.
    """

    def __init__(self, folds: int, title: str) -> None:
        """`title`: name of the project."""
        self._title = title
        self.folds, self.fold, self.going = folds, 0, True
        self.summary: FoldsSummary | None = None

    @property
    def called(self) -> str:
        """The fold that is trained, in words."""
        return QCoreApplication.translate("Folding", "Fold {0} of {1}").format(self.fold + 1, self.folds)

    def take(self, event: Event, live: LiveRun | None = None) -> LiveRun | None:
        """Takes in what is said of the folds; the run of another one, where that begins. `live`: that of the last."""
        if isinstance(event, FoldsEnded):
            self.going, self.summary = False, event.summary
        if not isinstance(event, FoldStarted):
            return None
        self.fold = event.fold
        dataset = event.dataset  # there is none where nothing is left to train
        if dataset is None:
            return None
        before = live.drawn if live is not None and event.fold else None
        return LiveRun(event.project, dataset, event.folder, title=self._title, before=before)
