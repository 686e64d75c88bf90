"""Every kind of layer and every template: a recorded step gives the bits of the step, on other numbers too."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor, nn

from engine import quick
from engine.build import in_turn
from engine.errors import ShapeError
from engine.layers.base import Layer
from engine.record.execution import Tactics
from engine.record.request import TrainingRequest
from engine.templates.gallery import TEMPLATES
from engine.training.learner import Learner
from engine.training.speed.capture import bits, record
from tests.engine.layers.test_layer_contract import SWEPT, inputs_for, sample, values
from tests.engine.templates.test_templates import few, opened


class Scaled(nn.Module):
    """A module behind weights, so that one without any has a gradient to give."""

    def __init__(self, module: nn.Module, inputs: Sequence[Tensor]) -> None:
        super().__init__()
        self.scales = nn.ParameterList(torch.rand(one.shape[1:]) for one in inputs if one.is_floating_point())
        self.module = module

    def forward(self, *inputs: Tensor) -> Tensor:
        scales = iter(self.scales)
        return self.module(*(one * next(scales) if one.is_floating_point() else one for one in inputs))


def learns(module: nn.Module) -> list[nn.Parameter]:
    return [one for one in module.parameters() if one.requires_grad]


def compare(module: nn.Module, loss_of: Callable[..., Tensor], batches: Sequence[tuple[Tensor, ...]]) -> None:
    """Records with the first batch, and plays with all."""
    buffers = [one.clone() for one in module.buffers()]

    def begin(seed: int) -> None:
        torch.manual_seed(seed)
        module.zero_grad(set_to_none=True)
        for one, kept in zip(module.buffers(), buffers, strict=True):
            one.copy_(kept)

    play = record(lambda inputs, _: loss_of(*inputs), learns(module), batches[0], ())
    assert play is not None
    for seed, batch in enumerate(batches):
        begin(seed)
        loss = loss_of(*batch)
        loss.backward()
        usual = bits([loss, *(one.grad for one in learns(module)), *module.buffers(), torch.get_rng_state()])
        begin(seed)
        before = bits([*module.parameters(), *batch])
        found = play(*batch)
        assert bits([*found, *module.buffers(), torch.get_rng_state()]) == usual
        assert bits([*module.parameters(), *batch]) == before


def settings_of(kind: type[Layer]) -> list[dict[str, object]]:
    """The default, and each value of each field by itself."""
    fields = [name for name in kind.model_fields if name not in {*Layer.model_fields, "source", "target"}]
    return [{}, *({name: value} for name in fields for value in values(kind, name))]


@pytest.mark.parametrize("kind", SWEPT, ids=lambda kind: kind.__name__)
def test_a_layer_of_any_kind_is_recorded(kind, monkeypatch):
    monkeypatch.setattr(quick, "MANY", 1)
    done = 0
    for settings in settings_of(kind):
        for shapes in inputs_for(kind):
            try:
                layer = kind(**settings)
                layer.output(shapes)
            except (ShapeError, ValidationError):  # another shape, or another setting is needed
                continue
            torch.manual_seed(0)
            batches = [tuple(sample(shape) for shape in shapes) for _ in range(3)]
            module = Scaled(in_turn(list(layer.build(shapes)), len(shapes)), batches[0])
            if learns(module):
                compare(module, lambda *inputs, module=module: module(*inputs).square().sum(), batches)
                done += 1
    assert done


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_recorded(name, tmp_path):
    project, dataset = opened(name)
    short = project.changed(training=project.training.changed(batch_size=4, epochs=1, threads=1))
    learner = Learner(TrainingRequest(short, few(dataset, 12), tmp_path), Tactics(1))
    batches = [(*inputs, *wanted) for inputs, wanted in learner.batches(0)]
    count = len(learner.inputs)
    compare(learner.model, lambda *batch: learner.priced(batch[:count], batch[count:]), batches)
