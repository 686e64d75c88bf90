"""Data settings in few words, by the fields that formats 1 to 4 had: what comes up from them is what tests ask for."""

from __future__ import annotations

from typing import Any

from engine.data.feature.picture import Picture
from engine.data.feature.text import Text
from engine.data.older import data_from_4
from engine.data.settings import DataSettings


def table_data(path: object, target: str = "", **values: Any) -> DataSettings:
    """Rows of a file: target, more_targets, ignored, roles, answer, and what is set of pictures and texts."""
    return _new({"kind": "table", "path": str(path), "target": target, **values})


def picture_data(path: object, **values: Any) -> DataSettings:
    """Class folders of pictures: width, height, colour, answer."""
    return _new({"kind": "images", "path": str(path), **values})


def text_data(path: object, **values: Any) -> DataSettings:
    """Class folders of texts, or a column of a table: column, target, vocabulary, length, keep, answer."""
    return _new({"kind": "text", "path": str(path), **values})


def picture_of(data: DataSettings | None, column: str = "picture") -> Picture:
    """What is set of a column of pictures."""
    assert data is not None
    told = data.told(column)
    assert isinstance(told, Picture)
    return told


def text_of(data: DataSettings | None, column: str = "text") -> Text:
    """What is set of a column of texts."""
    assert data is not None
    told = data.told(column)
    assert isinstance(told, Text)
    return told


def with_text(data: DataSettings, column: str = "text", **values: Any) -> DataSettings:
    """Other settings of a column of texts."""
    return data.with_column(column, text_of(data, column).changed(**values))


def kinds_of(data: DataSettings | None) -> dict[str, str]:
    """What columns are said to hold."""
    assert data is not None
    return {name: told.kind for name, told in data.columns.items()}


def _new(document: dict[str, Any]) -> DataSettings:
    return DataSettings.model_validate(data_from_4(document))
