"""One training step as a list of operations, walked forwards and backwards while counting what is held.

Tensors are places: a view stands in the place of what it shows, the output of one module is the input of the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from engine.layers.calls import Call
from engine.memory.rules import Rule, rule
from engine.memory.sizes import leaving
from engine.plan import Stage, Step
from engine.shapes import Shape

FLOAT, ID = 4, 8  # bytes of a float32 and of an int64
TURNING = frozenset({"SwapAxes"})
REARRANGING = frozenset({"nn.Flatten", "nn.Unflatten"})  # views, unless the axes were turned
COPYING = frozenset({"nn.Linear", "LoraLinear", "nn.LSTM"})  # keep turned numbers in a copy in their order


@dataclass(frozen=True)
class Operation:
    """One module at work. Amounts are bytes for one example.

    Attributes:
        reads, gives: places; the same one where it gives a view.
        rule: what is kept of them.
        keeps, forward, backward, looking: bytes besides, see Rule.
        gradients: bytes of the weights' gradients, whatever the batch.
        packs: bytes of the weights' copies, whatever the batch.
        slopes: the backward pass goes through it.
    """

    reads: tuple[int, ...]
    gives: int
    rule: Rule
    keeps: float = 0.0
    forward: float = 0.0
    backward: float = 0.0
    gradients: int = 0
    looking: float = 0.0
    packs: int = 0
    slopes: bool = True


@dataclass
class Tape:
    """The operations of a step in order.

    Attributes:
        places: bytes of each place for one example.
        sloped: places whose gradient is wanted.
        held: places that are held until the operation of that number has passed, though nobody reads them any more.
        turned: places whose axes stand in another order than their numbers in memory.
        frozen: paths of layers whose weights get no gradient.
    """

    places: list[float] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    sloped: set[int] = field(default_factory=set)
    held: dict[int, int] = field(default_factory=dict)
    turned: set[int] = field(default_factory=set)
    frozen: frozenset[str] = frozenset()

    def place(self, size: float) -> int:
        """A new place of `size` bytes for one example."""
        self.places.append(size)
        return len(self.places) - 1

    def copy(self) -> Tape:
        """Another with the same operations so far."""
        return Tape(
            list(self.places), list(self.operations), set(self.sloped), dict(self.held), set(self.turned), self.frozen
        )

    def stage(self, stage: Stage, entries: Sequence[int], above: str = "") -> list[int]:
        """Adds a stage's steps; gives the places of its results.

        Args:
            above: path of the block that it is a repeat of, with a dot; "" for the network itself.
        """
        known = dict(zip(stage.entries, entries, strict=True))
        sizes = dict(zip(stage.entries, stage.shapes, strict=True))
        for step in stage.steps:
            reads = tuple(known[name] for name in step.inputs)
            known[step.id] = self._step(stage, step, reads, [sizes[name] for name in step.inputs], above)
            sizes[step.id] = step.output
        if not stage.chain:
            self._hold(known.values())
        return [known[name] for name in stage.results]

    def _step(self, stage: Stage, step: Step, reads: tuple[int, ...], shapes: Sequence[Shape], above: str) -> int:
        owner = step if step.makes else stage.owner(step.id) or step
        if owner.repeats:
            place = reads[0]
            for repeat in owner.repeats:
                (place,) = self.stage(repeat, (place,), f"{above}{owner.id}.")
            self._hold(reads)
            return place
        tied = next((one for one in stage.steps if one.id == step.shares), None) if step.weight else None
        learns = tied is not None and above + tied.id not in self.frozen
        extra = FLOAT * sum(call.parameters for call in tied.calls) if tied and learns else 0
        return self.layer(owner.calls, reads, shapes, step.output, extra, above + owner.id not in self.frozen)

    def layer(
        self,
        calls: Sequence[Call],
        reads: tuple[int, ...],
        inputs: Sequence[Shape],
        output: Shape,
        extra: int = 0,
        learns: bool = True,
    ) -> int:
        """Adds the modules of one layer; gives the place of what comes out.

        Args:
            extra: bytes of the gradients of another layer's weights that the first module uses.
            learns: whether its own weights get gradients.
        """
        place, shown, entering = reads[0], reads, sum(shape.count for shape in inputs)
        for call, count in zip(calls, leaving(calls, inputs, output), strict=True):
            gradients = FLOAT * call.parameters * learns + extra
            place = self._call(call, shown, entering, count, gradients)
            shown, entering, extra = (place,), count, 0
        self._hold(reads)
        return place

    def _hold(self, places: Iterable[int]) -> None:
        """Who calls a module holds what it handed in until the module is done."""
        for place in places:
            self.held[place] = max(len(self.operations) - 1, self.held.get(place, 0))

    def _call(self, call: Call, reads: tuple[int, ...], entering: int, count: int, gradients: int) -> int:
        if call.target == "nn.Dropout" and call.args[:1] == (0.0,):
            return reads[0]
        what, keeps = rule(call), rule(call).keeps(call, entering, count)
        turned = reads[0] in self.turned
        if turned and call.target in COPYING:
            keeps += entering
        copied = entering if turned and call.target.startswith("nn.Conv") else 0
        slopes = gradients > 0 or any(place in self.sloped for place in reads)
        view = what.view and not (turned and call.target in REARRANGING)
        gives = reads[0] if view else self.place(FLOAT * count)
        if slopes:
            self.sloped.add(gives)
        if call.target in TURNING:
            self.turned ^= {gives}
        forward = what.forward(call, entering, count) + copied
        backward = what.backward(call, entering, count) + copied
        amounts = (FLOAT * keeps, FLOAT * forward, FLOAT * backward)
        packs = what.packs * call.weights * FLOAT
        shown = what if view == what.view else replace(what, view=view)
        looking = FLOAT * what.looking(call, entering, count)
        self.operations.append(Operation(reads, gives, shown, *amounts, gradients, looking, packs, slopes))
        return gives

    def kept(self) -> set[int]:
        """Places that the backward pass needs."""
        found: set[int] = set()
        for operation in self.operations:
            if operation.slopes and operation.rule.keeps_input:
                found.update(operation.reads)
            if operation.slopes and operation.rule.keeps_output:
                found.add(operation.gives)
        return found


def kept_bytes(tape: Tape, batch: int) -> float:
    """Bytes that wait for the backward pass once the forward pass is through."""
    places = sum(tape.places[place] for place in tape.kept())
    return batch * (places + sum(operation.keeps for operation in tape.operations if operation.slopes))


def peak(tape: Tape, batch: int, *, learning: bool = True, gathered: bool = False) -> float:
    """Bytes held at once, at most, by activations and gradients in one step; without learning: by the forward pass.

    Args:
        gathered: gradients of batches before are there, and those of this one are added to them layer by layer.
    """
    live, top = _forward(tape, batch, tape.kept() if learning else set(), learning)
    if not learning:
        return top
    waiting = sum(operation.gradients for operation in tape.operations) if gathered else 0
    return waiting + max(top, _backward(tape, batch, live, gathered))


def _forward(tape: Tape, batch: int, kept: set[int], learning: bool) -> tuple[float, float]:
    last = {place: index for index, operation in enumerate(tape.operations) for place in operation.reads}
    for place, index in tape.held.items():
        last[place] = max(index, last.get(place, 0))
    ends: dict[int, list[int]] = {}
    for place, index in last.items():
        ends.setdefault(index, []).append(place)
    live = top = 0.0
    for index, operation in enumerate(tape.operations):
        if operation.gives not in operation.reads:
            live += batch * tape.places[operation.gives]
        if learning and operation.slopes:
            live += batch * operation.keeps
        besides = operation.forward + (0.0 if learning else operation.looking)
        top = max(top, live + batch * besides + operation.packs)
        live -= batch * sum(tape.places[place] for place in ends.get(index, ()) if place not in kept)
    return live, top


def _backward(tape: Tape, batch: int, live: float, gathered: bool) -> float:
    needed: dict[int, int] = {}  # the operation after which a kept place is let go
    for index, operation in reversed(list(enumerate(tape.operations))):
        if operation.slopes and operation.rule.keeps_input:
            needed.update(dict.fromkeys(operation.reads, index))
        if operation.slopes and operation.rule.keeps_output:
            needed[operation.gives] = index
    ends: dict[int, list[int]] = {}
    for place, index in needed.items():
        ends.setdefault(index, []).append(place)
    gradients: set[int] = set()
    top = live
    for index, operation in reversed(list(enumerate(tape.operations))):
        if not operation.slopes:
            continue
        for place in operation.reads:
            if place in tape.sloped and place not in gradients:
                gradients.add(place)
                live += batch * tape.places[place]
        live += operation.gradients
        top = max(top, live + batch * operation.backward + operation.packs)
        live -= operation.gradients if gathered else 0
        if operation.gives in gradients and operation.gives not in operation.reads:
            gradients.discard(operation.gives)
            live -= batch * tape.places[operation.gives]
        live -= batch * (operation.keeps + sum(tape.places[place] for place in ends.get(index, ())))
    return top
