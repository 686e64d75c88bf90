"""Every kind, every field, every value worth trying: the arithmetic is compared with the real module."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Literal, get_args, get_origin

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from engine.build import in_turn, make
from engine.errors import ShapeError
from engine.layers import KINDS, Block
from engine.layers.base import Layer
from engine.layers.core.basics import Dense
from engine.layers.image.convolution import Conv1d
from engine.layers.image.pooling import AveragePool1d, MaxPool1d
from engine.shapes import Shape

BATCH = 2
SHAPES = (
    Shape.of(feature=12),
    Shape.of(time=7, feature=4),
    Shape.of(channel=3, height=8, width=6),
    Shape.of(channel=2, depth=6, height=7, width=6),
    Shape.ids(20, time=6),
)
JOINED = {
    "add": [(Shape.of(feature=12),) * 3, (SHAPES[1],) * 2, (SHAPES[2],) * 2, (SHAPES[3],) * 2],
    "multiply": [
        (Shape.of(feature=12),) * 3,
        (SHAPES[2],) * 2,
        (SHAPES[2], Shape.of(feature=3)),
        (Shape.of(feature=2), SHAPES[3]),
        (Shape.of(channel=1, height=8, width=6), SHAPES[2]),
        (Shape.of(time=7, feature=1), Shape.of(time=1, feature=4)),
    ],
    "attention": [
        (SHAPES[1],),
        (SHAPES[1], Shape.of(time=5, feature=3)),
        (SHAPES[1], Shape.of(time=9, feature=4)),
    ],
    "concatenate": [
        (Shape.of(feature=12), Shape.of(feature=3)),
        (SHAPES[1], Shape.of(time=7, feature=2)),
        (SHAPES[2], Shape.of(channel=1, height=8, width=6)),
    ],
}
COMMON = {*Layer.model_fields, "source", "target"}  # names and notes: they change no arithmetic
ALONE = {"activation", "initialisation"}  # act on what comes out and what begins, whatever the rest says
MORE: dict[str, tuple[Any, ...]] = {  # values that the range alone does not suggest
    "kernel": (2, 3, 4, 5, 6),
    "stride": (1, 2, 3),
    "vocabulary": (20, 21),
    "dimensions": (1, 5),
    "sizes": ((12,), (3, 4), (2, 3, 2), (1, 2, 3, 2), (28,), (4, 7), (7, 2, 2), (144,), (12, 12), (1, 24, 6), (504,)),
    "heads": (1, 2, 4),
    "groups": (1, 2, 3),
    "patch": (1, 2),
    "height": (1, 4, 8),
    "width": (1, 4, 6),
    "start": (0, 1, -2),
    "stop": (0, 3, -1),
    "layers": (1, 2, 3),
    "distance": (1, 2, 5),
}
HIGH = 7  # so that the sweep takes seconds


def values(kind: type[Layer], field: str) -> tuple[Any, ...]:
    """Low, default, a reduced high, each choice: whatever the field's type allows."""
    info = kind.model_fields[field]
    if field in MORE:
        return MORE[field]
    if get_origin(info.annotation) is Literal:
        return get_args(info.annotation)
    if info.annotation is bool:
        return False, True
    assert info.annotation in (int, float), f"{kind.__name__}.{field}: no values to sweep"
    limits = {
        name: getattr(mark, name) for mark in info.metadata for name in ("ge", "gt", "le", "lt") if hasattr(mark, name)
    }
    if info.annotation is int:
        return tuple(dict.fromkeys((limits["ge"], info.default, min(limits["le"], HIGH))))
    low = limits.get("ge", limits.get("gt", 0) + 1e-9)
    return low, info.default, limits.get("le", limits.get("lt", 0) * 0.9)


def combinations(kind: type[Layer]) -> Iterator[dict[str, Any]]:
    """Settings against each other, because they act together: stride with padding, both ways with layers."""
    fields = [name for name in kind.model_fields if name not in COMMON | ALONE]
    for chosen in itertools.product(*(values(kind, name) for name in fields)):
        yield dict(zip(fields, chosen, strict=True))
    small = {name: MORE[name][0] for name in fields if name in MORE}
    for name in ALONE & kind.model_fields.keys():
        yield from ({**small, name: value} for value in values(kind, name))


def inputs_for(kind: type[Layer]) -> list[tuple[Shape, ...]]:
    name = kind.model_fields["kind"].default
    return JOINED[name] if name in JOINED else [(shape,) for shape in SHAPES]


def sample(shape: Shape) -> Tensor:
    if shape.values == "ids":
        return torch.randint(0, shape.vocabulary, (BATCH, *shape.sizes))
    return torch.randn(BATCH, *shape.sizes)


class CountedProducts(TorchFunctionMode):
    """Multiply-adds of attention's two products, for one sample, from the tensors that go into them."""

    macs = 0

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is nn.functional.scaled_dot_product_attention:
            query, key, value = args[:3]
            self.macs += (query.numel() * key.shape[2] + query.shape[2] * value.numel()) // BATCH
        return func(*args, **(kwargs or {}))


def counted_macs(module: nn.Module, inputs: Sequence[Tensor]) -> tuple[Tensor, int]:
    """Runs the module once. Multiply-adds for one sample: real matrices times the places seen in real tensors."""
    counts: list[int] = []

    def count(part: nn.Module, read: tuple[Tensor, ...], given: Any) -> None:
        matrices = sum(
            weight.numel() for name, weight in part.named_parameters(recurse=False) if name.startswith("weight")
        )
        if isinstance(part, nn.Linear):
            counts.append(matrices * (given[..., 0].numel() // BATCH))
        elif isinstance(part, nn.Conv1d | nn.Conv2d | nn.Conv3d):
            counts.append(matrices * (given[:, 0].numel() // BATCH))
        elif isinstance(part, nn.ConvTranspose1d | nn.ConvTranspose2d):
            counts.append(matrices * (read[0][:, 0].numel() // BATCH))
        elif isinstance(part, nn.RNNBase):
            counts.append(matrices * read[0].shape[1])

    handles = [part.register_forward_hook(count) for part in module.modules()]
    with CountedProducts() as products:
        result = module(*inputs)
    for handle in handles:
        handle.remove()
    return result, sum(counts) + products.macs


def numbers(module: nn.Module) -> tuple[int, int]:
    """How many numbers training changes, and how many it does not."""
    weights = list(module.parameters())
    trained = sum(weight.numel() for weight in weights if weight.requires_grad)
    return trained, sum(weight.numel() for weight in weights) - trained


def check(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    expected = layer.output(shapes)
    calls = list(layer.build(shapes))
    for call in calls:
        assert (call.parameters, call.frozen) == numbers(make(call)), call.source()
    module = in_turn(calls)
    assert layer.parameters(shapes) == numbers(module)[0]
    with torch.no_grad():
        result, macs = counted_macs(module, [sample(shape) for shape in shapes])
    assert tuple(result.shape) == (BATCH, *expected.sizes)
    assert result.dtype == torch.float32 or expected.values == "ids"
    assert layer.macs(shapes, expected) == macs


SWEPT = [kind for kind in KINDS if kind is not Block]


@pytest.mark.parametrize("kind", SWEPT, ids=lambda kind: kind.__name__)
def test_arithmetic_is_what_the_module_does(kind: type[Layer]) -> None:
    seen: dict[str, set[Any]] = {}
    for settings in combinations(kind):
        for shapes in inputs_for(kind):
            try:
                layer = kind(**settings)
                layer.output(shapes)
            except (ShapeError, ValidationError):
                continue  # a shape that does not suit, a setting that needs another; refused values are counted below
            try:
                check(layer, shapes)
            except Exception as error:
                pytest.fail(f"{layer!r} on {[str(shape) for shape in shapes]}: {error}")
            for name, value in settings.items():
                seen.setdefault(name, set()).add(value)
    for field in kind.model_fields.keys() - COMMON:
        assert seen[field] == set(values(kind, field)), f"{field}: some values never ran"


@pytest.mark.parametrize("kind", SWEPT, ids=lambda kind: kind.__name__)
def test_every_shape_it_says_it_accepts_was_tried(kind: type[Layer]) -> None:
    tried = {shapes[0].names for shapes in inputs_for(kind)}
    assert set(kind.accepts) <= tried


@pytest.mark.parametrize("size", range(1, 12))
@pytest.mark.parametrize("kernel", range(1, 8))
@pytest.mark.parametrize("stride", range(1, 5))
def test_same_padding_rounds_up(size: int, kernel: int, stride: int) -> None:
    layer = Conv1d(channels=1, kernel=kernel, stride=stride, padding="same")
    shape = Shape.of(time=size, feature=1)
    assert layer.output([shape]).size("time") == -(-size // stride)
    check(layer, (shape,))


@pytest.mark.parametrize("kernel", range(1, 10))
@pytest.mark.parametrize("kind", [Conv1d, MaxPool1d, AveragePool1d])
def test_a_window_is_refused_where_torch_refuses_it(kind: type[Layer], kernel: int) -> None:
    valid = {"padding": "valid"} if kind is Conv1d else {}
    layer, roomy, shape = kind(kernel=kernel, **valid), Shape.of(time=20, feature=4), Shape.of(time=7, feature=4)
    module = in_turn(list(layer.build([roomy])))
    if kernel <= 7:
        check(layer, (shape,))
        return
    with pytest.raises(ShapeError):
        layer.output([shape])
    with pytest.raises(RuntimeError):
        module(sample(shape))


@pytest.mark.parametrize("repeat", [1, 3])
def test_a_block_counts_each_repeat(repeat: int) -> None:
    block = Block(repeat=repeat, layers=(Dense(id="a", units=6, activation="none"), Dense(id="b", units=4)))
    shape = Shape.of(feature=4)
    assert block.output([shape]) == shape
    assert block.parameters([shape]) == repeat * (4 * 6 + 6 + 6 * 4 + 4)
    assert block.macs([shape], shape) == repeat * (4 * 6 + 6 * 4)
