"""Categories that have an order, low < medium < high: one number, the place in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from engine.data.column import Column, counted, natural
from engine.data.feature.base import Document, Fitted, Indexes, RowFeature
from engine.data.rows import is_missing

if TYPE_CHECKING:
    from engine.data.feature.vectors import Cells

ORDERS = (
    ("very low", "low", "medium", "high", "very high"),
    ("very bad", "bad", "poor", "fair", "average", "good", "very good", "excellent"),
    ("never", "rarely", "sometimes", "often", "always"),
    ("none", "mild", "moderate", "severe"),
    ("xxs", "xs", "s", "m", "l", "xl", "xxl"),
    ("tiny", "small", "medium", "large", "huge"),
    ("first", "second", "third", "fourth", "fifth"),
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    (
        *("january", "february", "march", "april", "may", "june", "july"),
        *("august", "september", "october", "november", "december"),
    ),
    ("strongly disagree", "disagree", "neutral", "agree", "strongly agree"),
)  # known ones, by lower letters


class Ordered(RowFeature):
    """One of several names that have an order."""

    title: ClassVar[str] = "ordered"

    kind: Literal["ordered"] = "ordered"
    order: Annotated[
        tuple[str, ...],
        Field(title="Order", description="The names from first to last; none: a usual order, or by number and letter"),
    ] = ()

    @classmethod
    def suits(cls, column: Column) -> bool:
        names = {name.lower() for name in column.examples}
        return 3 <= column.distinct == len(names) and any(names <= set(order) for order in ORDERS)

    def fit(self, column: Column, cells: Cells, train: Indexes) -> Fitted:
        present = [cell for cell in cells.series.gather(train).str.strip_chars().to_list() if not is_missing(cell)]
        order = list(self.order) or _usual(sorted(set(present)))
        known = set(order)
        strange = sum(cell not in known for cell in present)
        places = np.array([order.index(cell) for cell in present if cell in known] or [0], dtype=np.float64)
        incomplete = len(present) - strange < len(train)
        document: Document = {
            "column": column.name,
            "kind": self.kind,
            "order": order,
            "mean": float(places.mean()),
            "deviation": float(places.std()) or 1.0,
            "missing": incomplete,
        }
        said = f"{counted(strange, 'value')} of {column.name} not in its order: taken as missing"
        notes = [said] if strange else []
        names = (column.name, f"{column.name} is missing")[: 1 + incomplete]
        return Fitted(document, names, tuple(notes))

    @staticmethod
    def encode_cells(document: Mapping[str, Any], cells: Sequence[str]) -> NDArray[np.float32]:
        places = {name: float(place) for place, name in enumerate(document["order"])}
        found = np.array([places.get(cell, np.nan) for cell in cells], dtype=np.float64)
        unknown = np.isnan(found)
        scaled = np.where(unknown, 0.0, (found - document["mean"]) / document["deviation"])
        return np.stack([scaled, unknown] if document["missing"] else [scaled], axis=1).astype(np.float32)


def _usual(names: Sequence[str]) -> list[str]:
    """In an order that is known, else by number and letter."""
    for order in ORDERS:
        if all(name.lower() in order for name in names):
            return sorted(names, key=lambda name: order.index(name.lower()))
    return sorted(names, key=natural)
