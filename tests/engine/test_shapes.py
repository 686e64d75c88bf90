"""Shapes: named sizes, in the order of the tensor."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.shapes import Shape


def test_sizes_keep_the_tensors_order() -> None:
    shape = Shape.of(channel=3, height=32, width=24)
    assert shape.names == ("channel", "height", "width")
    assert shape.sizes == (3, 32, 24)
    assert shape.count == 3 * 32 * 24
    assert shape.size("height") == 32
    assert shape != Shape.of(channel=3, width=24, height=32)


def test_replacing_sizes_gives_real_values() -> None:
    ids = Shape.ids(100, time=20)
    assert (ids.values, ids.vocabulary) == ("ids", 100)
    assert ids.with_sizes(time=5) == Shape.of(time=5)
    assert Shape.of(time=2, feature=3).without(["time"]) == Shape.of(feature=3)


@pytest.mark.parametrize("ask", [lambda shape: shape.size("time"), lambda shape: shape.with_sizes(time=3)])
def test_an_axis_that_is_not_there(ask: Callable[[Shape], object]) -> None:
    with pytest.raises(KeyError, match="time"):
        ask(Shape.of(feature=4))


def test_words_for_people() -> None:
    shape = Shape.of(time=1200, feature=8)
    assert str(shape) == "time 1,200 × feature 8"
    assert shape.short == "1,200 × 8"
    assert (str(Shape.of()), Shape.of().short, Shape.of().count) == ("one number", "1", 1)
