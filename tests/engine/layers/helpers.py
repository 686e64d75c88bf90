"""What the tests of layers share: small shapes, a layer's module, what a layer refuses."""

from __future__ import annotations

import pytest
from torch import nn

from engine.build import in_turn
from engine.errors import ShapeError
from engine.layers.base import Layer
from engine.shapes import Shape

ROW = Shape.of(feature=12)
STEPS = Shape.of(time=7, feature=4)
PICTURE = Shape.of(channel=3, height=8, width=6)
VOLUME = Shape.of(channel=2, depth=6, height=7, width=6)
WORDS = Shape.ids(20, time=6)


def module(layer: Layer, *shapes: Shape) -> nn.Module:
    """The layer's module, after its output was checked."""
    layer.output(shapes)
    return in_turn(list(layer.build(shapes)))


def refusal(layer: Layer, *shapes: Shape) -> ShapeError:
    """What the layer says of shapes that do not suit it."""
    with pytest.raises(ShapeError) as caught:
        layer.output(shapes)
    assert caught.value.layer == layer.id
    assert not caught.value.message.endswith(".")
    assert caught.value.hint
    assert not caught.value.hint.endswith(".")
    return caught.value
