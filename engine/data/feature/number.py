"""Numbers: brought to mean 0 and deviation 1; where one is missing it is the mean, and a column more says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from engine.data import prepare
from engine.data.column import Column
from engine.data.feature.base import Document, Fitted, Indexes, RowFeature

if TYPE_CHECKING:
    import polars as pl

    from engine.data.feature.targets import Answers
    from engine.data.feature.vectors import Cells


class Number(RowFeature):
    """A measure."""

    title: ClassVar[str] = "number"

    kind: Literal["number"] = "number"
    scale: Annotated[
        Literal["deviation", "logarithm"],
        Field(
            title="Scale",
            description="Deviation: mean 0, deviation 1. Logarithm first: where a few values lie far beyond all others",
        ),
    ] = "deviation"

    def fit(self, column: Column, cells: Cells, train: Indexes) -> Fitted:
        from engine.data.feature.fitting import fit_number  # polars takes a moment to load

        return fit_number(column, cells, train, self.scale == "logarithm")

    @staticmethod
    def encode_cells(document: Mapping[str, Any], cells: Sequence[str]) -> NDArray[np.float32]:
        return prepare.number_cells(document, cells)

    def encode(self, document: Document, cells: Cells) -> NDArray[np.float32]:
        return prepare.number_columns(document, cells.numbers(document["decimal"]))

    def answers(self, cells: pl.Series, column: Column) -> Answers:
        from engine.data.feature.targets import number_answers  # as above

        return number_answers(cells, column)
