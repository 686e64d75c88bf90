"""A network as a small drawing, measured from its plan: bars from left to right, side by side where branches run."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.layers import AnyLayer, Block
from engine.network import Network
from engine.plan import Plan, Stage
from engine.shapes import Shape

NARROW = 0.45  # of a column without weights, where one with weights is 1
LOW = 0.2  # of the smallest bar, where the largest is 1
SPREAD = math.log(32)  # between smallest and largest at least: small differences stay small


@dataclass(frozen=True)
class Bar:
    """One layer.

    Attributes:
        column: from the left; a layer stands right of all that it reads.
        slot, slots: which of the bars of this column it is, and how many there are.
        height: 0 to 1, by the logarithm of how many numbers come out of it.
        family: whose colour it wears.
        heavy: it has weights.
    """

    column: int
    slot: int
    slots: int
    height: float
    family: str
    heavy: bool


@dataclass(frozen=True)
class Sketch:
    """A drawing without pixels.

    Attributes:
        bars: in the order of the stack, blocks with all their repeats.
        widths: of each column.
        arcs: columns that a wire leads from and to, where it passes others by.
    """

    bars: tuple[Bar, ...]
    widths: tuple[float, ...]
    arcs: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Node:
    column: int
    family: str
    heavy: bool
    shape: Shape


class _Drawer:
    """Walks a plan and notes where each layer stands."""

    def __init__(self) -> None:
        self.nodes: list[_Node] = []
        self.arcs: list[tuple[int, int]] = []

    def add(self, family: str, heavy: bool, shape: Shape, reads: list[int]) -> int:
        """A layer that reads those nodes; its own number."""
        columns = [self.nodes[number].column for number in reads]
        column = max(columns, default=-1) + 1
        self.arcs += [(before, column) for before in columns if column - before > 1]
        self.nodes.append(_Node(column, family, heavy, shape))
        return len(self.nodes) - 1

    def stage(self, stage: Stage, layers: dict[str, AnyLayer], known: dict[str, int]) -> None:
        """Adds the steps of a stage to `known`, which has its entries already."""
        for step in stage.steps:
            layer, reads = layers[step.id], [known[name] for name in step.inputs]
            if isinstance(layer, Block):
                held = {inner.id: inner for inner in layer.layers}
                here = reads[0]
                for repeat in step.repeats:
                    names = {repeat.entry: here}
                    self.stage(repeat, held, names)
                    here = names[repeat.result]
                known[step.id] = here
            else:
                heavy = any(call.parameters for call in step.calls) and layer.family != "normalise"
                known[step.id] = self.add(layer.family, heavy, step.output, reads)


def sketch(network: Network, plan: Plan) -> Sketch:
    """The drawing of a network that a plan was made of."""
    drawer, stage = _Drawer(), plan.stage
    known = {name: drawer.add("edge", True, shape, []) for name, shape in zip(stage.entries, stage.shapes, strict=True)}
    drawer.stage(stage, {layer.id: layer for layer in network.layers}, known)
    for name, shape in zip(stage.results, stage.outputs, strict=True):
        drawer.add("edge", True, shape, [known[name]])
    return _measured(drawer)


def _measured(drawer: _Drawer) -> Sketch:
    sizes = [math.log(max(1, node.shape.count)) for node in drawer.nodes]
    lowest = min(sizes)
    spread = max(max(sizes) - lowest, SPREAD)
    inside: dict[int, list[int]] = {}
    for number, node in enumerate(drawer.nodes):
        inside.setdefault(node.column, []).append(number)
    bars = tuple(
        Bar(
            node.column,
            inside[node.column].index(number),
            len(inside[node.column]),
            LOW + (1 - LOW) * (sizes[number] - lowest) / spread,
            node.family,
            node.heavy,
        )
        for number, node in enumerate(drawer.nodes)
    )
    heavy = {node.column for node in drawer.nodes if node.heavy}
    widths = tuple(1.0 if column in heavy else NARROW for column in range(len(inside)))
    return Sketch(bars, widths, tuple(dict.fromkeys(drawer.arcs)))
