"""The bytes of the data that a run holds as tensors."""

from __future__ import annotations

from engine.facts import DataFacts, Target
from engine.memory.timeline import FLOAT, ID
from engine.settings import TrainingSettings
from engine.shapes import Shape

GATHER_LIMIT = 256 * 2**20  # bytes up to which an epoch is put in order at once, as in engine/training/batches.py


class Data:
    """What the examples take.

    Attributes:
        example: bytes of one: all its inputs and all its targets, in the form of their losses.
        held: bytes of the training and validation splits.
        whole: an epoch's examples are put into their random order at once.
        ordered: bytes of the order, and of that copy.
    """

    def __init__(self, facts: DataFacts, training: TrainingSettings) -> None:
        inputs = sum(shape_bytes(fact.shape) for fact in facts.inputs)
        targets = sum(_target_bytes(target, facts, training) for target in facts.targets)
        self.example = inputs + targets
        self.held = self.example * (facts.train + facts.validation)
        self.whole = inputs * facts.train <= GATHER_LIMIT
        self.ordered = ID * facts.train + (self.example * facts.train if self.whole else 0)

    def gathered(self, batch: int) -> int:
        """Bytes of a batch and the one before it; 0 where a batch is a part of the ordered epoch."""
        return 0 if self.whole else 2 * batch * self.example


def shape_bytes(shape: Shape) -> int:
    """Bytes of one example of that shape."""
    return shape.count * (ID if shape.values == "ids" else FLOAT)


def _target_bytes(target: Target, facts: DataFacts, training: TrainingSettings) -> int:
    if target.kind == "tokens":
        return ID * target.output.size("time")
    if target.kind == "classes" and training.loss_of(target, target is facts.target)[0].target == "index":
        return ID
    return FLOAT * target.output.count
