"""Values of one setting with which a layer fits what it reads: the nearest number, another choice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, get_args, get_origin

from engine.analysis.shapes import Read, given
from engine.errors import ShapeError
from engine.layers.base import Layer
from engine.layers.shape.shaping import Reshape
from engine.shapes import Shape

NEAR = 40  # how far from a number another is tried
UNSEEN = frozenset({"kind", "id", "name", "inputs", "shares", "note", "activation", "layers"})


def settings_that_fit(layer: Layer, read: Read) -> Iterator[tuple[str, dict[str, object]]]:
    """Text of the button and the setting to change, for every setting of which a value fits."""
    strange = layer.accepts and any(shape.names not in layer.accepts for shape in read)
    if strange or not layer.arity[0] <= len(read) <= layer.arity[1]:
        return
    if isinstance(layer, Reshape):
        for sizes in reshapes(layer, read[0]):
            yield "sizes", {"sizes": sizes}
        return
    error = given(layer, read)
    named = error.field if isinstance(error, ShapeError) else ""
    for name, field in type(layer).model_fields.items():
        if name in UNSEEN or (named and name != named and type(getattr(layer, name)) is int):
            continue  # another number helps only where the error names it, or none
        for value in _values(getattr(layer, name), field.annotation, read):
            if isinstance(given(_with(layer, name, value), read), Shape) and _with(layer, name, value) != layer:
                yield name, {name: value}
                break


def in_words(layer: Layer, name: str, value: object) -> str:
    """The button: "Set window to 8"."""
    title = (type(layer).model_fields[name].title or name).lower()
    if isinstance(value, bool):
        return f"Switch {title} {'on' if value else 'off'}"
    if isinstance(value, tuple):
        return f"Set {title} to {' × '.join(f'{size:,}' for size in value)}"
    return f"Set {title} to {value:,}" if isinstance(value, int) else f"Set {title} to {value}"


def reshapes(layer: Reshape, read: Shape) -> Iterator[tuple[int, ...]]:
    """Sizes that hold as many numbers as come in, nearest to those that are set."""
    for index in reversed(range(len(layer.sizes))):
        others = [size for place, size in enumerate(layer.sizes) if place != index]
        rest = read.count
        for size in others:
            rest = rest // size if rest % size == 0 else 0
        if rest:
            yield (*layer.sizes[:index], rest, *layer.sizes[index + 1 :])
            return
    if len(layer.sizes) == 3:
        yield picture_sizes(read.count)
    elif len(layer.sizes) == 2:
        yield picture_sizes(read.count)[1:]
    else:
        yield (read.count,)


def picture_sizes(count: int) -> tuple[int, int, int]:
    """One channel, height and width of a picture of `count` numbers, as square as can be."""
    height = next(size for size in range(int(count**0.5), 0, -1) if count % size == 0)
    return 1, height, count // height


def _values(value: object, annotation: object, read: Read) -> Iterable[object]:
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        sizes = [size for shape in read for size in (*shape.sizes, shape.vocabulary) if size]
        near = [other for step in range(1, NEAR) for other in (value - step, value + step)]
        return [*near, *sorted(sizes, key=lambda size: abs(size - value))]
    if get_origin(annotation) is Literal:
        return [choice for choice in get_args(annotation) if choice != value]
    return ()


def _with(layer: Layer, name: str, value: object) -> Layer:
    try:
        return layer.changed(**{name: value})
    except ValueError:
        return layer
