"""Windows that slide along axes of a shape: where they fit, how often, and what that asks of torch's padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from engine.errors import ShapeError
from engine.layers.base import Layer
from engine.layers.calls import Call
from engine.shapes import Shape

Padding = Literal["same", "valid"]


def places(size: int, kernel: int, stride: int, padding: Padding) -> int:
    """How many places a window takes along an axis of `size`.

    "same" surrounds the axis with kernel - 1 zeros, so that the result is size / stride, rounded up.
    "valid" adds none: (size - kernel) // stride + 1.
    """
    room = size - 1 if padding == "same" else size - kernel
    return room // stride + 1


def slid(
    layer: Layer, x: Shape, axes: Sequence[str], *, kernel: int, stride: int, padding: Padding = "valid"
) -> dict[str, int]:
    """Sizes of `axes` after windows slid along them. ShapeError, pinned to `layer`, where a window is too large."""
    sizes = {axis: x.size(axis) for axis in axes}
    if padding == "valid" and kernel > min(sizes.values()):
        window = " × ".join(f"{kernel:,}" for _ in axes)
        room = " × ".join(f"{axis} {size:,}" for axis, size in sizes.items())
        raise ShapeError(
            f"{layer.label} has a window of {window}, which does not fit into {room}",
            layer=layer.id,
            field="kernel",
            hint=f"Set the window to {min(sizes.values()):,} or less",
        )
    return {axis: places(size, kernel, stride, padding) for axis, size in sizes.items()}


def edge(kernel: int, padding: Padding) -> int:
    """Zeros that the module itself adds at both ends; 0 where `filling` does it, or nothing is added."""
    return kernel // 2 if padding == "same" and kernel % 2 else 0


def filling(kernel: int, padding: Padding, axes: int) -> list[Call]:
    """For an even window with "same": the module before it that adds the zeros, one more behind than in front."""
    if padding == "valid" or kernel % 2:
        return []
    sides = (kernel // 2 - 1, kernel // 2) * axes
    return [Call.of(f"nn.ZeroPad{axes}d", sides)]
