"""What is read of the selected runs: curves, snapshots, differences. It stands beside the window, on a job's thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.data.dataset import Ticket
from engine.errors import EngineError
from engine.runs.compare import Row, compare
from engine.runs.folder import RunFolder, SnapshotInfo
from engine.runs.summary import RunSummary
from gui.live.curves import Series
from gui.shared.drawing import RunCurve

MOST = 6  # curves that can be told apart


@dataclass(frozen=True)
class NamedCurve:
    """A run's curve with its name."""

    name: str
    curve: RunCurve


@dataclass(frozen=True)
class Details:
    """What was read.

    Attributes:
        curves: of the first `MOST` runs, those that can be read.
        snapshots: of a run that is selected alone, earliest step first.
        pair: of two runs that are selected, the older one and the newer one; empty else.
        changes: what these have different; None where they cannot be compared.
        trouble: one sentence for what could not be read; "" where all could.
    """

    curves: tuple[NamedCurve, ...] = ()
    snapshots: tuple[SnapshotInfo, ...] = ()
    pair: tuple[RunSummary, ...] = ()
    changes: tuple[Row, ...] | None = None
    trouble: str = ""


def read_details(runs: Sequence[RunSummary], ticket: Ticket) -> Details:
    """All of it. For a job's thread."""
    curves: list[NamedCurve] = []
    snapshots: tuple[SnapshotInfo, ...] = ()
    changes: tuple[Row, ...] | None = None
    trouble = ""
    pair = tuple(sorted(runs, key=lambda run: (run.status.started, run.name))) if len(runs) == 2 else ()
    for index, run in enumerate(runs[:MOST]):
        ticket.tell(index / len(runs), run.name)
        try:
            curves.append(_curve(run))
        except EngineError as error:
            trouble = str(error)
    try:
        if len(runs) == 1:
            snapshots = tuple(RunFolder(runs[0].folder).snapshots())
        if pair:
            changes = compare(pair[0].folder, pair[1].folder).changes
    except EngineError as error:
        trouble = str(error)
    return Details(tuple(curves), snapshots, pair, changes, trouble)


def _curve(run: RunSummary) -> NamedCurve:
    folder = RunFolder(run.folder)
    epochs = folder.epochs()
    per_epoch = max(1, epochs[0].step // epochs[0].epoch) if epochs else 1
    return NamedCurve(run.name, RunCurve(Series(folder.losses()), epochs, 0, per_epoch))
