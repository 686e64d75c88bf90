"""The shapes in which JSON files hold tables: a list of records, a list for each column, and as pandas writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from engine.data.source.base import Guess
from engine.errors import DataError

HINT = 'Choose a file such as [{"size": 3, "kind": "small"}, …] or {"size": [3, …], "kind": ["small", …]}'


class Records(NamedTuple):
    """Rows, each a record where nothing is wrong with it, and what was guessed to get at them."""

    rows: Sequence[Any]
    guesses: tuple[Guess, ...] = ()


def records_in(name: str, document: Any, wanted: str | None) -> Records:
    """The records of a JSON value.

    Args:
        name: of the file, for sentences.
        wanted: name of the list, where there are several; None: the longest.
    """
    if isinstance(document, list):
        return Records(_named_rows(document))
    if not isinstance(document, dict) or not document:
        raise DataError(f"{name} is JSON without records", field="path", hint=HINT)
    if _is_split(document):
        columns = [str(column) for column in document["columns"]]
        return Records([dict(zip(columns, row, strict=False)) for row in document["data"] if isinstance(row, list)])
    values = list(document.values())
    lists = {key: value for key, value in document.items() if isinstance(value, list) and _has_records(value)}
    if lists:
        return _of_lists(name, lists, wanted)
    if all(isinstance(value, list) for value in values):
        return Records(_of_columns(name, document))
    if all(isinstance(value, dict) for value in values):
        return Records(_of_indexed_columns(document))
    return Records([document])


def _has_records(rows: Sequence[Any]) -> bool:
    return any(isinstance(row, dict) for row in rows)


def _is_split(document: Mapping[str, Any]) -> bool:
    """As pandas writes it: names, then rows."""
    columns, rows = document.get("columns"), document.get("data")
    return isinstance(columns, list) and isinstance(rows, list) and not _has_records(rows)


def _of_lists(name: str, lists: Mapping[str, Sequence[Any]], wanted: str | None) -> Records:
    if wanted is not None:
        if wanted not in lists:
            hint = f"Choose one of {', '.join(lists)}"
            raise DataError(f"{name} has no list {wanted} of records", field="path", hint=hint)
        return Records(lists[wanted])
    longest = max(lists, key=lambda key: len(lists[key]))
    if len(lists) == 1:
        return Records(lists[longest])
    others = ", ".join(f"{key} ({len(rows):,})" for key, rows in lists.items() if key != longest)
    reason = f"it is the longest list of records ({len(lists[longest]):,}); the others are {others}"
    return Records(lists[longest], (Guess("records", longest, reason),))


def _named_rows(rows: Sequence[Any]) -> Sequence[Any]:
    """Lists as rows of columns that have no names."""
    if not rows or not all(isinstance(row, list) for row in rows):
        return rows
    return [{f"column {place}": value for place, value in enumerate(row, 1)} for row in rows]


def _of_columns(name: str, columns: Mapping[str, Sequence[Any]]) -> Sequence[Any]:
    lengths = {key: len(values) for key, values in columns.items()}
    if len(set(lengths.values())) > 1:
        (first, one), *_ = lengths.items()
        other = next(key for key in lengths if lengths[key] != one)
        said = f"{name} has columns of different lengths: {first} has {one:,} values and {other} has {lengths[other]:,}"
        raise DataError(said, field="path", hint="Make them equally long")
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _of_indexed_columns(columns: Mapping[str, Mapping[str, Any]]) -> Sequence[Any]:
    """As pandas writes them by default, {"size": {"0": 3, "1": 5}}; or records by their names."""
    first = next(iter(columns.values()))
    if any(isinstance(value, (dict, list)) for value in first.values()):
        return [columns]
    if len(first) >= len(columns) or all(key.isdecimal() for key in first):
        keys = dict.fromkeys(key for values in columns.values() for key in values)
        return [{name: values.get(key) for name, values in columns.items()} for key in keys]
    return list(columns.values())
