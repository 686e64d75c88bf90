"""What a column of any kind has: what the person can set of it, and how its cells become what a network reads.

A feature is a frozen value, one class a kind, named in `table`. Two sorts: `RowFeature`s stand side by side in one row
of numbers, the input "table"; each `InputFeature` is an input of its own. What is learned of a column comes from the
training rows alone and is written into the preparation, from which `prepare` makes the same numbers of new rows.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.data import prepare
from engine.data.column import Column
from engine.data.dataset import Tell
from engine.facts import InputFact
from engine.layers.base import Settings

if TYPE_CHECKING:
    import polars as pl

    from engine.data.feature.targets import Answers
    from engine.data.feature.vectors import Cells

Indexes = NDArray[np.int64]
Document = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """One input.

    Attributes:
        take: gives (count, *shape) for indexes of examples, so that large ones are made once.
    """

    fact: InputFact
    take: Callable[[Indexes], NDArray[Any]]


@dataclass(frozen=True)
class InputPart:
    """One input, its part of the preparation, and what was found."""

    entry: Entry
    document: Document
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fitted:
    """What the training rows teach about a column.

    Attributes:
        document: its part of the preparation: "column", "kind" and what `encode` needs.
        names: of the numbers that a cell becomes, in order.
    """

    document: Document
    names: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Given:
    """A column's cells, for a feature that is an input of its own.

    Attributes:
        name: of the input.
        column: as the preparation names it; "" where each row is a file.
        find: gives what a cell names: a path, a picture, or None.
        where: says of the cell at a place in which row it stands: "birds.csv row 7".
    """

    name: str
    column: str
    cells: Sequence[str]
    find: Callable[[str], Any]
    where: Callable[[int], str]


class Held(Protocol):
    """An input's cells as they were read, before it is known which of them are trained on."""

    @property
    def kept(self) -> Indexes:
        """Places of the cells that could be read, ascending."""
        ...

    @property
    def notes(self) -> Sequence[str]:
        """Sentences on the others."""
        ...

    def only(self, places: Indexes) -> Held:
        """Those at these places among the kept ones."""
        ...

    def part(self, train: Indexes, tell: Tell) -> InputPart:
        """The input, prepared by what the examples `train` teach; one example for each kept cell."""
        ...


class Feature(Settings):
    """What a column holds. Its fields are what a person can set.

    Attributes:
        title: for people, in the middle of a sentence: "number".
        is_input: whether a column of it can be read by a network.
    """

    title: ClassVar[str]
    is_input: ClassVar[bool] = True

    kind: str

    @property
    def asked(self) -> tuple[str, ...]:
        """The fields that matter as it is now, in the order of a form."""
        return tuple(name for name, field in type(self).model_fields.items() if field.title)

    @classmethod
    def suits(cls, column: Column) -> bool:
        """Whether a column of new data is proposed as this, by a glance; numbers and categories need no word."""
        return False

    def answers(self, cells: pl.Series, column: Column) -> Answers:
        """The column as a target: its cells are classes, unless the feature says otherwise. DataError."""
        from engine.data.feature.targets import class_answers  # polars takes a moment to load

        return class_answers(cells, column)


class RowFeature(Feature):
    """A column that becomes numbers side by side with those of others.

    `encode_cells` makes them of plain text by what was learned. Its source is put beside exported networks whose data
    has such a column, so it stands alone: it may use what `engine.data.prepare` has at its top, and imports the rest
    itself.
    """

    @classmethod
    def __pydantic_init_subclass__(cls, **values: Any) -> None:
        super().__pydantic_init_subclass__(**values)
        prepare.ENCODERS.setdefault(cls.model_fields["kind"].default, cls.encode_cells)

    @abstractmethod
    def fit(self, column: Column, cells: Cells, train: Indexes) -> Fitted:
        """What the cells of the rows `train` teach."""

    @staticmethod
    @abstractmethod
    def encode_cells(document: Mapping[str, Any], cells: Sequence[str]) -> NDArray[np.float32]:
        """Stripped cells -> (rows, columns), by the document of `Fitted`."""

    def encode(self, document: Document, cells: Cells) -> NDArray[np.float32]:
        """The same of a whole column, to the bit."""
        return self.encode_cells(document, cells.series.str.strip_chars().to_list())


class InputFeature(Feature):
    """A column that is an input of its own."""

    @abstractmethod
    def read(self, given: Given, tell: Tell) -> Held:
        """Its cells, as far as they can be read. DataError where none can."""
