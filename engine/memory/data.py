"""The bytes of the data that a run holds as tensors."""

from __future__ import annotations

from engine.facts import DataFacts, Target
from engine.memory.timeline import FLOAT, ID
from engine.settings import TrainingSettings
from engine.shapes import Shape

GATHERED = 2**21  # bytes of inputs that are put in order at once, as in engine/training/batches/epochs.py


class Data:
    """What the examples take.

    Attributes:
        example: bytes of one: all its inputs and all its targets, in the form of their losses.
        held: bytes of the training and validation splits.
        ordered: bytes of an epoch's order.
    """

    def __init__(self, facts: DataFacts, training: TrainingSettings) -> None:
        inputs = sum(shape_bytes(fact.shape) for fact in facts.inputs)
        targets = sum(_target_bytes(target, facts, training) for target in facts.targets)
        self.example = inputs + targets
        self.held = self.example * (facts.train + facts.validation)
        self.ordered = ID * facts.train
        self._inputs, self._examples = inputs, facts.train
        self._changed = inputs if training.augment else 0

    def gathered(self, batch: int) -> int:
        """Bytes of the batches that are put in order at once, and of those before them."""
        together = max(1, GATHERED // (self._inputs * batch))
        return 2 * min(together * batch, self._examples) * self.example

    def augmented(self, batch: int) -> int:
        """Bytes of a batch's inputs once more, where they are changed before the step."""
        return self._changed * batch


def shape_bytes(shape: Shape) -> int:
    """Bytes of one example of that shape."""
    return shape.count * (ID if shape.values == "ids" else FLOAT)


def _target_bytes(target: Target, facts: DataFacts, training: TrainingSettings) -> int:
    if target.kind == "tokens":
        return ID * target.output.size("time")
    if target.kind == "classes" and training.loss_of(target, target is facts.target)[0].target == "index":
        return ID
    return FLOAT * target.output.count
