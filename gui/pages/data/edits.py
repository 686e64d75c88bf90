"""Edits of the data settings, each one step of undo. The network stays as it is: analysis says what no longer fits."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import QCoreApplication

from engine.settings import TableData
from gui.document import Document
from gui.kit.forms import refusal
from gui.pages.data.head_box import Role

INFERRED = ("number", "category")  # what a column is read as without being told to


def change_data(document: Document, field: str, value: Any) -> str:
    """Sets one field of the data settings. Why it is refused, or ""."""
    data = document.project.data
    if data is None:
        return ""
    try:
        changed = data.changed(**{field: value})
    except ValidationError as error:
        return refusal(error)
    _edit(document, field, changed)
    return ""


def change_split(document: Document, field: str, value: Any) -> str:
    """Sets one field of the split. Why it is refused, or ""."""
    data = document.project.data
    if data is None:
        return ""
    try:
        split = data.split.changed(**{field: value})
    except ValidationError as error:
        return refusal(error)
    if split.validation + split.test > 0.9:
        return QCoreApplication.translate("edits", "Leave at least a tenth to train on")
    _edit(document, field, data.changed(split=split))
    return ""


def change_role(document: Document, column: str, role: Role, inferred: str) -> None:
    """How a column of a table is read; "target" makes it the one to predict, "more" one that is predicted too."""
    data = document.project.data
    if not isinstance(data, TableData):
        return
    first, more = _targets(data, column, role)
    ignored = tuple(name for name in data.ignored if name != column)
    roles = {name: kept for name, kept in data.roles.items() if name != column}
    if role == "ignore" and inferred in INFERRED:
        ignored = (*ignored, column)
    elif role in ("picture", "text") or (role in ("number", "category") and role != inferred):
        roles[column] = role
    elif role in ("target", "more") and data.roles.get(column) in INFERRED:
        roles[column] = data.roles[column]
    _edit(document, column, data.changed(target=first, more_targets=more, ignored=ignored, roles=roles))


def add_target(document: Document, column: str) -> None:
    """Predicts a column too."""
    data = document.project.data
    if isinstance(data, TableData) and column not in (data.target, *data.more_targets):
        change_role(document, column, "more", "")


def drop_target(document: Document, column: str) -> None:
    """No longer predicts a further column; it is read as any other."""
    data = document.project.data
    if isinstance(data, TableData):
        left = tuple(name for name in data.more_targets if name != column)
        _edit(document, column, data.changed(more_targets=left))


def _targets(data: TableData, column: str, role: Role) -> tuple[str, tuple[str, ...]]:
    """The first target and the further ones; where the first gets another role, the next one takes its place."""
    others = tuple(name for name in data.more_targets if name != column)
    if role == "target":
        return column, others
    if column == data.target:
        return (others[0], others[1:]) if others else (data.target, ())
    return data.target, (*others, column) if role == "more" else others


def _edit(document: Document, what: str, data: Any) -> None:
    words = QCoreApplication.translate("edits", "Set {0}").format(what.replace("_", " "))
    document.edit(words, document.project.changed(data=data), merge=f"data.{what}")
