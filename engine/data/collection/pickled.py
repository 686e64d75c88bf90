"""The few things that CIFAR's python files hold, read from a pickle that is never executed.

Opcodes are read by `pickletools`, which runs nothing. What they may make: dictionaries, lists, tuples, bytes, text,
numbers and arrays of bytes; names of functions are compared, never looked up.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from engine.errors import DataError

ARRAY = ("numpy.core.multiarray _reconstruct", "numpy._core.multiarray _reconstruct")
NAMES = (*ARRAY, "numpy ndarray", "numpy dtype", "_codecs encode")
MOST = 1 << 30  # bytes of a file


class _Name(NamedTuple):
    name: str


class _Kind:
    """A dtype."""

    def __init__(self, name: Any) -> None:
        self.name = name


class _Array:
    """An array that is not filled yet."""

    def __init__(self) -> None:
        self.values: Any = None


class _Mark:
    pass


class _RefusedError(Exception):
    """Something else than what these files hold."""


def read_pickled(path: Path) -> dict[bytes, Any]:
    """A dictionary by bytes, arrays as uint8. DataError where the file holds anything else, or is damaged."""
    try:
        if path.stat().st_size > MOST:
            raise _RefusedError("it is too large")
        found = _run(path.read_bytes())
        if not isinstance(found, dict):
            raise _RefusedError("it holds no dictionary")
        return {name if isinstance(name, bytes) else str(name).encode(): value for name, value in found.items()}
    except (_RefusedError, ValueError, KeyError, IndexError, TypeError, AttributeError, EOFError) as error:
        why = f": {error}" if isinstance(error, _RefusedError) else ""
        said = f"{path.name} is not a file of CIFAR{why}"
        raise DataError(said, field="path", hint="Download it from its authors again; nothing in it was run") from error


def _run(content: bytes) -> Any:
    stack: list[Any] = []
    memo: dict[int, Any] = {}
    for opcode, argument, _ in pickletools.genops(content):
        name = opcode.name
        if name == "STOP":
            return _plain(stack.pop())
        if name in ("PROTO", "FRAME"):
            continue
        if name in ("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"):
            memo[len(memo) if argument is None else int(argument)] = stack[-1]
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            stack.append(memo[int(argument or 0)])
        elif name in VALUES:
            stack.append(VALUES[name](argument))
        elif name in STEPS:
            STEPS[name](stack)
        else:
            raise _RefusedError(f"it wants to do {name.lower()}")
    raise _RefusedError("it has no end")


def _plain(value: Any) -> Any:
    """Without what stands for arrays."""
    if isinstance(value, _Array):
        return value.values
    if isinstance(value, dict):
        return {key: one.values if isinstance(one, _Array) else one for key, one in value.items()}
    return value


def _named(argument: str) -> _Name:
    if argument not in NAMES:
        raise _RefusedError(f"it names {argument}")
    return _Name(argument)


def _global(stack: list[Any]) -> None:
    attribute, module = stack.pop(), stack.pop()
    stack.append(_named(f"{module} {attribute}"))


def _reduce(stack: list[Any]) -> None:
    arguments, what = stack.pop(), stack.pop()
    if not isinstance(what, _Name):
        raise _RefusedError("it calls what has no name")
    if what.name in ARRAY:
        stack.append(_Array())
    elif what.name == "numpy dtype":
        stack.append(_Kind(arguments[0]))
    elif what.name == "_codecs encode" and isinstance(arguments[0], str):
        stack.append(arguments[0].encode("latin-1"))
    else:
        raise _RefusedError(f"it calls {what.name}")


def _build(stack: list[Any]) -> None:
    state, made = stack.pop(), stack[-1]
    if isinstance(made, _Kind):
        return
    if not isinstance(made, _Array) or not isinstance(state[2], _Kind) or state[2].name not in ("u1", b"u1"):
        raise _RefusedError("it has an array of something else than bytes")
    values = state[4] if isinstance(state[4], bytes) else state[4].encode("latin-1")
    made.values = np.frombuffer(values, np.uint8).reshape(state[1], order="F" if state[3] else "C")


def _since_mark(stack: list[Any]) -> list[Any]:
    place = len(stack) - 1
    while not isinstance(stack[place], _Mark):
        place -= 1
        if place < 0:
            raise _RefusedError("it is damaged")
    taken = stack[place + 1 :]
    del stack[place:]
    return taken


def _pairs(taken: list[Any]) -> dict[Any, Any]:
    return dict(zip(taken[::2], taken[1::2], strict=True))


def _last(count: int) -> Callable[[list[Any]], None]:
    def tuple_of(stack: list[Any]) -> None:
        taken = tuple(stack[len(stack) - count :])
        del stack[len(stack) - count :]
        stack.append(taken)

    return tuple_of


def _set_item(stack: list[Any]) -> None:
    value, key = stack.pop(), stack.pop()
    stack[-1][key] = value


def _append(stack: list[Any]) -> None:
    value = stack.pop()
    stack[-1].append(value)


def _appends(stack: list[Any]) -> None:
    taken = _since_mark(stack)
    stack[-1].extend(taken)


def _set_items(stack: list[Any]) -> None:
    taken = _since_mark(stack)
    stack[-1].update(_pairs(taken))


def _old_bytes(argument: str) -> bytes:
    """What was a string in Python 2."""
    return argument.encode("latin-1")


def _as_it_is(argument: Any) -> Any:
    return argument


VALUES: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("STRING", "BINSTRING", "SHORT_BINSTRING"), _old_bytes),
    **dict.fromkeys(("BINBYTES", "SHORT_BINBYTES", "BINBYTES8"), _as_it_is),
    **dict.fromkeys(("UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"), _as_it_is),
    **dict.fromkeys(("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "FLOAT", "BINFLOAT"), _as_it_is),
    "NONE": lambda _: None,
    "NEWTRUE": lambda _: True,
    "NEWFALSE": lambda _: False,
    "MARK": lambda _: _Mark(),
    "EMPTY_DICT": lambda _: {},
    "EMPTY_LIST": lambda _: [],
    "EMPTY_TUPLE": lambda _: (),
    "GLOBAL": _named,
}
STEPS: dict[str, Callable[[list[Any]], None]] = {
    "STACK_GLOBAL": _global,
    "REDUCE": _reduce,
    "BUILD": _build,
    "TUPLE": lambda stack: stack.append(tuple(_since_mark(stack))),
    "DICT": lambda stack: stack.append(_pairs(_since_mark(stack))),
    "LIST": lambda stack: stack.append(_since_mark(stack)),
    "TUPLE1": _last(1),
    "TUPLE2": _last(2),
    "TUPLE3": _last(3),
    "APPEND": _append,
    "APPENDS": _appends,
    "SETITEM": _set_item,
    "SETITEMS": _set_items,
}
