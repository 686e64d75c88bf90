"""What kind of problem it is that a layer does not fit what it reads, and a few words for its card."""

from __future__ import annotations

from collections.abc import Sequence

from engine.analysis.kinds import PROBLEMS
from engine.errors import ShapeError
from engine.layers.base import Layer
from engine.layers.join.joining import joined_axis
from engine.shapes import Shape

ROOM = 36  # characters of a card's line
BY_FIELD = {
    "vocabulary": "vocabulary",
    "groups": "groups",
    "heads": "heads",
    "rotary": "rotary",
    "sizes": "reshape",
    "patch": "patch",
    "shares": "shares",
    "start": "slice",
    "stop": "slice",
    "axis": "axis",
    "over": "axis",
    "swap": "axis",
    "inputs": "one_to_join",
}
"""By the setting that an error names."""

BY_LAYER = {"crop": "crop", "pad": "margin", "instance_norm": "norm_of_one"}
"""By how a layer's kind begins, where the setting says too little."""


def kind_of(layer: Layer, error: ShapeError, read: Sequence[Shape]) -> str:
    """Key in PROBLEMS of what a layer finds wrong with the shapes that it reads."""
    if len(read) > layer.arity[1]:
        return "several_read"
    if layer.arity[0] > 1:
        return _joining(read)
    return BY_FIELD.get(error.field) or _values(layer, read) or _axes(layer, read) or _setting(layer, error.field)


def _values(layer: Layer, read: Sequence[Shape]) -> str:
    if layer.reads == "ids":
        return "embedding_on_numbers"
    return "embedding_missing" if any(shape.values == "ids" for shape in read) else ""


def _setting(layer: Layer, field: str) -> str:
    if field in ("kernel", "size"):
        return "pool_window" if "pool" in layer.kind else "window"
    return next((kind for begin, kind in BY_LAYER.items() if layer.kind.startswith(begin)), "shape")


def brief(kind: str, layer: Layer, read: Sequence[Shape], message: str) -> str:
    """A few words for the card, with both shapes where two clash."""
    got = " and ".join(shape.short for shape in read)
    words = {
        "flat_missing": f"got {got}, not flat",
        "sequence_after_flat": f"got {got}, needs a sequence",
        "sequence_on_picture": f"got a picture {got}",
        "picture_after_flat": f"got {got}, needs a picture",
        "picture_on_sequence": f"got a sequence {got}",
        "embedding_missing": "needs an Embedding above",
        "embedding_on_numbers": "needs words, got numbers",
        "vocabulary": f"data has {read[0].vocabulary:,} words" if read else "",
        "one_to_join": "reads one layer only",
        "several_read": f"reads one layer, got {len(read)}",
        "window": f"window beyond {got}",
        "pool_window": f"window beyond {got}",
    }
    if kind in ("channel_mismatch", "feature_mismatch", "size_mismatch", "axes_mismatch"):
        return f"got {got}"
    said = message.removeprefix(f"{layer.label} ")
    return words.get(kind) or (said if len(said) <= ROOM else PROBLEMS[kind].title)


def _joining(read: Sequence[Shape]) -> str:
    if len(read) < 2:
        return "one_to_join"
    if any(shape.values == "ids" for shape in read):
        return "embedding_missing"
    first = read[0]
    other = next((shape for shape in read[1:] if shape.axes != first.axes), first)
    if other.names != first.names:
        return "axes_mismatch"
    axis = joined_axis(first)
    if other.without([axis]) != first.without([axis]):
        return "size_mismatch"
    return "channel_mismatch" if axis == "channel" else "feature_mismatch"


def _axes(layer: Layer, read: Sequence[Shape]) -> str:
    """The kind for axes that a layer cannot read; "" where it can read all."""
    strange = next((shape for shape in read if layer.accepts and shape.names not in layer.accepts), None)
    if strange is None:
        return ""
    wanted = {name for names in layer.accepts for name in names}
    picture = "height" in wanted
    if strange.names == ("feature",):
        return "picture_after_flat" if picture else "sequence_after_flat"
    if "time" in strange.names:
        return "picture_on_sequence" if picture else "flat_missing"
    return "flat_missing" if ("feature",) in layer.accepts else "sequence_on_picture" if "time" in wanted else "shape"
