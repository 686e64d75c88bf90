"""The best epoch so far of a large network waits in a file without a name: the same bits, and no run lost by it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
import pytest
import torch

from engine.choices.optimizers import Adam
from engine.errors import EngineError
from engine.settings import EarlyStopping
from engine.training import best
from engine.training.best import Best
from engine.training.control import Control
from engine.training.events import Noted, Snapshot
from engine.training.learner import Learner
from engine.training.loop import train
from engine.training.request import Rhythm, TrainingRequest
from engine.training.shelf import Shelf
from engine.training.tactics import Tactics
from tests.engine import toys
from tests.engine.training.told import same

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

    def __call__(self):
        if len(self.opened) == self._full:
            raise OSError(28, "No space left on device")
        self.opened.append(self._open())
        return self.opened[-1]


@pytest.fixture(autouse=True)
def large(monkeypatch):
    """Every network counts as large, and no file as slow."""
    monkeypatch.setattr(best, "LARGE", 0)
    monkeypatch.setattr(best, "SHARE", 1e9)


def outcome(files, rhythm=NEVER, seen=lambda _: None):
    """Events of a run that ends with its best weights."""
    stopping = EarlyStopping(patience=3, restore_best=True)
    project = toys.project(epochs=40, early_stopping=stopping, optimizer=Adam(learning_rate=0.3))
    found = []
    named = {}
    events = train(
        TrainingRequest(project, toys.rings(), Path("run"), rhythm=rhythm), Control(), recall=named.get, scratch=files
    )
    for event in events:
        found.append(event)
        if isinstance(event, Snapshot):
            named.update(dict.fromkeys(("last", *event.names), event))
        if seen(event) == "kill":
            events.close()
    return found


def snapshots(events):
    return [event for event in events if isinstance(event, Snapshot)]


def test_what_is_put_there_comes_back():
    shelf = Shelf(TemporaryFile)
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


@pytest.mark.parametrize("full", [0, 1])
def test_without_room_for_it_memory_is_taken(full, monkeypatch):
    monkeypatch.setattr(best, "SHARE", 1e9 if full == 0 else 0.0)  # no file, or one that is too slow
    files = Files(full=full)
    assert same(snapshots(outcome(files))[-1], snapshots(outcome(None))[-1])
    assert [file.closed for file in files.opened] == [True] * full


@pytest.mark.skipif(not FULL.exists(), reason="no device here is always full")
def test_a_full_disk_is_no_end(tmp_path):
    opened = []

    def scratch():
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
    monkeypatch.setattr(best, "LARGE", 2**24)
    files = Files()
    held = Best(files)
    held.hold(Learner(TrainingRequest(toys.project(), toys.rings(), tmp_path), Tactics(1)), {"step": 1}, 1.0)
    assert files.opened == []
    assert held.take().step == 1
