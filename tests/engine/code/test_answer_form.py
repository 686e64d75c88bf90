"""What a network's numbers are called, wherever its last activation stands."""

from __future__ import annotations

import pytest
import torch

from engine.build import build
from engine.choices.losses import BinaryCrossEntropy, CrossEntropy, Hinge, MeanSquaredError, Poisson
from engine.layers import Block
from engine.layers.core.basics import ActivationLayer, Dense, Dropout
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.plan import answer_form, plan
from engine.shapes import Shape

TABLE = Shape.of(feature=5)
PLAIN, SOFTMAX, LOGARITHMS = (Dense(units=4, activation=name) for name in ("none", "softmax", "log_softmax"))
ONE_HOT = MeanSquaredError(form="one-hot")


@pytest.mark.parametrize(
    ("layers", "loss", "form"),
    [
        ((PLAIN,), CrossEntropy(), "shares"),
        ((LOGARITHMS,), CrossEntropy(), "logarithms"),
        ((Dense(units=1, activation="none"),), BinaryCrossEntropy(), "shares"),
        ((PLAIN,), Hinge(), "numbers"),
        ((PLAIN,), Poisson(), "numbers"),
        ((LOGARITHMS,), Hinge(), "logarithms"),
        ((LOGARITHMS,), ONE_HOT, "logarithms"),
        ((LOGARITHMS, Dropout(), Flatten()), Hinge(), "logarithms"),
        ((PLAIN, ActivationLayer(activation="log_softmax"), ActivationLayer(activation="none")), ONE_HOT, "logarithms"),
        ((Block(repeat=2, layers=(LOGARITHMS,)),), Hinge(), "logarithms"),
        ((SOFTMAX, Block(layers=(Dropout(),))), Hinge(), "shares"),
        ((LOGARITHMS, PLAIN), Hinge(), "numbers"),
    ],
)
def test_the_form_is_what_the_module_gives(layers, loss, form):
    made = plan(Network.stack(*layers), TABLE, loss)
    assert answer_form(made) == form
    answers = build(made).eval()(torch.randn(3, 5))
    if answers.shape[1] == 4 and form != "numbers":
        sums = (answers.exp() if form == "logarithms" else answers).sum(dim=-1)
        assert sums.tolist() == pytest.approx([1.0] * 3, abs=1e-5)
