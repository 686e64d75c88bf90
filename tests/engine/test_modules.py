"""The modules beside torch.nn: each stands alone in printed code, and can be made without memory."""

from __future__ import annotations

import inspect

import pytest
import torch
from torch import nn

from engine import modules
from engine.build import make
from engine.errors import ShapeError
from engine.layers import KINDS, Block
from engine.layers.base import Layer
from engine.layers.core.basics import Dense
from engine.layers.sequence.attention import MultiHeadAttention, PatchEmbedding, PositionalEncoding
from engine.shapes import Shape

OURS = [kind for kind in vars(modules).values() if isinstance(kind, type) and kind.__module__ == modules.__name__]
SHAPES = (
    Shape.of(feature=12),
    Shape.of(time=8, feature=8),
    Shape.of(channel=8, height=8, width=8),
    Shape.of(channel=8, depth=8, height=8, width=8),
    Shape.ids(20, time=8),
)
LAYERS: list[Layer] = [
    *(kind() for kind in KINDS if kind is not Block),
    MultiHeadAttention(rotary=True, causal=True),
    PositionalEncoding(form="learned"),
    PatchEmbedding(class_token=True),
    Dense(lora_rank=2),
]


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_a_module_needs_only_what_printed_code_imports(kind: type[nn.Module]) -> None:
    printed = set(vars(modules)) - {"torch", "Tensor", "nn"}
    for method in vars(kind).values():
        if inspect.isfunction(method):
            assert not printed & set(method.__code__.co_names), method


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: f"{layer.kind} {layer.summary()}")
def test_weights_fit_into_a_module_made_without_memory(layer: Layer) -> None:
    for shapes in [(shape,) for shape in SHAPES] + [(shape, shape) for shape in SHAPES]:
        try:
            layer.output(shapes)
        except ShapeError:
            continue
        for call in layer.build(shapes):
            real = make(call)
            with torch.device("meta"):
                empty = make(call)
            empty.load_state_dict(real.state_dict(), assign=True)
            assert not any(tensor.is_meta for tensor in (*empty.parameters(), *empty.buffers())), call.source()
            trained = [weight.requires_grad for weight in real.parameters()]
            assert [weight.requires_grad for weight in empty.parameters()] == trained
