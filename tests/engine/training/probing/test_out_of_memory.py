"""A batch that does not fit ends the run with what fits, and keeps what was saved."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from engine.layers.core.basics import Dense
from engine.layers.normalise.normalisation import BatchNorm
from engine.network import Network
from engine.record.events import Failed, OutOfMemory, Searching
from engine.record.request import TrainingRequest
from engine.runs.folder import RunFolder
from engine.training.checkpoint.snapshot import choose
from engine.training.probing import memory, trial
from engine.training.probing.batch_size import largest
from engine.training.worker import endings
from tests.engine import toys
from tests.engine.training.clocks import Counter

ROOT = Path(__file__).resolve().parents[4]
SPACE = 300_000_000  # bytes
LIMITED = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit is Linux's")


def limited(folder: Path, batch_size: int, space: int, *units: int):
    """How a training of such layers ends that may take so many bytes more than torch itself."""
    words = [str(word) for word in (folder, batch_size, space, *units)]
    command = [sys.executable, "-m", "tests.engine.training.probing.memory_child", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
    made = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=220)
    return json.loads(made.stdout)


@LIMITED
def test_the_largest_batch_size_that_fits_is_named_and_the_snapshot_is_kept(tmp_path):
    """Found out beside it, each size in a process of its own: 4,096 trains in so much room, 4,600 does not."""
    ended = limited(tmp_path / "large", 7_200, SPACE, 4_096)
    assert ended["event"] == "OutOfMemory"
    said = re.fullmatch(
        r"A batch of 7,200 needs about 3\d\d MB, and 2\d\d MB were free\. "
        r"Set the batch size to 4,096, which fits, and train again: that is a new run, from the beginning\.",
        ended["message"],
    )
    assert said, ended["message"]
    folder = RunFolder(tmp_path / "large")
    assert (folder.status().state, folder.status().message) == ("outofmemory", ended["message"])
    assert choose(folder.path)[0].step == 0


@LIMITED
def test_the_batch_size_that_is_named_really_trains(tmp_path):
    assert limited(tmp_path / "small", 4_096, SPACE, 4_096)["event"] == "Finished"


@LIMITED
def test_where_nothing_fits_the_network_has_to_become_smaller(tmp_path):
    ended = limited(tmp_path / "run", 64, 60_000_000, 2_048, 2_048)
    assert ended["event"] == "OutOfMemory"
    assert "make the network smaller" in ended["message"]


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("DefaultCPUAllocator: not enough memory: you tried"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 4 bytes"),
        RuntimeError("MPS backend out of memory (MPS allocated: 1 GB)"),
    ],
)
def test_every_allocators_words_are_known(error):
    assert memory.is_out_of_memory(error)


def test_other_errors_are_not_taken_for_it():
    assert not memory.is_out_of_memory(RuntimeError("shapes do not match"))
    assert not memory.is_out_of_memory(KeyError("memory"))


def test_trying_out_leaves_the_run_as_it_is(tmp_path):
    request = TrainingRequest(toys.project(batch_size=64), toys.rings(), tmp_path / "none")
    *_, event = endings(MemoryError(), 7, request, clock=Counter(0.0))
    assert (event.step, event.fits) == (7, 32)
    assert event.message.startswith("A batch of 64 did not fit into memory. Set the batch size to 32, which fits")
    assert not (tmp_path / "none").exists()


def test_it_is_said_that_a_batch_size_is_looked_for_before_that_takes_its_time(tmp_path):
    request = TrainingRequest(toys.project(batch_size=64), toys.rings(), tmp_path / "none")
    said = endings(MemoryError(), 7, request, lambda: True)
    assert next(said) == Searching(7)
    assert [type(event) for event in said] == [OutOfMemory]
    assert [type(event) for event in endings(KeyError("x"), 7, request)] == [Failed]


@pytest.mark.parametrize("examples", [200, 200_000])
@pytest.mark.parametrize("looks", [1, 3])  # a try is looked after many more times, until torch is loaded
def test_where_the_person_stops_nothing_is_tried_any_more(tmp_path, looks, examples):
    request = TrainingRequest(toys.project(batch_size=64), toys.rings(examples), tmp_path / "none")
    asked = []

    def stopping() -> bool:
        asked.append(True)
        return len(asked) >= looks

    *_, event = endings(MemoryError(), 7, request, stopping)
    assert len(asked) <= looks + 3  # each trial that might begin asks once
    assert multiprocessing.active_children() == []
    assert (event.fits, event.message.endswith("Set a smaller batch size and train again.")) == (0, True)


@pytest.mark.parametrize("fitting", range(14))
@pytest.mark.parametrize("place", range(13))
def test_the_largest_is_found_from_wherever_it_is_looked_for(fitting, place):
    sizes, asked = [2**power for power in range(13)], []

    def fits(size):
        asked.append(size)
        return size < 2**fitting

    assert largest(sizes, place, fits) == (2 ** (fitting - 1) if fitting else 0)
    assert len(set(asked)) == len(asked) <= 8


def test_a_size_that_was_found_counts_also_where_time_runs_out():
    answers = iter([False, False, True, None])  # 16, 8, 2, 4
    assert largest([1, 2, 4, 8, 16], 4, lambda size: next(answers)) == 2
    assert largest([1, 2, 4], 2, lambda size: None) is None


def test_large_splits_are_stood_for_by_one_example(tmp_path, monkeypatch):
    monkeypatch.setattr(trial, "LIGHT", 0)
    data = toys.rings()
    assert trial.fits(TrainingRequest(toys.project(), data, tmp_path), 32)
    stands = trial._Array.of(data.train.inputs)
    assert len(stands.values) == 1
    assert stands.whole().shape == data.train.inputs.shape


def test_where_one_example_is_too_few_for_batch_norm_the_run_still_ends_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "free_bytes", lambda device: 1)
    network = Network.stack(Dense(units=8), BatchNorm(), Dense(units=2, activation="softmax"))
    request = TrainingRequest(toys.project(network, batch_size=64), toys.rings(), tmp_path)
    *_, event = endings(MemoryError(), 7, request)
    assert (event.step, event.fits) == (7, 0)
    assert "A batch of 64" in event.message
