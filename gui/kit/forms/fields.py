"""What a form needs to know of a settings class: types, ranges, titles and units of its fields. No widgets."""

from __future__ import annotations

import math
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from engine.layers.base import Settings


class Shape(Enum):
    """What kind of value a field holds; each has one editor."""

    WHOLE = auto()  # int
    NUMBER = auto()  # float
    YES_NO = auto()  # bool
    ONE_OF = auto()  # Literal of texts
    SOME_OF = auto()  # tuple of Literals
    NUMBERS = auto()  # tuple of ints or floats
    TEXT = auto()  # str
    TEXTS = auto()  # tuple of strs
    SETTINGS = auto()  # one Settings class
    KINDS = auto()  # one of several Settings classes, told apart by `kind`


@dataclass(frozen=True)
class FieldSpec:
    """One field of a settings class.

    Attributes:
        optional: None is allowed too.
        off: 0 means that there is none of it, and reads "off".
        low, high: inclusive unless the `open_` flag says otherwise; infinite where there is no limit.
        options: the texts to choose from, for ONE_OF and SOME_OF.
        whole: for NUMBERS, ints only; its limits are those of each number.
        classes: for SETTINGS and KINDS.
        titled: the class gives it a title of its own; only such fields stand in a form unless named.
    """

    name: str
    shape: Shape
    title: str
    about: str = ""
    unit: str = ""
    optional: bool = False
    off: bool = False
    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False
    options: tuple[str, ...] = ()
    whole: bool = False
    classes: tuple[type[Settings], ...] = field(default=())
    titled: bool = False

    @property
    def limits(self) -> str:
        """The range in words: "1 to 1,000,000", "above 0"; "" where there is none."""
        low = f"above {self.low:,g}" if self.open_low else f"{self.low:,.10g}"
        high = f"below {self.high:,g}" if self.open_high else f"{self.high:,.10g}"
        if math.isinf(self.low) and math.isinf(self.high):
            return ""
        if math.isinf(self.high):
            return low if self.open_low else f"{low} or more"
        if math.isinf(self.low):
            return high if self.open_high else f"at most {high}"
        return f"{low} to {high}"

    def fits(self, value: float) -> bool:
        """Within the limits."""
        above = value > self.low if self.open_low else value >= self.low
        below = value < self.high if self.open_high else value <= self.high
        return above and below


def described(settings: type[Settings], only: Sequence[str] | None = None) -> tuple[FieldSpec, ...]:
    """The fields of a class that a form shows: those named in `only`, in that order, else all that have a title.

    Lists of settings (the layers in a block) are not a form's business and left out. TypeError where a field's type has
    no editor.
    """
    fields = settings.model_fields
    if only is not None:
        return tuple(_spec(name, fields[name]) for name in only)
    return tuple(_spec(name, info) for name, info in fields.items() if info.title and not _is_list(info))


def _is_list(info: FieldInfo) -> bool:
    """A tuple of settings."""
    if get_origin(info.annotation) is not tuple:
        return False
    members = _members(_plain(get_args(info.annotation)[0], [])[0])
    return all(isinstance(member, type) and issubclass(member, Settings) for member in members)


def _spec(name: str, info: FieldInfo) -> FieldSpec:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    annotation, metadata = _plain(info.annotation, info.metadata)
    optional = False
    members = _members(annotation)
    if type(None) in members:
        optional = True
        annotation, metadata = _union([m for m in members if m is not type(None)], metadata)
    shape, details = _shape(annotation, name)
    return FieldSpec(
        name,
        shape,
        title=info.title or name.replace("_", " ").capitalize(),
        about=info.description or "",
        unit=str(extra.get("unit", "")),
        optional=optional,
        off=bool(extra.get("off", False)),
        titled=bool(info.title),
        **_limits(metadata),
        **details,
    )


def _shape(annotation: Any, name: str) -> tuple[Shape, dict[str, Any]]:
    simple = {bool: Shape.YES_NO, int: Shape.WHOLE, float: Shape.NUMBER, str: Shape.TEXT}
    if annotation in simple:
        return simple[annotation], {}
    if get_origin(annotation) is Literal:
        return Shape.ONE_OF, {"options": get_args(annotation)}
    if get_origin(annotation) is tuple:
        return _tuple_shape(annotation, name)
    classes = tuple(_plain(member, [])[0] for member in _members(annotation))
    if classes and all(isinstance(member, type) and issubclass(member, Settings) for member in classes):
        return Shape.SETTINGS if len(classes) == 1 else Shape.KINDS, {"classes": classes}
    raise TypeError(f"no editor for {name}: {annotation}")


def _tuple_shape(annotation: Any, name: str) -> tuple[Shape, dict[str, Any]]:
    items = {_plain(item, [])[0] for item in get_args(annotation) if item is not Ellipsis}
    if items <= {int, float} and items:
        said = [entry for item in get_args(annotation) if item is not Ellipsis for entry in _plain(item, [])[1]]
        return Shape.NUMBERS, {"whole": items == {int}, **_limits(said)}
    if items == {str}:
        return Shape.TEXTS, {}
    item = next(iter(items))
    if len(items) == 1 and get_origin(item) is Literal:
        return Shape.SOME_OF, {"options": get_args(item)}
    raise TypeError(f"no editor for {name}: {annotation}")


def _plain(annotation: Any, metadata: Sequence[Any]) -> tuple[Any, list[Any]]:
    """The type inside Annotated, and all that was said of it."""
    said = list(metadata)
    while get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        said += [entry for info in more for entry in (info.metadata if isinstance(info, FieldInfo) else [info])]
    return annotation, said


def _members(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)


def _union(members: list[Any], metadata: list[Any]) -> tuple[Any, list[Any]]:
    if len(members) == 1:
        return _plain(members[0], metadata)
    return reduce(or_, members), metadata


def _limits(metadata: Sequence[Any]) -> dict[str, Any]:
    return dict(pair for entry in metadata for pair in _limit(entry))


def _limit(entry: Any) -> Iterator[tuple[str, float | bool]]:
    """Limits of numbers; pydantic has checked that they are some."""
    if isinstance(entry, Ge):
        yield "low", cast("float", entry.ge)
    elif isinstance(entry, Gt):
        yield from (("low", cast("float", entry.gt)), ("open_low", True))
    elif isinstance(entry, Le):
        yield "high", cast("float", entry.le)
    elif isinstance(entry, Lt):
        yield from (("high", cast("float", entry.lt)), ("open_high", True))
