"""Trying how a learner computes fastest leaves no trace in it, and a run loads no compiler."""

from __future__ import annotations

import hashlib
import math
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
import torch

from engine.choices.optimizers import OPTIMIZERS
from engine.layers.core.basics import Dense, Dropout
from engine.layers.image.convolution import Conv2d
from engine.layers.normalise.normalisation import BatchNorm
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.record.execution import Tactics
from engine.record.request import TrainingRequest
from engine.training.checkpoint import snapshot as snapshots
from engine.training.learner import Learner
from engine.training.probing import tuning
from engine.training.probing.tuning import spared
from engine.training.speed import devices
from tests.engine import toys

FIRST = Tactics(1, channels_last=True)
ANSWER = Dense(units=2, activation="softmax")
LAYERS = Conv2d(channels=3), BatchNorm(), Dropout(rate=0.3), Flatten(), ANSWER
RUN = """
import sys
from pathlib import Path
from engine.record.control import Control
from engine.record.request import TrainingRequest
from engine.training.worker import run
from tests.engine import toys
list(run(TrainingRequest(toys.project(threads=0), toys.rings(), Path(sys.argv[1])), Control()))
print("torch" in sys.modules, "torch._dynamo" in sys.modules)
"""


@pytest.fixture(autouse=True)
def few_rounds(monkeypatch):
    monkeypatch.setattr(devices, "PROBE_SECONDS", 0.0)


def learner(tmp_path, dataset=None, **training) -> Learner:
    project = toys.project(Network.stack(*LAYERS), **training)
    return Learner(TrainingRequest(project, dataset or toys.halves(), tmp_path), FIRST)


def bits(one: Learner) -> dict[str, bytes]:
    arrays = snapshots.take(one, {"step": one.steps}).arrays
    return {name: np.ascontiguousarray(array).tobytes() for name, array in arrays.items()}


def tried(one: Learner) -> None:
    """As a run does that finds the first ones the fastest."""
    with torch.random.fork_rng([]):
        times = tuning._times(one, [FIRST, Tactics(2), Tactics(1)], bool)
    assert all(0 < seconds < math.inf for seconds in times.values())  # each was really tried
    one.take(FIRST)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("more", [{}, {"averaging": 0.9}, {"accumulate": 3}], ids=["plain", "averaging", "windows"])
def test_no_trace_is_left(tmp_path, optimizer, more):
    found, plain = (learner(tmp_path, optimizer=optimizer(), **more) for _ in range(2))
    torch.manual_seed(3)
    before = bits(found)
    tried(found)
    assert bits(found) == before
    assert found.total == plain.total
    after = []
    for one in (found, plain):
        torch.manual_seed(4)
        for batch in one.batches(0):
            one.step(*batch, 0.01)
        after.append(bits(one))
    assert after[0] == after[1] != before


def test_weights_that_trying_has_lost_are_drawn_again(tmp_path):
    data = toys.halves()
    data.train.inputs[:] = np.inf
    found = learner(tmp_path, data)
    torch.manual_seed(3)
    before = bits(found)
    tried(found)
    assert bits(found) == before


def test_a_run_loads_no_compiler(tmp_path):
    command = [sys.executable, "-c", RUN, str(tmp_path / "run")]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert said.stdout.split() == ["True", "False"], said.stderr


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [
        ({1: 1.0, 2: 1.0}, 1),  # too small for threads to help
        ({1: 1.0, 2: 0.93, 4: 0.95}, 1),  # luck
        ({1: 1.0, 2: 0.6}, 2),
        ({1: 1.0, 2: 0.6, 4: 0.55, 8: 0.4}, 8),  # each is compared with the one that is kept so far
        ({1: 1.0, 2: 0.95, 4: 0.88, 8: 0.87}, 4),
        ({1: 1.0, 2: 0.6, 4: 2.0}, 2),
        ({1: 1.0}, 1),
    ],
)
def test_more_threads_are_taken_where_they_clearly_pay(seconds, wanted):
    assert spared({Tactics(threads): time for threads, time in seconds.items()}).threads == wanted


def test_it_is_waited_until_other_threads_are_calm():
    busy, calm = threading.Event(), threading.Event()

    def work() -> None:
        while not calm.is_set():
            busy.set()
            hashlib.sha256(bytes(2**20)).digest()  # lets go of the interpreter

    def never() -> bool:
        return False

    other = threading.Thread(target=work)
    steps: list[float] = []

    def step() -> None:
        steps.append(time.perf_counter())
        if len(steps) == 500:
            calm.set()
            other.join()
        time.sleep(0.0002)

    other.start()
    busy.wait(10)
    assert tuning.wait_for_calm(step, never)
    assert len(steps) > 500
    assert tuning.wait_for_calm(lambda: None, lambda: True) is False
