"""What is said to be kept for the backward pass, against what autograd keeps."""

from __future__ import annotations

import pytest
import torch

from engine.build import Model
from engine.choices.losses import MeanSquaredError
from engine.layers.base import Layer
from engine.layers.core.basics import ActivationLayer, Dense, Dropout
from engine.layers.image.augmentation import Cutout, RandomFlip, RandomShift
from engine.layers.image.convolution import Conv1d, Conv2d
from engine.layers.image.pooling import AveragePool2d, GlobalPool2d, MaxPool2d
from engine.layers.normalise.normalisation import BatchNorm, LayerNorm
from engine.layers.sequence.attention import MultiHeadAttention
from engine.layers.sequence.recurrent import Gru, Lstm, Rnn
from engine.memory.layers import layer_bytes
from engine.memory.timeline import Tape, kept_bytes
from engine.network import Network
from engine.plan import Plan, plan
from engine.shapes import Shape

ROW, STEPS, PICTURE = Shape.of(feature=24), Shape.of(time=12, feature=32), Shape.of(channel=16, height=8, width=8)
BATCH = 32
CASES: dict[str, tuple[Shape, list[Layer]]] = {
    "relu": (ROW, [Dense(units=48), Dense(units=40)]),
    "gelu": (ROW, [Dense(units=48, activation="gelu"), Dense(units=40, activation="none")]),
    "softmax": (ROW, [Dense(units=48, activation="softmax"), Dense(units=4, activation="none")]),
    "dropout": (ROW, [Dense(units=48, activation="tanh"), Dropout(rate=0.5), Dense(units=4, activation="none")]),
    "picture": (PICTURE, [Conv2d(channels=16), BatchNorm(), ActivationLayer(), MaxPool2d(), GlobalPool2d()]),
    "augmented": (
        PICTURE,
        [Conv2d(channels=16), RandomFlip(up_down=0.5), RandomShift(), Cutout(), Conv2d(channels=16)],
    ),
    "average": (PICTURE, [Conv2d(channels=32, activation="silu"), AveragePool2d(), Conv2d(channels=16)]),
    "sequence": (STEPS, [Conv1d(channels=32), LayerNorm(), Dense(units=16)]),
    "attention": (STEPS, [Dense(units=32), MultiHeadAttention(heads=4), LayerNorm(), Dense(units=16)]),
    "rnn": (STEPS, [Rnn(units=32, returns="every step"), Dense(units=16)]),
    "gru": (STEPS, [Gru(units=32), Dense(units=16)]),
    "lstm": (STEPS, [Lstm(units=64), Dense(units=16)]),
}


@pytest.mark.parametrize("name", CASES)
def test_what_waits_for_the_backward_pass(name: str):
    shape, layers = CASES[name]
    made = plan(Network.stack(*layers), shape, MeanSquaredError())
    tape = Tape()
    tape.stage(made.stage, [tape.place(0.0)])
    assert kept_bytes(tape, BATCH) == pytest.approx(kept_by_torch(made, shape), rel=0.12)


def kept_by_torch(made: Plan, shape: Shape) -> int:
    """Bytes of the storages that autograd holds after a forward pass, but for weights and what came in."""
    model = Model(made)
    x = torch.rand(BATCH, *shape.sizes)
    known = {tensor.untyped_storage().data_ptr() for tensor in (x, *model.parameters(), *model.buffers())}
    found: dict[int, int] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in known:
            found[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        held = model.logits(x)
    assert held is not None
    return sum(found.values())


def test_bytes_of_one_layer():
    dense = Dense(id="dense", units=32)
    found = layer_bytes(tuple(dense.build([ROW])), [ROW], dense.output([ROW]), BATCH, 2)
    learned = 4 * (24 * 32 + 32)
    assert (found.weights, found.gradients, found.state) == (learned, learned, 2 * learned)
    assert found.activations == 4 * BATCH * 32  # what ReLU gave; what it took is gone
    assert found.total == 4 * learned + found.activations


def test_a_layer_without_modules_costs_nothing():
    assert layer_bytes((), [ROW], ROW, BATCH, 2).total == 0
