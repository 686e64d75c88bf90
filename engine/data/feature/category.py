"""Categories: a column of ones and zeros for each (one-hot), and one for all rare ones together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from engine.data import prepare
from engine.data.column import Column
from engine.data.feature.base import Document, Fitted, Indexes, RowFeature

if TYPE_CHECKING:
    from engine.data.feature.vectors import Cells


class Category(RowFeature):
    """One of several names."""

    title: ClassVar[str] = "category"

    kind: Literal["category"] = "category"

    def fit(self, column: Column, cells: Cells, train: Indexes) -> Fitted:
        from engine.data.feature.fitting import fit_category  # polars takes a moment to load

        return fit_category(column, cells, train)

    @staticmethod
    def encode_cells(document: Mapping[str, Any], cells: Sequence[str]) -> NDArray[np.float32]:
        return prepare.category_cells(document, cells)

    def encode(self, document: Document, cells: Cells) -> NDArray[np.float32]:
        from engine.data.feature.vectors import places  # as above

        return prepare.category_columns(document, places(cells.series, document["categories"]), cells.missing)
