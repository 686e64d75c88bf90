"""The best epoch so far of a large network waits in a file without a name: the same bits, and no run lost by it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
import pytest
import torch

from engine.choices.optimizers import Adam
from engine.errors import EngineError
from engine.record import files
from engine.record.control import Control
from engine.record.events import Noted, Snapshot
from engine.record.execution import Tactics
from engine.record.request import Rhythm, TrainingRequest
from engine.settings import EarlyStopping
from engine.training import worker
from engine.training.checkpoint import best
from engine.training.checkpoint.best import Best
from engine.training.checkpoint.scratch import Shelf
from engine.training.learner import Learner
from engine.training.loop import train
from tests.engine import toys
from tests.engine.training.clocks import Counter
from tests.engine.training.told import same

try:
    import resource
except ImportError:  # on Windows
    resource = None

FULL = Path("/dev/full")
NEVER = Rhythm(bunch=0, snapshot=1e9)  # the best is held until the end
TENSORS = {
    "rows": torch.arange(6.0).reshape(2, 3),
    "channels last": torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last),
    "turned": torch.randn(3, 4).t(),
    "steps": torch.tensor(7),
    "nothing": torch.zeros(0, 3),
    "bytes": torch.get_rng_state(),
}


class Files:
    """Opens files that can be broken."""

    def __init__(self, *, full: int = 10**9) -> None:
        self.opened, self._full, self._open = [], full, TemporaryFile

    def __call__(self, size):
        if len(self.opened) == self._full:
            raise OSError(28, "No space left on device")
        self.opened.append(self._open())
        return self.opened[-1]


@pytest.fixture(autouse=True)
def large(monkeypatch):
    """Every network counts as large, and no file as slow."""
    monkeypatch.setattr(best, "HELD", 0)
    monkeypatch.setattr(best, "SHARE", 1e9)


def outcome(files, rhythm=NEVER, seen=lambda _: None, *, lend=False, **training):
    """Events of a run that ends with its best weights; its snapshots are copied as soon as they come."""
    stopping = EarlyStopping(patience=3, restore_best=True)
    project = toys.project(epochs=40, early_stopping=stopping, optimizer=Adam(learning_rate=0.3), **training)
    found = []
    named = {}
    request = TrainingRequest(project, toys.rings(), Path("run"), rhythm=rhythm)
    events = train(request, Control(), recall=named.get, scratch=files, lend=lend, clock=Counter(0.001))
    for event in events:
        if isinstance(event, Snapshot):
            copied = replace(event, arrays={name: array.copy("K") for name, array in event.arrays.items()})
            named.update(dict.fromkeys(("last", *event.names), copied))
        found.append(copied if isinstance(event, Snapshot) else event)
        if seen(event) == "kill":
            events.close()
    return found


def snapshots(events):
    return [event for event in events if isinstance(event, Snapshot)]


def test_what_is_put_there_comes_back():
    shelf = Shelf(Files())
    assert shelf.take() == {}
    for factor in (1, 2):
        shelf.put({name: tensor * factor for name, tensor in TENSORS.items()})
        found = shelf.take()
        assert list(found) == list(TENSORS)
        for name, tensor in TENSORS.items():
            expected = (tensor * factor).numpy()
            assert found[name].dtype == expected.dtype
            np.testing.assert_array_equal(found[name], expected, strict=True)
    shelf.close()
    assert shelf.take() == {}


@pytest.mark.parametrize("rhythm", [NEVER, Rhythm(bunch=0, snapshot=0.01, share=1e9)])
def test_a_run_ends_with_the_same_bits(rhythm):
    files = Files()
    found, held = outcome(files, rhythm), outcome(None, rhythm)
    assert files.opened
    assert same(snapshots(found)[-1], snapshots(held)[-1])
    if rhythm is NEVER:
        assert all(map(same, snapshots(found), snapshots(held)))
        assert [one.names for one in snapshots(found)] == [one.names for one in snapshots(held)]


@pytest.mark.parametrize("training", [{}, {"accumulate": 3, "averaging": 0.9}])
@pytest.mark.parametrize("rhythm", [NEVER, Rhythm(bunch=0, snapshot=0, share=1e9)])
def test_lent_snapshots_hold_what_copies_do(rhythm, training):
    lent, copied = (outcome(Files(), rhythm, lend=lend, **training) for lend in (True, False))
    assert len(snapshots(lent)) > 2
    assert len(snapshots(lent)) == len(snapshots(copied))
    assert all(map(same, snapshots(lent), snapshots(copied)))


def test_what_is_lent_takes_no_memory(tmp_path):
    held = Best(Files())
    learner = Learner(TrainingRequest(toys.project(), toys.rings(), tmp_path), Tactics(1))
    for lend in (True, False):
        held.hold(learner, {"step": 1}, 1.0)
        taken = held.take(lend=lend)
        assert taken is not None
        assert isinstance(taken.arrays, dict) != lend
        assert len(taken.arrays) > 4
    held.close()


@pytest.mark.parametrize("full", [0, 1])
def test_without_room_for_it_memory_is_taken(full, monkeypatch):
    monkeypatch.setattr(best, "SHARE", 1e9 if full == 0 else 0.0)  # no file, or one that is too slow
    opener = Files(full=full)
    assert same(snapshots(outcome(opener))[-1], snapshots(outcome(None))[-1])
    assert [file.closed for file in opener.opened] == [True] * full


@pytest.mark.skipif(resource is None, reason="files cannot be limited here")
@pytest.mark.parametrize("room", [250, 1_000, 4_090, 4_100, 7_990])
def test_a_file_that_is_too_small_by_a_little_is_said_to_be(room):
    """Also where only the last numbers of all do not fit, and where there is room again afterwards."""
    tensors = {f"p{number}": torch.full((100,), 1.0 + number) for number in range(20)}
    shelf = Shelf(Files())
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    try:
        with pytest.raises(OSError, match="large"):
            shelf.put(tensors)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert shelf.take() == {}
    shelf.put(tensors)
    assert all(np.array_equal(array, tensors[name]) for name, array in shelf.take().items())
    shelf.close()


def test_what_cannot_be_held_is_not_what_was_held_before(tmp_path, monkeypatch):
    held = Best(Files())
    learner = Learner(TrainingRequest(toys.project(), toys.rings(), tmp_path), Tactics(1))
    monkeypatch.setattr(best, "HELD", 2**24)
    held.hold(learner, {"step": 1}, 1.0)
    assert held._room
    monkeypatch.setattr(best, "HELD", 0)
    held.hold(learner, {"step": 1}, 1.0)
    assert not held._room  # not in memory as well
    monkeypatch.setattr(torch, "empty_like", None)
    monkeypatch.setattr(best, "SHARE", 0.0)
    with pytest.raises(TypeError):
        held.hold(learner, {"step": 2}, 0.5)
    assert held.take() is None


def test_a_disk_with_little_room_is_left_to_snapshots(tmp_path, monkeypatch):
    scratch, free = worker._scratch(tmp_path), shutil.disk_usage(tmp_path).free
    with scratch(free // 4) as file:
        assert file.write(b"x") == 1
    with pytest.raises(OSError, match="space"):
        scratch(free // 2)


def test_a_file_that_got_a_name_goes_with_the_next_run(tmp_path):
    """As it does where the system knows no others, when the power fails."""
    (tmp_path / ".scratch-1234").write_bytes(b"x")
    files.remove_half_written(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not FULL.exists(), reason="no device here is always full")
def test_a_full_disk_is_no_end(tmp_path):
    opened = []

    def scratch(size):
        opened.append(FULL.open("r+b", buffering=0))
        return opened[-1]

    held = Best(scratch)
    held.hold(Learner(TrainingRequest(toys.project(), toys.rings(), tmp_path), Tactics(1)), {"step": 2}, 0.5)
    assert [file.closed for file in opened] == [True]
    assert held.take().step == 2


def test_what_cannot_be_read_back_is_said_to_be_lost():
    files = Files()

    def cut(_):
        for file in files.opened:
            if not file.closed:
                file.truncate(10)

    found = outcome(files, seen=cut)
    assert any(isinstance(one, Noted) and "are lost" in one.message for one in found)
    assert not any(one.names for one in snapshots(found))


@pytest.mark.parametrize("end", ["kill", "", "raise"])
def test_the_file_is_gone_with_the_run(end):
    files, count = Files(), 0

    def seen(_):
        nonlocal count
        count += 1
        if count == 70 and end == "raise":
            raise EngineError("something else")
        return end if count == 70 else ""

    try:
        outcome(files, seen=seen)
    except EngineError:
        assert end == "raise"
    assert [file.closed for file in files.opened] == [True]


def test_what_is_small_stays_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(best, "HELD", 2**24)
    files = Files()
    held = Best(files)
    held.hold(Learner(TrainingRequest(toys.project(), toys.rings(), tmp_path), Tactics(1)), {"step": 1}, 1.0)
    assert files.opened == []
    assert held.take().step == 1
