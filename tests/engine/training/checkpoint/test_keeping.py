"""Snapshots along a run are kept so that one can go back to them: a number of them, spread, however long it becomes."""

from __future__ import annotations

import random
import shutil
from itertools import pairwise
from types import SimpleNamespace

import pytest

from engine.record.control import Control
from engine.record.events import EpochEnd, Finished, Snapshot
from engine.record.files import snapshot_files
from engine.record.request import Rhythm, TrainingRequest
from engine.record.rows import SnapshotRow
from engine.record.thinning import fitting, is_wanted, spread
from engine.runs.folder import RunFolder
from engine.training.checkpoint.schedule import Due
from engine.training.checkpoint.snapshot import choose
from engine.training.worker import run
from tests.engine import toys
from tests.engine.runs import recorded
from tests.engine.training.told import go, same

SELDOM = Rhythm(bunch=0, snapshot=1e9, share=1e9)  # only where it has to be, and at ends of epochs that are kept


def row(step: int, *, ends: bool = True) -> SnapshotRow:
    return SnapshotRow(step, 0, 1.0 if ends else None, (), "", 1)


def kept(folder) -> list[int]:
    """Epochs of those that are kept along the run."""
    return [info.epoch for info in RunFolder(folder).snapshots() if "kept" in info.names]


@pytest.mark.parametrize(
    ("epochs", "left"),
    [(3, [1, 2, 3]), (5, [1, 2, 3, 4, 5]), (6, [2, 4, 6]), (10, [2, 4, 6, 8, 10]), (20, [4, 8, 12, 16, 20])],
)
def test_of_an_epoch_each_every_second_one_goes_when_there_are_too_many(epochs, left):
    assert sorted(spread([row(7 * epoch) for epoch in range(1, epochs + 1)], 7, 5)) == [7 * epoch for epoch in left]
    assert [epoch for epoch in left if is_wanted(epoch, 5)] == left


@pytest.mark.parametrize("keep", [1, 2, 5, 30])
def test_thinning_on_the_way_leaves_what_thinning_at_the_end_would(keep):
    dice = random.Random(keep)
    for per_epoch in (1, 10, 37, 5_000):
        rows, on_the_way = [], []
        for step in sorted(dice.sample(range(1, 10_000), 400)):
            rows.append(row(step, ends=step % per_epoch == 0))
            stay = spread([*on_the_way, rows[-1]], per_epoch, keep)
            on_the_way = [one for one in (*on_the_way, rows[-1]) if one.step in stay]
            assert len(on_the_way) <= keep
        assert {one.step for one in on_the_way} == spread(rows, per_epoch, keep)


def test_they_are_spread_evenly_also_within_one_long_epoch():
    steps = sorted(spread([row(step, ends=False) for step in range(90, 100_000, 90)], 1_000_000, 8))
    gaps = [after - before for before, after in pairwise(steps[:-1])]
    assert 4 <= len(steps) <= 8
    assert max(gaps) - min(gaps) <= 90


def test_the_end_of_an_epoch_is_rather_kept_than_what_comes_after_it():
    rows = [row(95, ends=False), row(100), row(130, ends=False), row(200), row(230, ends=False), row(290, ends=False)]
    assert spread(rows, 100, 3) == {100, 200, 290}
    assert spread(rows, 100, 1) == {200}
    assert spread(rows, 100, 0) == set()


def test_on_a_disk_with_little_room_fewer_are_kept(tmp_path, monkeypatch):
    free = 1_000
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    assert fitting(tmp_path, 0, 10, 5) == 5
    assert fitting(tmp_path, 0, 30, 5) == 3
    assert fitting(tmp_path, 200, 30, 5) == 4
    assert fitting(tmp_path, 0, 101, 5) == 0
    free = 0
    recorded.run(tmp_path / "r", 9, {4: ("best",)}, keep_snapshots=5)
    assert kept(tmp_path / "r") == []
    assert [info.epoch for info in RunFolder(tmp_path / "r").snapshots()] == [4, 8, 9]


def test_a_run_keeps_as_many_as_its_settings_say_beside_the_best_and_the_last_two(tmp_path):
    recorded.run(tmp_path / "r", 23, {3: ("best",)}, keep_snapshots=5)
    folder = RunFolder(tmp_path / "r")
    assert [info.epoch for info in folder.snapshots()] == [3, 8, 16, 22, 23]
    assert kept(tmp_path / "r") == [8, 16, 23]
    assert [info.path for info in folder.snapshots()] == snapshot_files(tmp_path / "r")
    assert folder.snapshot("epoch 16").step == 1_600
    assert folder.snapshot("epoch 3").step == folder.snapshot("best").step
    recorded.run(tmp_path / "none", 23, {3: ("best",)}, keep_snapshots=0)
    assert [info.epoch for info in RunFolder(tmp_path / "none").snapshots()] == [3, 22, 23]


def test_a_run_that_goes_on_goes_on_thinning(tmp_path):
    recorded.run(tmp_path / "whole", 16, keep_snapshots=5)
    recorded.run(tmp_path / "parted", 10, keep_snapshots=5)
    assert kept(tmp_path / "parted") == [2, 4, 6, 8, 10]
    rest = [event for epoch in range(11, 17) for event in recorded.epoch_events(epoch)]
    again = recorded.request(tmp_path / "parted", resume=True, epochs=16, keep_snapshots=5)
    recorded.tell(again, [recorded.started(1_000, 16), recorded.snapshot(1_000, loss=0.1), *rest, Finished(1_600)])
    assert kept(tmp_path / "parted") == kept(tmp_path / "whole") == [4, 8, 12, 16]


def test_the_snapshot_before_the_first_step_is_not_kept(tmp_path):
    recorded.run(tmp_path / "r", 3, keep_snapshots=5)
    assert [info.step for info in RunFolder(tmp_path / "r").snapshots()] == [100, 200, 300]


def test_the_ends_of_epochs_that_are_kept_need_not_wait_for_the_rhythm(tmp_path):
    told = list(
        run(
            TrainingRequest(toys.project(epochs=9, keep_snapshots=5), toys.rings(), tmp_path / "r", rhythm=SELDOM),
            Control(),
        )
    )
    assert isinstance(told[-1], Finished)
    assert kept(tmp_path / "r") == [2, 4, 6, 8, 9]
    plain = go(toys.project(epochs=9, keep_snapshots=0), rhythm=SELDOM)
    assert [one.step for one in plain.of(Snapshot) if not one.names] in ([0], [0, 72])
    assert same(choose(tmp_path / "r")[0], plain.recall("last"))
    assert [end.epoch for end in plain.of(EpochEnd)] == [*range(1, 10)]


def test_what_snapshots_cost_is_earned_before_there_is_another_one():
    now = 100.0
    due = Due(Rhythm(snapshot=5.0, share=0.02), 5, lambda: now)
    assert due.now
    due.paid(100.0, now := 100.1)  # to be earned in 5 s
    assert not due.now
    now = 102.5
    assert not due.at_end(1)
    now = 102.7  # half of it
    assert due.at_end(1)
    assert not due.at_end(7)  # would not stay
    due.paid(102.6, now := 102.7)
    now = 110.0
    assert not due.now  # the first one's 5 s and the second one's
    now = 110.2
    assert due.now


def test_cheap_snapshots_are_taken_sooner_at_the_ends_of_epochs_alone():
    now = 0.0
    due = Due(Rhythm(snapshot=5.0, share=0.02), 5, lambda: now)
    due.paid(0.0, now := 0.002)
    now = 0.2
    assert (due.now, due.at_end(1), due.at_end(7)) == (False, True, False)
