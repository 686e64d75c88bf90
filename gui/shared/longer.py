"""Asks how many more epochs a run shall be trained for, itself or a new one that goes on from its end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from engine.runs.folder import RunFolder
from engine.settings import TrainingSettings
from gui.kit.forms import described
from gui.shared.count_dialog import CountDialog

USUAL = 10  # more epochs that are asked for at first, where the run has none left of its own


class LongerDialog(CountDialog):
    """Called `longer`.

    Signals:
        wanted: the run's folder, and how many epochs it is to have in all.
    """

    wanted = Signal(object, int)

    def __init__(self, folder: Path, parent: QWidget, *, new: bool = False) -> None:
        """`new`: it is asked for a new run. EngineError where the folder holds no run to go on with."""
        run = RunFolder(folder)
        self._folder, self._done = folder, run.snapshot().epoch
        left = run.project().training.epochs - self._done
        (spec,) = described(TrainingSettings, ["epochs"])
        more = replace(spec, title=parent.tr("More epochs"), unit=parent.tr("more epochs"), high=spec.high - self._done)
        words = parent.tr("New run from the end of {0}") if new else parent.tr("Train {0} longer")
        heading = words.format(folder.name)
        super().__init__("longer", heading, more, left if left > 0 else USUAL, self._sentence, parent)
        self.chosen.connect(self._on_chosen)

    def _sentence(self, more: int) -> str:
        words = self.tr("It goes on from the end of epoch {0} with the weights it has, up to epoch {1}.")
        begin = self.tr("It goes on in its first epoch with the weights it has, up to epoch {1}.")
        return (words if self._done else begin).format(f"{self._done:,}", f"{self._done + more:,}")

    def _on_chosen(self, more: int) -> None:
        self.wanted.emit(self._folder, self._done + more)
