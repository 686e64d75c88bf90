"""Edits of the data settings, each one step of undo. The network stays as it is: analysis says what no longer fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from PySide6.QtCore import QCoreApplication

from engine.data.feature.base import Feature
from engine.data.feature.table import feature_of
from engine.data.settings import DataSettings
from gui.document import Document
from gui.kit.forms import refusal

if TYPE_CHECKING:
    from engine.data.findings import Cure

INFERRED = ("number", "category")  # what a column is read as without being told to
TARGET, MORE = "target", "more"  # roles beside the kinds of features: to predict, to predict too


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


def change_column(document: Document, column: str, told: Feature, field: str, value: Any) -> str:
    """Sets one field of what a column holds, which is `told` now. Why it is refused, or ""."""
    data = document.project.data
    if data is None:
        return ""
    try:
        changed = data.with_column(column, told.changed(**{field: value}))
    except ValidationError as error:
        return refusal(error)
    _edit(document, f"{column} {field}", changed)
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


def apply_cure(document: Document, cure: Cure) -> None:
    """One click of what was found."""
    data = document.project.data
    if data is not None:
        document.edit(cure.text, document.project.changed(data=cure.apply(data)))


def move_source(document: Document, path: str) -> None:
    """The same data is elsewhere now."""
    data = document.project.data
    if data is not None:
        _edit(document, "path", data.at(path))


def ask_for_itself(document: Document) -> None:
    """Nothing is predicted but the inputs themselves, or of texts the next words."""
    data = document.project.data
    if data is not None:
        _edit(document, "targets", data.without_targets())


def change_role(document: Document, column: str, role: str, inferred: str) -> None:
    """How a column is read: a kind of feature; TARGET makes it the one to predict, MORE one that is predicted too."""
    data = document.project.data
    if data is None:
        return
    if role == TARGET:
        data = data.with_targets(column, *(name for name in data.targets[1:] if name != column))
    elif role == MORE:
        data = data.with_targets(*(name for name in data.targets if name != column), column)
    elif role == "ignore" and data.targets == (column,):
        return  # something has to be predicted
    else:
        seen = inferred if inferred in INFERRED else "ignore"  # what it is without a word
        data = data.read_as(column, None if role == seen else feature_of({"kind": role}))
    _edit(document, column, data)


def add_target(document: Document, column: str) -> None:
    """Predicts a column too."""
    data = document.project.data
    if data is not None and column not in data.targets:
        change_role(document, column, MORE, "")


def drop_target(document: Document, column: str) -> None:
    """No longer predicts a further column; it is read as any other."""
    data = document.project.data
    if data is not None:
        left = tuple(name for name in data.targets if name != column)
        _edit(document, column, data.changed(targets=left))


def _edit(document: Document, what: str, data: DataSettings) -> None:
    words = QCoreApplication.translate("edits", "Set {0}").format(what.replace("_", " "))
    document.edit(words, document.project.changed(data=data), merge=f"data.{what}")
