from __future__ import annotations

import threading

import numpy as np
import pytest
import torch

from engine.errors import Cancelled
from engine.layers import Block
from engine.layers.core.basics import Dense, Dropout
from engine.network import Network
from engine.record.control import Control
from engine.record.events import Snapshot
from engine.record.request import TrainingRequest
from engine.training.loop import train
from engine.training.probing import forecast
from engine.training.probing.forecast import key_of, probe
from tests.engine.toys import project, rings


@pytest.fixture(autouse=True)
def _forgotten():
    forecast._known.clear()


def weights(request: TrainingRequest) -> dict[str, np.ndarray]:
    *_, last = (event for event in train(request, Control()) if isinstance(event, Snapshot))
    return dict(last.arrays)


def test_a_probe_times_steps_epochs_and_layers():
    inner = (Dense(id="inner", units=16), Dropout(id="drop", rate=0.1))
    network = Network.stack(Dense(units=16), Block(layers=inner, repeat=2), Dense(units=2, activation="softmax"))
    speed = probe(project(network), rings(), 0.2)
    assert 0 < speed.seconds_per_step < speed.seconds_per_epoch
    assert speed.threads == 1
    assert set(speed.per_layer) == {"dense", "block", "block.inner", "block.drop", "dense_2"}
    shares = speed.per_layer
    assert shares["block"] == pytest.approx(shares["block.inner"] + shares["block.drop"])
    assert sum(shares[name] for name in ("dense", "block", "dense_2")) == pytest.approx(1)
    assert min(shares.values()) > 0


def test_a_probe_changes_neither_random_state_nor_project():
    torch.manual_seed(7)
    before, wanted = torch.get_rng_state(), project()
    frozen = wanted.model_dump_json()
    probe(wanted, rings(), 0.1)
    assert torch.equal(torch.get_rng_state(), before)
    assert wanted.model_dump_json() == frozen


def test_a_run_has_the_same_bits_with_and_without(tmp_path):
    request = TrainingRequest(project(), rings(), tmp_path)
    without = weights(request)
    probe(request.project, request.dataset, 0.1)
    after = weights(request)
    assert without.keys() == after.keys()
    assert all(np.array_equal(without[name], after[name]) for name in without)


def test_the_same_project_is_timed_once():
    first = probe(project(), rings(), 0.1)
    assert probe(project(epochs=9, seed=3), rings(), 0.1) is first
    assert probe(project(batch_size=32), rings(), 0.1) is not first


def test_other_data_and_other_networks_are_other_keys():
    keys = {key_of(project(), rings()), key_of(project(), rings(seed=1)), key_of(project(batch_size=8), rings())}
    keys.add(key_of(project(Network.stack(Dense(units=2, activation="softmax"))), rings()))
    assert len(keys) == 4


def test_a_probe_gives_up_between_two_steps():
    asked: list[int] = []

    def stopping() -> bool:
        asked.append(len(asked))
        return len(asked) > 4

    with pytest.raises(Cancelled):
        probe(project(), rings(), 30.0, stopping)
    assert not forecast.alone.locked()


def test_a_probe_waits_for_what_goes_on_and_then_gives_up():
    gone = threading.Event()
    found: list[BaseException] = []

    def work() -> None:
        try:
            probe(project(), rings(), 30.0, gone.is_set)
        except Cancelled as error:
            found.append(error)

    with forecast.alone:
        thread = threading.Thread(target=work)
        thread.start()
        gone.set()
    thread.join(30)
    assert len(found) == 1
