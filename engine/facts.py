"""What is known of the data once it is prepared, as far as a network cares. No data here, only its measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.shapes import Shape


@dataclass(frozen=True)
class Target:
    """What the network shall answer.

    Attributes:
        name: column or folder level it comes from.
        kind: "classes" (one of several) or "number".
        classes: names in the order of their numbers; empty for a number.
        scaled: for a number: whether it is brought to mean 0 and deviation 1 for training.
        minimum, maximum: smallest and largest value of a number in the training split, before scaling; 0 for classes.
    """

    name: str
    kind: Literal["classes", "number"]
    classes: tuple[str, ...] = ()
    scaled: bool = False
    minimum: float = 0.0
    maximum: float = 0.0

    @property
    def size(self) -> int:
        """Output units that suit it."""
        return len(self.classes) if self.kind == "classes" else 1


@dataclass(frozen=True)
class DataFacts:
    """What analysis and the starter know of prepared data.

    Attributes:
        kind: "table", "images" or "text".
        input: shape of one sample.
        target: what to predict.
        train, validation, test: examples in each split.
        class_counts: examples of each class over all splits; empty for a number.
        notes: what was found and done while preparing, plain sentences ("12 rows without species left out").
        features: names of the input columns or axes; empty where they have none. For tables, one for each feature.
    """

    kind: Literal["table", "images", "text"]
    input: Shape
    target: Target
    train: int
    validation: int
    test: int
    class_counts: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
