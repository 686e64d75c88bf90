"""Which columns the network reads, and as what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.data.column import Column
from engine.data.feature.base import Feature, InputFeature, RowFeature
from engine.data.feature.table import FEATURES, inferred
from engine.data.settings import CLASS, DataSettings
from engine.errors import DataError


@dataclass(frozen=True)
class Chosen:
    """The columns to read.

    Attributes:
        row: those that stand side by side in one row of numbers.
        own: those that are an input of their own.
        notes: sentences on the others that nobody told to leave out.
    """

    row: list[tuple[Column, RowFeature]]
    own: list[tuple[Column, InputFeature]]
    notes: list[str]

    @property
    def single(self) -> InputFeature | None:
        """The feature of the only input, where that is a column of its own."""
        return self.own[0][1] if len(self.own) == 1 and not self.row else None


def chosen(settings: DataSettings, columns: Sequence[Column]) -> Chosen:
    """The columns that are no targets and can be used, or those that the settings name.

    DataError where nothing remains to learn from.
    """
    barred = {*(settings.targets or (settings.split.alike,)), *((CLASS,) if settings.of_files else ())}
    picked = Chosen([], [], [])
    for column in columns:
        told = settings.told(column.name)
        if column.name in barred or (settings.inputs and column.name not in settings.inputs):
            continue
        _sort(column, told, picked)
    if not picked.row and not picked.own:
        raise DataError("No column is left to learn from", field="ignored", hint="Use at least one number or category")
    picked.own.sort(key=lambda one: FEATURES.index(type(one[1])))
    return picked


def _sort(column: Column, told: Feature | None, picked: Chosen) -> None:
    """Puts a column where it belongs."""
    if isinstance(told, InputFeature):
        picked.own.append((column, told))
    elif told is None or isinstance(told, RowFeature):
        reason = _unused(column, told)
        feature = told or inferred(column)
        if reason or feature is None:
            picked.notes.append(f"{column.name} is not used: {reason}")
        else:
            picked.row.append((column, feature))


def _unused(column: Column, told: Feature | None) -> str:
    if not column.distinct:
        return "it is empty in every row"
    if column.role == "constant":
        return f"it is {column.examples[0]} in every row"
    if told is not None:
        return ""
    return {
        "text": "it is free text",
        "identifier": "it only names or numbers the rows",
    }.get(column.role, "")
