"""What tests of printed code share: the class that a text defines, loaded with the weights of the built module."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.build import build
from engine.code.render import source
from engine.facts import DataFacts, InputFact, Target
from engine.plan import Plan
from engine.shapes import Shape


def both(plan: Plan) -> tuple[nn.Module, nn.Module]:
    """The module as it is printed, run with nothing of ours, and as it is built: one seed, the same weights."""
    space: dict[str, object] = {"__name__": "printed"}
    exec(compile(source(plan), "printed.py", "exec"), space)
    built = build(plan, seed=3).eval()
    model = space["Model"]
    assert isinstance(model, type)
    torch.manual_seed(3)
    printed: nn.Module = model()
    first, second = printed.state_dict(), built.state_dict()
    assert list(first) == list(second)
    assert all(torch.equal(weight, second[name]) for name, weight in first.items())
    return printed.eval(), built


def some(shape: Shape, count: int = 6) -> Tensor:
    size = (count, *shape.sizes)
    return torch.randint(0, shape.vocabulary, size) if shape.values == "ids" else torch.randn(size)


def same(first: Tensor | tuple[Tensor, ...], second: Tensor | tuple[Tensor, ...]) -> bool:
    if isinstance(first, tuple) or isinstance(second, tuple):
        return type(first) is type(second) and all(map(torch.equal, first, second))
    return torch.equal(first, second)


def facts(*shapes: Shape, targets: tuple[Target, ...] = (Target("y", "number"),)) -> DataFacts:
    """Data with these inputs, called first, second, third."""
    names = ("first", "second", "third")
    more = tuple(InputFact(name, shape) for name, shape in zip(names[1:], shapes[1:], strict=False))
    return DataFacts(
        "table", shapes[0], targets[0], 9, 1, 1, input_name="first", more_inputs=more, more_targets=targets[1:]
    )
