"""What two runs have different, and what came of it, as plain rows.

It walks the two frozen projects by the fields that their classes declare and knows none of them by name, so that a new
setting or layer kind is compared as soon as it is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from engine.layers import Block
from engine.layers.base import Layer
from engine.network import Network
from engine.paths import joined
from engine.project import Project
from engine.record.events import KnobTurned
from engine.record.files import RunStatus
from engine.runs.folder import RunFolder

Kind = Literal["changed", "added", "removed", "moved"]
NONE, KNOBS = "–", "live knobs"
IDENTITY = frozenset({"id", "origins"})  # says which project it is, not how it trains
UNCOMPARED = frozenset({"name", "data", "message", "project", "file", "machine", "work"})  # of a status


@dataclass(frozen=True)
class Row:
    """One difference, or one result of both.

    Attributes:
        where: "data", "training", "network" or the path of a layer in it, "block.conv2d"; of what was turned while a
            run went on "live knobs"; of results "result".
        what: the setting's title, "Batch size", "optimizer: Learning rate"; of a layer that is added, removed or moved
            its kind's name.
        before, after: as text; "–" where one has no such thing.
    """

    where: str
    what: str
    before: str
    after: str
    kind: Kind = "changed"


@dataclass(frozen=True)
class Comparison:
    """Two runs beside each other.

    Attributes:
        changes: data first, then the network top to bottom, then training, then live knobs by step; empty where they
            are the same.
        results: all measures that one of them has, the same or not.
    """

    changes: tuple[Row, ...]
    results: tuple[Row, ...]


def compare(before: Path, after: Path) -> Comparison:
    """Two runs' folders. FileError where one cannot be read."""
    first, second = RunFolder(before), RunFolder(after)
    old, new = first.status(), second.status()
    changes = list(_contents(old, new))
    changes += project_changes(first.project(), second.project())
    changes += knob_changes(first.knobs(), second.knobs())
    return Comparison(tuple(changes), tuple(_results(old, new)))


def project_changes(before: Project, after: Project) -> list[Row]:
    """Which settings, layers and data of two projects differ."""
    rows = []
    for name in [field for field in Project.model_fields if field not in IDENTITY]:
        old, new = getattr(before, name), getattr(after, name)
        if isinstance(old, Network) and isinstance(new, Network):
            rows += list(_stack_changes("", old.layers, new.layers))
        else:
            rows += list(_value_changes(name, leaves(old), leaves(new)))
    return rows


def knob_changes(before: Sequence[KnobTurned], after: Sequence[KnobTurned]) -> list[Row]:
    """Knobs that were turned at some step in one of two runs, and not to the same value in the other."""
    old, new = _turns(before), _turns(after)
    places = sorted({**old, **new}, key=lambda place: place[0])
    shown = [{_turned(place): turns.get(place, NONE) for place in places} for turns in (old, new)]
    return list(_value_changes(KNOBS, shown[0], shown[1]))


def leaves(value: Any, prefix: str = "") -> dict[str, str]:
    """Every setting inside a value by its title, as text: {"optimizer: Learning rate": "0.001"}."""
    if isinstance(value, BaseModel):
        found: dict[str, str] = {}
        for name, field in type(value).model_fields.items():
            found |= leaves(getattr(value, name), _joined(prefix, field.title or name.replace("_", " ")))
        return found
    if isinstance(value, Mapping):
        return {key: text for name, one in value.items() for key, text in leaves(one, _joined(prefix, name)).items()}
    if isinstance(value, tuple | list) and any(isinstance(one, BaseModel) for one in value):
        titles = [getattr(one, "title", "") for one in value]
        told_apart = all(titles) and len({*titles}) == len(titles)
        names = titles if told_apart else map(str, range(1, len(value) + 1))
        return leaves(dict(zip(names, value, strict=True)), prefix)
    return {prefix: _text(value)}


def _turns(knobs: Sequence[KnobTurned]) -> dict[tuple[int, str, str], str]:
    """What each knob was turned to by step, name and layer; of several turns at one step the last one holds."""
    return {(knob.step, knob.name, knob.layer): _text(knob.value) for knob in knobs}


def _turned(place: tuple[int, str, str]) -> str:
    """ "Learning rate at step 1,200", "Frozen at step 40: block.dense"."""
    step, name, layer = place
    words = f"{name.replace('_', ' ').capitalize()} at step {step:,}"
    return f"{words}: {layer}" if layer else words


def _stack_changes(path: str, before: tuple[Layer, ...], after: tuple[Layer, ...]) -> Iterator[Row]:
    """Layers are the same where their ids are; a block's own are looked at inside it."""
    old, new = ({layer.id: layer for layer in layers} for layers in (before, after))
    stay = _in_order([name for name in old if name in new], [name for name in new if name in old])
    for name, layer in new.items():
        where = joined(path, name)
        if name not in old:
            yield Row(where, layer.title, NONE, _described(layer), "added")
            continue
        if name not in stay:
            yield Row(where, layer.title, _place(before, name), _place(after, name), "moved")
        earlier = old[name]
        yield from _value_changes(where, _own(earlier), _own(layer))
        yield from _stack_changes(where, tuple(earlier.inside), tuple(layer.inside))
    for name, layer in old.items():
        if name not in new:
            yield Row(joined(path, name), layer.title, _described(layer), NONE, "removed")


def _value_changes(where: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Row]:
    for what in {**before, **after}:
        old, new = before.get(what, NONE), after.get(what, NONE)
        if old != new:
            yield Row(where, what, old, new)


def _own(layer: Layer) -> dict[str, str]:
    """Its settings without the layers that stand inside it."""
    return leaves(layer.changed(layers=()) if isinstance(layer, Block) else layer)


def _described(layer: Layer) -> str:
    return f"{layer.label}, {layer.summary()}" if layer.summary() else layer.label


def _place(layers: tuple[Layer, ...], name: str) -> str:
    return f"place {[layer.id for layer in layers].index(name) + 1}"


def _in_order(before: list[str], after: list[str]) -> set[str]:
    """Ids that stand in the same order in both: as many as there can be, so that few are told to have moved."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return {name for block in blocks for name in before[block.a : block.a + block.size]}


def _contents(old: RunStatus, new: RunStatus) -> Iterator[Row]:
    if old.data and new.data and old.data != new.data:
        yield Row("data", "rows, values or split", old.data, new.data)


def _results(old: RunStatus, new: RunStatus) -> Iterator[Row]:
    before, after = (_measures(status) for status in (old, new))
    for what in {**before, **after}:
        yield Row("result", what, before.get(what, NONE), after.get(what, NONE))


def _measures(status: RunStatus) -> dict[str, str]:
    """All that the status holds but names and texts, metrics one by one."""
    found = leaves({name: value for name, value in vars(status).items() if name not in UNCOMPARED})
    return {what.replace("_", " "): text for what, text in found.items() if text != NONE}


def _joined(prefix: str, name: str) -> str:
    return f"{prefix}: {name}" if prefix else name


def _text(value: Any) -> str:
    if value is None or value in ("", ()):
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, tuple | list):
        return ", ".join(_text(one) for one in value)
    return str(value)
