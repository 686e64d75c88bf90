"""A batch that does not fit ends the run with what fits, and keeps what was saved."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from engine.layers.core import Dense
from engine.layers.normalisation import BatchNorm
from engine.network import Network
from engine.runs.folder import RunFolder
from engine.training import room
from engine.training.request import TrainingRequest
from engine.training.snapshot import choose
from engine.training.worker import ending
from tests.engine import toys

ROOT = Path(__file__).resolve().parents[3]
LIMITED = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit is Linux's")


def limited(folder: Path, batch_size: int, space: int, *units: int):
    """How a training of such layers ends that may take so many bytes more than torch itself."""
    words = [str(word) for word in (folder, batch_size, space, *units)]
    command = [sys.executable, "-m", "tests.engine.training.memory_child", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
    made = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=220)
    return json.loads(made.stdout)


@LIMITED
def test_the_batch_size_that_is_named_fits_and_the_snapshot_is_kept(tmp_path):
    ended = limited(tmp_path / "large", 7_200, 280_000_000, 4_096)
    assert ended["event"] == "OutOfMemory"
    said = re.fullmatch(
        r"A batch of 7,200 needs about [\d,.]+ [MG]B, and \d+ MB were free\. "
        r"Set the batch size to ([\d,]+), which fits, and train again: that is a new run, from the beginning\.",
        ended["message"],
    )
    assert said, ended["message"]
    folder = RunFolder(tmp_path / "large")
    assert (folder.status().state, folder.status().message) == ("outofmemory", ended["message"])
    assert choose(folder.path)[0].step == 0
    size = int(said[1].replace(",", ""))
    assert 256 <= size < 7_200  # the heap keeps what it cannot hand back whole, so less than 4,096 may be left to try
    assert limited(tmp_path / "small", size, 280_000_000, 4_096)["event"] == "Finished"


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
def test_every_allocators_words_are_known(tmp_path, error):
    event = ending(error, 7, TrainingRequest(toys.project(batch_size=64), toys.rings(), tmp_path))
    assert event.step == 7
    assert event.message.startswith("A batch of 64 did not fit into memory. Set the batch size to 32, which fits")


def test_other_errors_are_not_taken_for_it():
    assert not room.is_out_of_memory(RuntimeError("shapes do not match"))
    assert not room.is_out_of_memory(KeyError("memory"))


def test_trying_out_leaves_the_run_as_it_is(tmp_path):
    request = TrainingRequest(toys.project(batch_size=64), toys.rings(), tmp_path / "none")
    assert room.fits(request, 32)
    assert not (tmp_path / "none").exists()
    assert room.free_bytes("cpu") > 0


def test_where_one_example_is_too_few_for_batch_norm_the_run_still_ends_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "free_bytes", lambda device: 1)
    network = Network.stack(Dense(units=8), BatchNorm(), Dense(units=2, activation="softmax"))
    request = TrainingRequest(toys.project(network, batch_size=64), toys.rings(), tmp_path)
    event = ending(MemoryError(), 7, request)
    assert (event.step, event.fits) == (7, 0)
    assert "A batch of 64" in event.message
