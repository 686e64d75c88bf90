"""Graphics cards: the CPU's numbers, no waiting in a step, data that does not fit. Skipped where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
import torch

from engine.choices.optimizers import Sgd
from engine.data.dataset import Dataset
from engine.facts import Target
from engine.layers.core.basics import Dense
from engine.layers.image.convolution import Conv2d
from engine.layers.image.pooling import MaxPool2d
from engine.layers.normalise.normalisation import BatchNorm
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.record.control import Control
from engine.record.events import EpochEnd, Finished, Progress, Snapshot
from engine.record.request import TrainingRequest
from engine.shapes import Shape
from engine.training.batches import transfer
from engine.training.learner import Learner
from engine.training.loop import train
from engine.training.speed import fast_step
from tests.engine import toys

CUDA = torch.cuda.is_available()
THERE = {"cuda": CUDA, "mps": torch.backends.mps.is_available()}
devices = pytest.mark.parametrize(
    "device",
    [
        pytest.param(name, marks=pytest.mark.skipif(not there, reason=f"this machine has no {name}"))
        for name, there in THERE.items()
    ],
)
cuda = pytest.mark.skipif(not CUDA, reason="this machine has no CUDA card")

MLP = Network.stack(Dense(units=32), Dense(units=2, activation="softmax"))
CNN = Network.stack(
    Conv2d(channels=8), BatchNorm(), MaxPool2d(), Conv2d(channels=8), Flatten(), Dense(units=2, activation="softmax")
)


def pictures(examples: int = 200) -> Dataset:
    """Bright and dark ones."""
    random = np.random.default_rng(0)
    classes = np.arange(examples, dtype=np.int64) % 2
    pixels = random.normal(0, 1, (examples, 1, 12, 12)).astype(np.float32)
    pixels += classes[:, None, None, None].astype(np.float32)
    target = Target("brightness", "classes", ("dark", "bright"))
    return toys.dataset(pixels, classes, target, Shape.of(channel=1, height=12, width=12))


def request(network, data, **training) -> TrainingRequest:
    settings = {"optimizer": Sgd(learning_rate=0.05), **training}
    return TrainingRequest(toys.project(network, **settings), data, None)


def steps(wanted: TrainingRequest, count: int = 3) -> tuple[list[float], dict[str, torch.Tensor]]:
    """Losses of the first steps, and the weights after them."""
    learner = Learner(wanted)
    found = [learner.step(*batch, 0.05) for batch, _ in zip(learner.batches(0), range(count), strict=False)]
    return [float(loss) for loss in found], {name: one.cpu() for name, one in learner.model.state_dict().items()}


@contextmanager
def _never_waiting() -> Iterator[None]:
    """An error wherever the host waits for the card."""
    torch.cuda.set_sync_debug_mode("error")
    try:
        yield
    finally:
        torch.cuda.set_sync_debug_mode("default")


@devices
@pytest.mark.parametrize(("network", "data"), [(MLP, toys.rings()), (CNN, pictures())], ids=["mlp", "cnn"])
def test_steps_give_the_numbers_of_the_cpu(device, network, data):
    losses, weights = steps(request(network, data, device=device))
    expected, known = steps(request(network, data, device="cpu"))
    assert losses == pytest.approx(expected, abs=1e-3)
    assert all(torch.allclose(weights[name].float(), known[name].float(), atol=1e-3) for name in known)


@devices
def test_a_run_finishes_and_its_snapshot_goes_on(device):
    wanted = request(CNN, pictures(), device=device, epochs=4)
    events = list(train(wanted, Control()))
    assert isinstance(events[-1], Finished)
    assert [event for event in events if isinstance(event, EpochEnd)][-1].loss < 0.6
    first = next(event for event in events if isinstance(event, Snapshot))
    assert isinstance(list(train(wanted, Control(), first))[-1], Finished)


@cuda
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_step_waits_for_nothing(precision):
    learner = Learner(request(CNN, pictures(), device="cuda", precision=precision))
    batches = list(learner.batches(0))
    learner.step(*batches[0], 0.05)  # the first one loads kernels and makes the optimizer's state
    with _never_waiting():
        for batch in batches[1:]:
            learner.step(*batch, 0.05)


@cuda
def test_feeding_from_the_host_waits_for_nothing(monkeypatch):
    learner = Learner(request(CNN, pictures(), device="cuda"))
    monkeypatch.setattr(transfer, "free_memory", lambda _: 0)
    inputs, wanted = transfer.placed(
        *(tuple(one.cpu() for one in half) for half in (learner.inputs, learner.targets)), learner.device
    )
    assert inputs[0].device.type == "cpu"
    batches = [
        (tuple(one[at : at + 16] for one in inputs), tuple(one[at : at + 16] for one in wanted)) for at in (0, 16, 32)
    ]
    learner.step(*next(iter(learner.batches(0))), 0.05)
    list(transfer.fed(batches, learner.device))  # page-locked memory is made once
    with _never_waiting():
        for batch in transfer.fed(batches, learner.device):
            assert batch[0][0].device.type == "cuda"
            learner.step(*batch, 0.05)


@devices
def test_data_that_does_not_fit_trains_to_the_same_numbers(device, monkeypatch):
    wanted = request(CNN, pictures(), device=device, epochs=2, deterministic=device == "cuda")
    held = list(train(wanted, Control()))
    monkeypatch.setattr(transfer, "free_memory", lambda _: 0)
    fed = list(train(wanted, Control()))
    losses = [np.concatenate([event.losses for event in one if isinstance(event, Progress)]) for one in (held, fed)]
    assert np.allclose(*losses, atol=1e-5)


@cuda
def test_float16_scales_its_loss_and_learns():
    wanted = request(CNN, pictures(), device="cuda", precision="float16", epochs=6)
    events = list(train(wanted, Control()))
    assert isinstance(events[-1], Finished)
    assert [event for event in events if isinstance(event, EpochEnd)][-1].loss < 0.6
    learner = Learner(wanted)
    assert learner.updater.scaler is not None


@pytest.mark.skipif(torch.cuda.device_count() < 2, reason="this machine has not two CUDA cards")
@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_two_cards_give_the_curve_of_one_with_the_whole_batch(precision):
    losses = []
    for processes in (1, 2):
        wanted = request(MLP, toys.rings(), device="cuda", precision=precision, processes=processes, epochs=5)
        events = list(train(wanted, Control()))
        losses.append(np.concatenate([event.losses for event in events if isinstance(event, Progress)]))
    assert np.allclose(*losses, atol=1e-5 if precision == "float32" else 1e-2)


@cuda
def test_a_captured_step_gives_the_same_bits(monkeypatch):
    wanted = request(MLP, toys.rings(), device="cuda", epochs=400, deterministic=True)
    found = []
    for worth in (0.0, 1e9):
        monkeypatch.setattr(fast_step, "WORTH", worth)
        learner = Learner(wanted)
        losses = [float(learner.step(*batch, 0.05)) for epoch in range(3) for batch in learner.batches(epoch)]
        assert learner.shortcut.taken == (worth == 0.0)
        found.append((losses, learner.model.state_dict()))
    assert found[0][0] == found[1][0]
    assert all(torch.equal(one, found[1][1][name]) for name, one in found[0][1].items())
