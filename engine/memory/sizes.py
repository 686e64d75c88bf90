"""How many numbers of one example pass between the modules of one layer."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.layers.calls import Call
from engine.memory.rules import rule
from engine.shapes import Shape

RECURRENT = frozenset({"nn.LSTM", "nn.GRU", "nn.RNN"})

SAME_SIZE = frozenset(
    {
        *("Permute", "SwapAxes", "Noise", "Sinusoids", "LearnedPositions"),
        *(f"nn.{name}" for name in ("LeakyReLU", "ELU", "GELU", "SiLU", "Softplus", "ReLU", "Sigmoid", "Tanh")),
        *(f"nn.{name}" for name in ("Softmax", "LogSoftmax", "Flatten", "Unflatten", "LayerNorm", "GroupNorm")),
        *(f"nn.{name}{axes}d" for name in ("BatchNorm", "InstanceNorm", "Dropout") for axes in (1, 2, 3)),
        *("RandomFlip", "RandomShift", "Cutout"),
        *("nn.RMSNorm", "nn.Dropout", "nn.AlphaDropout", "Exp", "EveryStep"),
    }
)
"""Modules that give as many numbers as they take."""


def leaving(calls: Sequence[Call], inputs: Sequence[Shape], output: Shape) -> list[int]:
    """Numbers of one example after each call. The last one gives the layer's output; those between follow from it."""
    entering = sum(shape.count for shape in inputs)
    changing = [index for index, call in enumerate(calls) if call.target not in SAME_SIZE]
    last = changing[-1] if changing else -1
    counts: list[int] = []
    for index, call in enumerate(calls):
        before = counts[-1] if counts else entering
        counts.append(_after(call, before, inputs, output, index >= last))
    return counts


def _after(call: Call, before: int, inputs: Sequence[Shape], output: Shape, settled: bool) -> int:
    if call.target in RECURRENT:
        units = int(str(call.args[1])) * (2 if dict(call.kwargs).get("bidirectional") else 1)
        return inputs[0].size("time") * units
    if settled:
        return output.count
    if call.target in SAME_SIZE or rule(call).view:
        return before
    return _between(call, before, inputs[0], output)


def _between(call: Call, before: int, x: Shape, output: Shape) -> int:
    """Numbers after a module that changes their count, with another such module after it."""
    if call.target == "nn.Linear":
        return before // int(str(call.args[0])) * int(str(call.args[1]))
    if "Pad" in call.target:
        return _padded(call, x)
    if call.target.startswith("nn.Conv"):
        return int(str(call.args[1])) * _places(output)
    return max(before, output.count)


def _padded(call: Call, x: Shape) -> int:
    """Numbers once zeros stand around; torch names the sides from the last axis on."""
    sides = call.args[0]
    pads = list(sides) if isinstance(sides, tuple) else [int(str(sides))] * 6
    sizes = [size for name, size in x.axes if name in ("time", "height", "width", "depth")]
    across = x.count // math.prod(sizes)
    grown = [size + int(pads[2 * n]) + int(pads[2 * n + 1]) for n, size in enumerate(reversed(sizes))]
    return across * math.prod(grown)


def _places(output: Shape) -> int:
    return math.prod(size for name, size in output.axes if name not in ("channel", "feature"))
