"""Which weights of a run are meant: the last ones, the best ones, or those of an epoch or a step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from engine.errors import EngineError
from engine.record.snapshots import BEST, LAST
from engine.record.states import is_whole
from engine.runs.folder import RunFolder, SnapshotInfo
from engine.runs.weights import Usual, usual
from gui.kit.numbers import decided, decider_title
from gui.kit.picker import Picker


class SnapshotPicker(Picker):
    """Hidden where a run has but one snapshot.

    Its value is "last", "best" or a step: what is usual for the run until one is picked.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, "", [(LAST, "")], parent)
        self._title = self.tr("Weights")
        self.setToolTip(self.tr("Which weights of the run: the last, the best, or those of an epoch or a step"))
        self._folder: Path | None = None
        self._by_hand = False
        self.picked.connect(self._on_picked)
        self.hide()

    @property
    def snapshot(self) -> str | int:
        """As `evaluate` and `export` take it."""
        return self.value if isinstance(self.value, str | int) else LAST

    def show_run(self, folder: Path | None) -> None:
        """What there is to choose of a run; where nothing of it was picked, what is usual for it is chosen."""
        if folder != self._folder:
            self._folder, self._by_hand = folder, False
        infos = snapshots_of(folder) if folder is not None else ()
        found = _usual(folder) if folder is not None and infos else None
        self.set_options(options(infos, measure(found)))
        if not self._by_hand:
            self.set_value(LAST if found is None else found.snapshot)
        self.setVisible(len(self._options) > 1)

    def _on_picked(self) -> None:
        self._by_hand = True


def snapshots_of(folder: Path) -> tuple[SnapshotInfo, ...]:
    """The whole snapshots of a run, latest first; none where it cannot be read, which using it will say."""
    try:
        return tuple(info for info in reversed(RunFolder(folder).snapshots()) if info.whole)
    except EngineError:
        return ()


def measure(found: Usual | None) -> str:
    """What decides which epoch is the best, in words; "" where that is not known."""
    return "" if found is None else decider_title(found.decider.name, validated=found.validated)


def options(infos: Sequence[SnapshotInfo], by: str) -> list[tuple[object, str]]:
    """Value and word of each: the last and the best one first, then the others, latest first.

    Args:
        by: what decides which one is the best, in words.
    """
    named: dict[object, str] = {LAST: _tr("last")}
    others: dict[object, str] = {}
    for info in infos:
        step = f"{info.step:,}"
        if LAST in info.names and BEST in info.names:
            named[LAST] = _tr("last, and best by {0} · step {1}").format(by, step)
        elif LAST in info.names:
            named[LAST] = _tr("last · step {0}").format(step)
        elif BEST in info.names:
            named[BEST] = _tr("best by {0} · epoch {1}").format(by, f"{info.epoch:,}")
        elif info.ends_epoch:
            others[info.step] = _tr("epoch {0} · step {1}").format(f"{info.epoch:,}", step)
        else:
            others[info.step] = _tr("step {0}").format(step)
    return [*named.items(), *others.items()]


def meant(snapshot: str | int, step: int, folder: Path) -> str:
    """The weights of a snapshot in words, and why they are or are not the usual ones: "The weights after the last
    epoch, the best by validation loss". EngineError where the run cannot be read.
    """
    if isinstance(snapshot, int):
        return _tr("The weights of step {0}").format(f"{snapshot:,}")
    run = RunFolder(folder)
    found = usual(run)
    best, last = (decided(found.decider.name, value) for value in (found.best_value, found.last_value))
    epochs, by = (f"{found.best_epoch:,}", f"{found.last_epoch:,}"), measure(found)
    if snapshot == BEST or found.why == "kept":
        words = _tr("The weights of the best epoch by {0}: it was {1} after epoch {2}").format(by, best, epochs[0])
        worse = _tr(", and {0} after the last, {1}").format(last, epochs[1])
        return words + (worse if found.why == "worse" else "")
    if not is_whole(run.status().state):
        words = _tr("The weights of step {0}, the last that was saved").format(f"{step:,}")
    else:
        words = _tr("The weights after the last epoch")
    if found.why == "best":
        return words + _tr(", the best by {0}").format(by)
    if found.why == "worse":
        return words + _tr("; its {0} is {1}, that of the best, {2}, was {3}").format(by, last, epochs[0], best)
    return words


def _usual(folder: Path) -> Usual | None:
    try:
        return usual(RunFolder(folder))
    except EngineError:
        return None


def _tr(text: str) -> str:
    return QCoreApplication.translate("snapshots", text)
