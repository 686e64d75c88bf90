"""Every feature, one line each: what a column can hold. Of those that suit a column of new data the first is taken."""

from __future__ import annotations

from typing import Any

from pydantic_core import PydanticCustomError

from engine.data.column import Column
from engine.data.feature.base import Feature
from engine.data.feature.category import Category
from engine.data.feature.date import Date
from engine.data.feature.ignored import Ignored
from engine.data.feature.number import Number
from engine.data.feature.ordered import Ordered
from engine.data.feature.picture import Picture
from engine.data.feature.text import Text

FEATURES: list[type[Feature]] = [Number, Category, Ordered, Date, Picture, Text, Ignored]


def kinds() -> dict[str, type[Feature]]:
    """The features by their kind."""
    return {feature.model_fields["kind"].default: feature for feature in FEATURES}


def feature_of(value: Any) -> Feature:
    """A feature, or its document as a project file has it. PydanticCustomError where there is no such kind."""
    if isinstance(value, Feature):
        return value
    kind = value.get("kind") if isinstance(value, dict) else None
    known = kinds()
    if kind not in known:
        named = ", ".join(known)
        raise PydanticCustomError(
            "feature", "a column holds one of {named}, not {kind}", {"named": named, "kind": kind}
        )
    return known[kind].model_validate(value)


def inferred(column: Column) -> Number | Category | None:
    """What a column that nobody said anything of is read as, in every version alike; None where it is not used."""
    return Number() if column.role == "number" else Category() if column.role == "category" else None


def suggested(column: Column) -> Feature | None:
    """What a column of new data is said to hold, where that is more than is inferred; None else."""
    return next((feature.model_validate({}) for feature in FEATURES if feature.suits(column)), None)
