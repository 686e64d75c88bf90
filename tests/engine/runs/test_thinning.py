"""Room is made by deleting what is needed least; what a person needs stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.record.events import Stopped
from engine.record.files import RunStatus, snapshot_files
from engine.record.snapshots import SnapshotInfo
from engine.runs import store
from engine.runs.folder import RunFolder
from engine.runs.summary import RunSummary
from engine.runs.thinning import Stock, plan_thinning, thin
from engine.training.recorder import record
from tests.engine.runs.recorded import epoch_events, request, run, started

NAMES = {1: ("best",), 2: ("kept",), 3: ("kept",)}


def stock(name: str, started: str, steps: dict[int, str], *, safe: bool = False) -> Stock:
    """Snapshots of 10 bytes each and 1 byte of record."""
    infos = tuple(
        SnapshotInfo(Path(name) / str(step), step, 0, None, 10, tuple(names.split())) for step, names in steps.items()
    )
    return Stock(RunSummary(Path(name), RunStatus(started=started), bytes=1 + 10 * len(infos)), infos, safe)


STOCKS = [
    stock("new", "2026-02", {100: "kept", 900: "", 1000: "last"}),
    stock("old", "2026-01", {100: "kept", 200: "kept", 500: "best", 900: "", 1000: "last"}),
    stock("star", "2025-01", {100: "kept", 900: "", 1000: "last"}, safe=True),
]
ORDER = ["old 900", "new 900", "old 100", "old 200", "new 100"]


@pytest.mark.parametrize(
    ("budget", "gone"), [(113, 0), (112, 1), (103, 1), (102, 2), (93, 2), (83, 3), (70, 5), (63, 5), (0, 5)]
)
def test_what_is_needed_least_goes_first_until_all_fits(budget, gone):
    plan = plan_thinning(STOCKS, budget)
    assert [f"{folder} {info.step}" for folder, info in plan.chosen] == ORDER[:gone]
    assert (plan.before, plan.after) == (113, 113 - 10 * gone)


def test_what_stays_is_spread_over_the_run():
    even = stock("a", "", dict.fromkeys([100, 110, 500, 900, 1000], "kept") | {1100: "last"})
    assert [info.step for _, info in plan_thinning([even], 61 - 30).chosen] == [100, 1000, 110]


def test_where_the_last_one_is_cut_short_the_last_good_one_stays():
    cut = SnapshotInfo(Path("a/3"), 3, 0, None, 10, ("last",), whole=False)
    good = SnapshotInfo(Path("a/2"), 2, 0, None, 10, ())
    first = SnapshotInfo(Path("a/1"), 1, 0, None, 10, ())
    made = Stock(RunSummary(Path("a"), RunStatus(), bytes=30), (first, good, cut), False)
    assert [info.step for _, info in plan_thinning([made], 0).chosen] == [1]


def test_thinning_leaves_last_and_best_and_all_of_what_is_starred_or_going_on(tmp_path):
    for name in ("a", "star"):
        run(tmp_path / name, 5, NAMES)
    store.annotate(tmp_path / "star", star=True)
    events = record(
        request(tmp_path / "going"), iter([started(), *epoch_events(1, "kept"), *epoch_events(2, "kept"), Stopped(200)])
    )
    for _ in range(9):
        next(events)
    bytes_before = sum(row.bytes for row in store.runs(tmp_path))
    done = thin(tmp_path, 0)
    assert [info.step for info in RunFolder(tmp_path / "a").snapshots()] == [100, 500]
    assert len(snapshot_files(tmp_path / "star")) == 5
    assert len(snapshot_files(tmp_path / "going")) == 2
    assert {folder.name for folder, _ in done.chosen} == {"a"}
    assert done.before == bytes_before
    assert done.after == done.before - sum(info.bytes for _, info in done.chosen)
    events.close()
    assert thin(tmp_path, 10**12).chosen == ()
