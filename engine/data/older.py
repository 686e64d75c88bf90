"""Data settings of project formats 1 to 4, which had three kinds: tables, folders of pictures, and texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]


def data_from_4(document: Mapping[str, Any]) -> Document:
    """The same data as rows of typed columns. What is not as format 4 has it is left as it is, and refused later."""
    makers = {"table": _table, "images": _pictures, "text": _texts}
    make = makers.get(document.get("kind", "table"))
    return dict(document) if make is None else make(document)


def _table(old: Mapping[str, Any]) -> Document:
    targets = [old.get("target", ""), *_names(old, "more_targets")]
    itself = old.get("answer") == "itself"
    columns = {name: _told(role, old) for name, role in old.get("roles", {}).items()}
    columns |= {name: {"kind": "ignore"} for name in _names(old, "ignored") if itself or name not in targets}
    if itself:
        columns |= {name: {"kind": "ignore"} for name in targets if name}
    scaled = {"scale_target": old["scale_target"]} if "scale_target" in old else {}
    return {**_common(old, "table"), "columns": columns, "targets": [] if itself else targets, **scaled}


def _told(role: Any, old: Mapping[str, Any]) -> Document:
    if role == "picture":
        return {"kind": role, **_some(old, width="picture_width", height="picture_height", colour="picture_colour")}
    if role == "text":
        return {"kind": role, "length": 100, **_some(old, vocabulary="vocabulary", length="length")}
    return {"kind": role}


def _pictures(old: Mapping[str, Any]) -> Document:
    picture = {"kind": "picture", **_some(old, width="width", height="height", colour="colour")}
    new = {**_common(old, "pictures"), "columns": {"picture": picture}}
    return _without_targets(new, "class") if old.get("answer") == "itself" else {**new, "targets": ["class"]}


def _texts(old: Mapping[str, Any]) -> Document:
    column, target = old.get("column", ""), old.get("target", "")
    text = {"kind": "text", **_some(old, vocabulary="vocabulary", length="length", keep="keep")}
    if not column:
        new, target = {**_common(old, "texts"), "columns": {"text": text}}, "class"
    else:
        new = {**_common(old, "table"), "columns": {column: text}, "inputs": [column]}
    return _without_targets(new, target) if old.get("answer") == "next word" else {**new, "targets": [target]}


def _without_targets(new: Document, alike: str) -> Document:
    """Nothing is predicted, and the examples are dealt as before: each split gets the classes in proportion."""
    return {**new, "targets": [], "split": {**new.get("split", {}), "alike": alike}}


def _common(old: Mapping[str, Any], kind: str) -> Document:
    split = {"split": dict(old["split"])} if "split" in old else {}
    return {"source": {"path": old.get("path", ""), "kind": kind}, **split}


def _names(old: Mapping[str, Any], field: str) -> list[str]:
    """A list of columns. TypeError where it is another thing."""
    names = old.get(field, [])
    if not isinstance(names, list | tuple):
        raise TypeError(field)
    return list(names)


def _some(old: Mapping[str, Any], **names: str) -> Document:
    """Those of the old fields that are there, by their new names."""
    return {new: old[name] for new, name in names.items() if name in old}
