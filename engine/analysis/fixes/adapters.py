"""Layers that make one shape of another, cheapest first: a projection, a resizing, a pool over everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.analysis.shapes import given
from engine.layers import KINDS
from engine.layers.base import Layer
from engine.layers.core.basics import Dense
from engine.layers.image.convolution import Conv2d
from engine.layers.image.pooling import AveragePool1d, AveragePool2d, GlobalPool1d, GlobalPool2d
from engine.layers.image.volumes import GlobalPool3d
from engine.layers.sequence.recurrent import Embedding
from engine.layers.shape.shaping import Flatten, Reshape
from engine.shapes import Shape

Chain = tuple[Layer, ...]
ROW, SEQUENCE, PICTURE = ("feature",), ("time", "feature"), ("channel", "height", "width")
VOLUME = ("channel", "depth", "height", "width")
BY_KIND = {kind.model_fields["kind"].default: kind for kind in KINDS}


def through(chain: Sequence[Layer], shape: Shape) -> Shape | None:
    """The shape after a chain of layers; None where one of them does not fit."""
    for layer in chain:
        after = given(layer, (shape,))
        if not isinstance(after, Shape):
            return None
        shape = after
    return shape


def adapters(shape: Shape, wanted: Shape) -> Iterator[Chain]:
    """Chains of layers that give exactly `wanted`, best first."""
    for chain in _chains(shape, wanted):
        after = through(chain, shape)
        if after is not None and after.axes == wanted.axes:
            yield chain


def said(chain: Chain) -> str:
    """The chain in words for a button: "Global pool 2D and Dense with 8 units"."""
    return " and ".join(_said(layer) for layer in chain)


def pool_over_all(shape: Shape) -> Layer | None:
    """The pool that makes one row of a picture, a sequence or a volume."""
    pools: dict[tuple[str, ...], Layer] = {PICTURE: GlobalPool2d(), SEQUENCE: GlobalPool1d(), VOLUME: GlobalPool3d()}
    return pools.get(shape.names)


def _chains(shape: Shape, wanted: Shape) -> Iterator[Chain]:
    if shape.values == "ids":
        chain = (Embedding(vocabulary=shape.vocabulary),)
        after = through(chain, shape)
        if after is not None:
            yield from ((*chain, *rest) for rest in _chains(after, wanted))
        return
    yield ()
    if shape.names == wanted.names == PICTURE:
        yield from _pictures(shape, wanted)
    if shape.names == wanted.names == SEQUENCE:
        yield from _sequences(shape, wanted)
    if shape.names == wanted.names == ROW:
        yield (_dense(wanted),)
    if wanted.names == ROW and (pool := pool_over_all(shape)):
        yield from ((pool,), (pool, _dense(wanted)), (Flatten(), _dense(wanted)))
    row = () if shape.names == ROW else (Flatten(),)
    if shape.count == wanted.count:
        yield (Reshape(sizes=wanted.sizes),)
    elif 1 < len(wanted.axes) <= 3 and wanted.count <= 1_000_000:
        yield (*row, Dense(units=wanted.count, activation="none"), Reshape(sizes=wanted.sizes))


def _pictures(shape: Shape, wanted: Shape) -> Iterator[Chain]:
    channels, height, width = wanted.sizes
    _, high, wide = shape.sizes
    project = Conv2d(channels=channels, kernel=1, activation="none")
    yield (project,)
    for ratio in _ratios(high, height, wide, width):
        if ratio <= 31:
            yield (AveragePool2d(kernel=ratio),)
            yield (project.changed(stride=ratio),)
    for ratio in _ratios(height, high, width, wide):
        if (upsample := _made("upsample2d", factor=ratio)) is not None:
            yield (upsample,)
            yield (upsample, project)
    for resized in _resized(shape, wanted):
        yield (resized,)
        yield (resized, project)


def _sequences(shape: Shape, wanted: Shape) -> Iterator[Chain]:
    yield (_dense(wanted),)
    ratio, rest = divmod(shape.size("time"), wanted.size("time"))
    if not rest and 1 < ratio <= 255:
        yield (AveragePool1d(kernel=ratio),)
        yield (AveragePool1d(kernel=ratio), _dense(wanted))
    if shape.size("time") > wanted.size("time"):
        cut = _made("slice", axis="time", take="range", start=0, stop=wanted.size("time"))
        if cut is not None:
            yield (cut,)
            yield (cut, _dense(wanted))


def _resized(shape: Shape, wanted: Shape) -> Iterator[Layer]:
    """A crop or a padding that makes one picture as large as another."""
    height, width = wanted.size("height"), wanted.size("width")
    high, wide = height - shape.size("height"), width - shape.size("width")
    if not high and not wide:
        return
    if high <= 0 and wide <= 0:
        found = _made("crop2d", height=height, width=width)
    else:
        sides = {"top": high // 2, "bottom": high - high // 2, "left": wide // 2, "right": wide - wide // 2}
        found = _made("pad2d", **sides)
    if found is not None:
        yield found


def _ratios(large: int, small: int, wide: int, narrow: int) -> Iterator[int]:
    ratio = large // small
    if ratio > 1 and -(-large // ratio) == small and -(-wide // ratio) == narrow:
        yield ratio


def _made(kind: str, **values: object) -> Layer | None:
    """A layer of a kind that there may be, with these settings; None where it refuses them."""
    made = BY_KIND.get(kind)
    try:
        return made.model_validate(values) if made else None
    except ValueError:
        return None


def _dense(wanted: Shape) -> Dense:
    return Dense(units=wanted.size("feature"), activation="none")


def _said(layer: Layer) -> str:
    if isinstance(layer, Dense):
        return f"Dense with {layer.units:,} units" if layer.units > 1 else "Dense with 1 unit"
    if isinstance(layer, Conv2d):
        count = f"{layer.channels:,} channels" if layer.channels > 1 else "1 channel"
        return f"a {layer.kernel} × {layer.kernel} Conv 2D with {count}"
    if isinstance(layer, Reshape):
        return f"Reshape to {layer.given.short}"
    return layer.title
