"""Makes room: deletes snapshots that are needed least until the runs below a root fit into a budget."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from engine.errors import FileError
from engine.record import database, reading, rows
from engine.record.files import RECORD, BusyError, alone, is_going_on
from engine.record.snapshots import BEST, KEPT, LAST, SnapshotInfo
from engine.runs import store
from engine.runs.summary import RunSummary


@dataclass(frozen=True)
class Stock:
    """What a run holds on the disk.

    Attributes:
        snapshots: earliest step first.
        safe: nothing of it may be deleted: it has a star, or is going on.
    """

    run: RunSummary
    snapshots: tuple[SnapshotInfo, ...]
    safe: bool


@dataclass(frozen=True)
class Plan:
    """What would be deleted.

    Attributes:
        chosen: in the order in which they go, with the folder of their run.
        before, after: bytes of all runs, records and snapshots.
        budget: bytes. `after` is above it where even this is not enough: the last and the best of each run stay.
    """

    chosen: tuple[tuple[Path, SnapshotInfo], ...]
    before: int
    after: int
    budget: int


def plan_thinning(stocks: Iterable[Stock], budget: int) -> Plan:
    """Chooses snapshots to delete until all fit into `budget` bytes.

    The last and the best of each run stay, and all of a run that is safe. First go those that were kept only in case
    the last one is damaged, then those kept by step; of these the oldest runs' first, and in a run the one whose
    neighbours are nearest to each other, so that what stays is spread over the run.
    """
    ordered = sorted(stocks, key=lambda stock: (stock.run.status.started, stock.run.name))
    before = left = sum(stock.run.bytes for stock in ordered)
    chosen: list[tuple[Path, SnapshotInfo]] = []
    for spare in (True, False):
        for stock in ordered:
            for info in _least_needed(stock, spare):
                if left <= budget:
                    return Plan(tuple(chosen), before, left, budget)
                chosen.append((stock.run.folder, info))
                left -= info.bytes
    return Plan(tuple(chosen), before, left, budget)


def stocks(root: Path) -> list[Stock]:
    """What the runs below `root` hold; the bin is not among them."""
    return [
        Stock(run, tuple(reading.snapshots(run.folder)), run.about.star or is_going_on(run.folder))
        for run in store.runs(root)
    ]


def thin(root: Path, budget: int) -> Plan:
    """Deletes snapshots below `root` until all runs fit into `budget` bytes; gives what was deleted.

    A run that begins to go on meanwhile is left alone. FileError where one cannot be deleted.
    """
    plan = plan_thinning(stocks(root), budget)
    gone = []
    for folder in dict.fromkeys(folder for folder, _ in plan.chosen):
        infos = [info for place, info in plan.chosen if place == folder]
        try:
            with alone(folder):
                for info in infos:
                    info.path.unlink(missing_ok=True)
                    gone.append((folder, info))
                _forget(folder, [info.step for info in infos])
        except BusyError:
            continue
        except OSError as error:
            raise FileError(f"{folder.name} cannot be thinned: {error.strerror}", hint="Close what uses it") from error
    return Plan(tuple(gone), plan.before, plan.before - sum(info.bytes for _, info in gone), budget)


def _forget(folder: Path, steps: list[int]) -> None:
    path = folder / RECORD
    if path.is_file():
        with closing(database.open_to_write(path)) as connection, database.asking(path), database.changing(connection):
            rows.drop_snapshots(connection, steps)


def _least_needed(stock: Stock, spare: bool) -> Sequence[SnapshotInfo]:
    """In the order in which they may go; `spare`: those without a name, else those kept by step."""
    if stock.safe:
        return ()
    left = list(stock.snapshots) if not spare else [info for info in stock.snapshots if KEPT not in info.names]
    good = next((info for info in reversed(stock.snapshots) if info.whole), None)  # the last one may be cut short
    free = [
        info
        for info in left
        if info is not good and not {LAST, BEST} & set(info.names) and (KEPT in info.names) != spare
    ]
    going = []
    while free:
        info = min(free, key=lambda one: (_gap(left, one), one.step))
        going.append(info)
        free.remove(info)
        left.remove(info)
    return going


def _gap(left: list[SnapshotInfo], info: SnapshotInfo) -> int:
    """Steps between the neighbours of a snapshot; before the first is step 0."""
    place = left.index(info)
    before = left[place - 1].step if place else 0
    after = left[place + 1].step if place + 1 < len(left) else info.step
    return after - before
