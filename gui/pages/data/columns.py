"""What a column is read as, and what it can be read as."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from engine.data.column import Column
from engine.data.feature.base import Feature
from engine.data.feature.table import kinds
from engine.data.settings import DataSettings
from gui.pages.data.edits import INFERRED, MORE, TARGET


def role_of(data: DataSettings, name: str, inferred: str) -> str:
    """How a column is read now: a kind of feature, TARGET or MORE."""
    if name in data.targets:
        return TARGET if name == data.targets[0] else MORE
    told = data.told(name)
    if (not data.targets and name == data.split.alike) or (data.inputs and name not in data.inputs):
        return "ignore"
    return told.kind if told is not None else inferred if inferred in INFERRED else "ignore"


def roles_for(data: DataSettings, column: Column) -> tuple[str, ...]:
    """How a column can be read: cells of numbers name no pictures and hold no texts."""
    told = data.told(column.name)
    barred = (
        ("picture", "text", "date") if column.decimal and (told is None or told.kind not in ("picture", "text")) else ()
    )
    found = [kind for kind in kinds() if kind not in barred]
    return (*found, TARGET, MORE) if data.targets else (*found, TARGET)


def word_of(role: str) -> str:
    """What people call it."""
    words = {
        "number": QCoreApplication.translate("roles", "number"),
        "category": QCoreApplication.translate("roles", "category"),
        "ordered": QCoreApplication.translate("roles", "ordered"),
        "date": QCoreApplication.translate("roles", "date"),
        "picture": QCoreApplication.translate("roles", "picture"),
        "text": QCoreApplication.translate("roles", "text"),
        "ignore": QCoreApplication.translate("roles", "not used"),
        TARGET: QCoreApplication.translate("roles", "to predict"),
        MORE: QCoreApplication.translate("roles", "to predict too"),
    }
    known: dict[str, type[Feature]] = kinds()
    return words.get(role) or known[role].title
