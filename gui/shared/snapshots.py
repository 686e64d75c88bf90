"""Which weights of a run are meant: the last ones, the best ones, or those of an epoch or a step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from engine.errors import EngineError
from engine.project import Project
from engine.record.files import WHOLE
from engine.runs.folder import RunFolder, RunStatus, SnapshotInfo
from gui.kit.picker import Picker

LAST, BEST = "last", "best"


class SnapshotPicker(Picker):
    """Hidden where a run has but one snapshot. Its value is "last", "best" or a step."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, "", [(LAST, "")], parent)
        self._title = self.tr("Weights")
        self.setToolTip(self.tr("Which weights of the run: the last, the best, or those of an epoch or a step"))
        self._folder: Path | None = None
        self.hide()

    @property
    def snapshot(self) -> str | int:
        """As `evaluate` and `export` take it."""
        return self.value if isinstance(self.value, str | int) else LAST

    def show_run(self, folder: Path | None) -> None:
        """What there is to choose of a run; the last one is chosen when it is another run than before."""
        if folder != self._folder:
            self._folder = folder
            self.set_value(LAST)
        infos = snapshots_of(folder) if folder is not None else ()
        self.set_options(options(infos))
        self.setVisible(len(self._options) > 1)


def snapshots_of(folder: Path) -> tuple[SnapshotInfo, ...]:
    """The whole snapshots of a run, latest first; none where it cannot be read, which using it will say."""
    try:
        return tuple(info for info in reversed(RunFolder(folder).snapshots()) if info.whole)
    except EngineError:
        return ()


def options(infos: Sequence[SnapshotInfo]) -> list[tuple[object, str]]:
    """Value and word of each: the last and the best one first, then the others, latest first."""
    named: dict[object, str] = {LAST: _tr("last")}
    others: dict[object, str] = {}
    for info in infos:
        step = f"{info.step:,}"
        if LAST in info.names and BEST in info.names:
            named[LAST] = _tr("last and best · step {0}").format(step)
        elif LAST in info.names:
            named[LAST] = _tr("last · step {0}").format(step)
        elif BEST in info.names:
            named[BEST] = _tr("best · epoch {0}").format(f"{info.epoch:,}")
        elif info.ends_epoch:
            others[info.step] = _tr("epoch {0} · step {1}").format(f"{info.epoch:,}", step)
        else:
            others[info.step] = _tr("step {0}").format(step)
    return [*named.items(), *others.items()]


def meant(snapshot: str | int, step: int, status: RunStatus, project: Project) -> str:
    """The weights of a snapshot in words: "The weights after the last epoch"."""
    if isinstance(snapshot, int):
        return _tr("The weights of step {0}").format(f"{snapshot:,}")
    ended = status.state in WHOLE
    if snapshot == BEST or (ended and project.training.early_stopping.restore_best):
        return _tr("The weights of the best epoch")
    if ended:
        return _tr("The weights after the last epoch")
    return _tr("The weights of step {0}, the last that was saved").format(f"{step:,}")


def _tr(text: str) -> str:
    return QCoreApplication.translate("snapshots", text)
