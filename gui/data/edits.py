"""Edits of the data settings, each one step of undo. The network stays as it is: analysis says what no longer fits."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import QCoreApplication

from engine.settings import TableData
from gui.data.role_header import Role
from gui.document import Document


def change_data(document: Document, field: str, value: Any) -> str:
    """Sets one field of the data settings. Why it is refused, or ""."""
    data = document.project.data
    if data is None:
        return ""
    try:
        changed = data.changed(**{field: value})
    except ValidationError as error:
        return error.errors()[0]["msg"]
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
        return error.errors()[0]["msg"]
    if split.validation + split.test > 0.9:
        return QCoreApplication.translate("edits", "Leave at least a tenth to train on")
    _edit(document, field, data.changed(split=split))
    return ""


def change_role(document: Document, column: str, role: Role, inferred: str) -> None:
    """How a column of a table is read; "target" makes it the one to predict."""
    data = document.project.data
    if not isinstance(data, TableData):
        return
    if role == "target":
        change_data(document, "target", column)
        return
    ignored = tuple(name for name in data.ignored if name != column)
    roles = {name: kept for name, kept in data.roles.items() if name != column}
    if role == "ignore" and inferred in ("number", "category"):
        ignored = (*ignored, column)
    elif role in ("number", "category") and role != inferred:
        roles[column] = role
    _edit(document, column, data.changed(ignored=ignored, roles=roles))


def _edit(document: Document, what: str, data: Any) -> None:
    words = QCoreApplication.translate("edits", "Set {0}").format(what.replace("_", " "))
    document.edit(words, document.project.changed(data=data), merge=f"data.{what}")
