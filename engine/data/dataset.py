"""Prepared data: arrays ready for training, what was learned to prepare them, and their measures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import Cancelled
from engine.facts import DataFacts

NO_WORD = -100  # as a next word: none, nothing is learned there


@dataclass(frozen=True)
class Part:
    """One split.

    Attributes:
        inputs: of the first input: float32 (examples, *shape) or int64 (examples, time).
        targets: of the first target: int64 (examples,) class numbers; (examples,) numbers in the target's own unit, not
            scaled, float32 or float64 where they are far from zero; float32 (examples, *shape) values; or int64
            (examples, time) next words, NO_WORD where there is none.
        rows: int64 (examples,) row, picture or text in the source, 0-based.
        more_inputs, more_targets: the others, in the order of the facts.
    """

    inputs: NDArray[Any]
    targets: NDArray[Any]
    rows: NDArray[np.int64]
    more_inputs: tuple[NDArray[Any], ...] = ()
    more_targets: tuple[NDArray[Any], ...] = ()

    @property
    def all_inputs(self) -> tuple[NDArray[Any], ...]:
        """Every input, in the order of the facts."""
        return (self.inputs, *self.more_inputs)

    @property
    def all_targets(self) -> tuple[NDArray[Any], ...]:
        """Every target, in the order of the facts."""
        return (self.targets, *self.more_targets)

    def __len__(self) -> int:
        return len(self.targets)

    def first(self, count: int) -> Part:
        """The first examples alone; views of the same arrays, not copies."""
        inputs, *more_inputs = (array[:count] for array in self.all_inputs)
        targets, *more_targets = (array[:count] for array in self.all_targets)
        return Part(inputs, targets, self.rows[:count], tuple(more_inputs), tuple(more_targets))


@dataclass(frozen=True)
class Dataset:
    """Data prepared for training.

    Attributes:
        preparation: JSON-able document from which engine/data/prepare.py turns raw rows, pictures or texts into inputs,
            and answers into class names or numbers. Fitted on the training split only.
    """

    facts: DataFacts
    train: Part
    validation: Part
    test: Part
    preparation: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def fingerprint(self) -> str:
        """The same for the same examples, prepared alike and dealt alike: 16 hex digits over all three splits."""
        fitted = {name: value for name, value in self.preparation.items() if name != "reading"}
        digest = hashlib.blake2b(json.dumps(fitted, sort_keys=True).encode(), digest_size=8)
        for part in (self.train, self.validation, self.test):
            for values in (part.inputs, part.targets, part.rows, *part.more_inputs, *part.more_targets):
                digest.update(f"{values.dtype}{values.shape}".encode())
                digest.update(np.ascontiguousarray(values).data)
        return digest.hexdigest()

    def part(self, name: str) -> Part:
        """ "train", "validation" or "test"."""
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        return parts[name]


class Ticket:
    """How a long job says how far it is and learns that it shall stop. This one says nothing."""

    def tell(self, done: float, text: str) -> None:
        """`done` from 0 to 1, `text` what is being done. Raises Cancelled where the person cancelled."""
        if self.cancelled():
            raise Cancelled

    def cancelled(self) -> bool:
        return False


Tell = Callable[[float, str], None]
