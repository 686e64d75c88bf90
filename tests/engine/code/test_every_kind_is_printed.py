"""Every kind of layer, with each of its settings tried, prints code that computes what the built module computes."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest
import torch
from pydantic import ValidationError

from engine.choices.losses import MeanSquaredError
from engine.errors import ShapeError
from engine.layers import KINDS
from engine.layers.base import Layer
from engine.layers.core.basics import Input, Output
from engine.network import Network
from engine.plan import Plan, plan_of
from engine.settings import TrainingSettings
from tests.engine.code.printed import both, facts, same, some
from tests.engine.layers.test_layer_contract import COMMON, inputs_for, values

ENDS = ("input", "output", "block")
NAMES = ("first", "second", "third")


def settings(kind: type[Layer]) -> Iterator[dict[str, object]]:
    """The defaults, then each field's values one at a time."""
    yield {}
    for field in kind.model_fields:
        if field not in COMMON:
            yield from ({field: value} for value in values(kind, field))


def plans(kind: type[Layer]) -> Iterator[Plan]:
    for chosen in settings(kind):
        for shapes in inputs_for(kind):
            names = NAMES[: len(shapes)]
            try:
                layer = kind.model_validate({**chosen, "id": "layer", "inputs": names})
                layer.output(shapes)
            except (ValidationError, ShapeError):
                continue
            inputs = (Input(id=name, source=name) for name in names)
            network = Network.model_validate({"layers": (*inputs, layer, Output(id="output"))})
            yield plan_of(network, facts(*shapes), TrainingSettings(loss=MeanSquaredError()))


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """On tensors this small, threads only wait for one another."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.model_fields["kind"].default not in ENDS])
def test_what_is_printed_is_what_is_built(kind: type[Layer]) -> None:
    tried = 0
    for made in plans(kind):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            printed, built = both(made)
            x = [some(shape, 2) for shape in made.stage.shapes]
            assert same(printed(*x), built(*x))
            torch.manual_seed(1)
            trained = printed.train()(*x)
            torch.manual_seed(1)
            assert same(trained, built.train()(*x))
        tried += 1
    assert tried > 1
