"""What is known of the data once it is prepared, as far as a network cares. No data here, only its measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.shapes import Shape

TargetKind = Literal["classes", "number", "values", "tokens"]


@dataclass(frozen=True)
class InputFact:
    """One part of the data that a network can read.

    Attributes:
        name: what an Input calls it by (`Input.source`).
        shape: of one sample.
        features: names of its columns; empty where they have none.
    """

    name: str
    shape: Shape
    features: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """What the network shall answer.

    Attributes:
        name: column or folder level it comes from.
        kind: "classes" (one of several), "number", "values" (numbers of a shape: the row or picture itself) or
            "tokens" (the next word at each step).
        classes: names in the order of their numbers; empty for all but classes.
        scaled: for a number: whether it is brought to mean 0 and deviation 1 for training.
        minimum, maximum: smallest and largest value of a number in the training split, before scaling; 0 for classes.
        shape: of values, and of the scores for tokens (time n, feature vocabulary); None for classes and a number.
    """

    name: str
    kind: TargetKind
    classes: tuple[str, ...] = ()
    scaled: bool = False
    minimum: float = 0.0
    maximum: float = 0.0
    shape: Shape | None = None

    @property
    def size(self) -> int:
        """Output units that suit it: of the last axis for values and tokens."""
        if self.shape is not None:
            return dict(self.shape.axes).get("feature", self.shape.count)
        return len(self.classes) if self.kind == "classes" else 1

    @property
    def output(self) -> Shape:
        """The shape that an Output has to get."""
        return self.shape if self.shape is not None else Shape.of(feature=self.size)


@dataclass(frozen=True)
class DataFacts:
    """What analysis and the starter know of prepared data.

    Attributes:
        kind: "table", "images" or "text".
        input: shape of one sample of the first input.
        target: the first thing to predict.
        train, validation, test: examples in each split.
        class_counts: examples of each class of the first target over all splits; empty where it has none.
        notes: what was found and done while preparing, plain sentences ("12 rows without species left out").
        features: names of the first input's columns or axes; empty where they have none. For tables, one each feature.
        input_name: of the first input.
        more_inputs, more_targets: the others.
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
    input_name: str = "input"
    more_inputs: tuple[InputFact, ...] = ()
    more_targets: tuple[Target, ...] = ()

    @property
    def inputs(self) -> tuple[InputFact, ...]:
        """All that a network can read, the first one first."""
        return (InputFact(self.input_name, self.input, self.features), *self.more_inputs)

    @property
    def targets(self) -> tuple[Target, ...]:
        """All that a network can answer, the first one first."""
        return (self.target, *self.more_targets)

    def shape_of(self, source: str) -> Shape | None:
        """Shape of the input of that name, "" for the first; None where there is none."""
        if not source:
            return self.input
        return next((fact.shape for fact in self.inputs if fact.name == source), None)

    def target_of(self, name: str) -> Target | None:
        """The target of that name, "" for the first; None where there is none."""
        if not name:
            return self.target
        return next((target for target in self.targets if target.name == name), None)
