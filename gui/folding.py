"""Where a cross-validation is: which fold is trained, and at last what all came to. No thread and no widget here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.training.events import Event
from gui.live import LiveRun

if TYPE_CHECKING:
    from engine.runs.folds import FoldsSummary


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

    def take(self, event: Event) -> LiveRun | None:
        """Takes in what is said of the folds; the run of another one, where that begins."""
        from engine.runs.folds import FoldsEnded, FoldStarted  # it brings torch along, and is there by now

        if isinstance(event, FoldsEnded):
            self.going, self.summary = False, event.summary
        if not isinstance(event, FoldStarted):
            return None
        self.fold = event.fold
        dataset = event.dataset  # there is none where nothing is left to train
        return LiveRun(event.project, dataset, event.folder, title=self._title) if dataset is not None else None
