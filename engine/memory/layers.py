"""The memory of one layer while training: for the heat on its card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.layers.calls import Call
from engine.memory.timeline import FLOAT, Tape, kept_bytes
from engine.shapes import Shape


@dataclass(frozen=True)
class Bytes:
    """Bytes of one layer while training.

    Attributes:
        weights: what it has learned, and what is frozen.
        gradients: one number for each that training changes.
        state: the optimizer's own numbers for each of them.
        activations: what waits for the backward pass, with this batch size; a tensor that two layers share counts with
            the one that made it.
    """

    weights: int = 0
    gradients: int = 0
    state: int = 0
    activations: int = 0

    @property
    def total(self) -> int:
        return self.weights + self.gradients + self.state + self.activations


def layer_bytes(
    calls: Sequence[Call],
    inputs: Sequence[Shape],
    output: Shape,
    batch: int,
    optimizer_state: int,
    own: Sequence[Call] | None = None,
    frozen: bool = False,
) -> Bytes:
    """The bytes of a layer that makes these calls.

    Args:
        calls: its modules in order.
        inputs, output: shapes of one example that it reads and gives.
        batch: examples behind each step.
        optimizer_state: numbers that the optimizer keeps for each weight.
        own: the modules whose weights are its own, where it shares those of another layer.
        frozen: its weights stay as they are: no gradients, no state.
    """
    learning = calls if own is None else own
    weights = FLOAT * sum(call.parameters + call.frozen for call in learning)
    learned = 0 if frozen else FLOAT * sum(call.parameters for call in learning)
    tape = Tape()
    reads = tuple(tape.place(0.0) for _ in inputs)
    tape.sloped.update(reads)  # somewhere above something learns
    made = tape.layer(calls, reads, inputs, output) if calls else reads[0]
    waiting = kept_bytes(tape, batch)
    if made not in tape.kept():
        waiting += batch * tape.places[made]  # the next layer will keep it
    return Bytes(weights, learned, learned * optimizer_state, round(waiting))
