"""The small classes that a printed network needs beside torch.nn, with what they need in turn."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable
from functools import cache
from types import ModuleType

from engine import initialisation, modules

ROOMS = modules, initialisation  # whose source is printed
PRINTED = {"torch", "nn", "Tensor"}  # what every printed network imports


def helpers(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Lines of imports, and the source of each class or function of ours that is named or needed by a named one."""
    imports: set[str] = set()
    sources: dict[str, str] = {}
    for name in sorted(names):
        _collect(name, imports, sources)
    return sorted(imports), list(sources.values())


def _collect(name: str, imports: set[str], sources: dict[str, str]) -> None:
    """Adds a class or function after those that it needs."""
    if name in sources:
        return
    room = next(one for one in ROOMS if hasattr(one, name))
    text, needed = _source(room, name)
    for other in needed:
        found = getattr(room, other, None)
        if isinstance(found, ModuleType):
            short = found.__name__ == other
            imports.add(f"import {other}" if short else f"import {found.__name__} as {other}")
        elif found is not None and getattr(found, "__module__", "") == room.__name__:
            _collect(other, imports, sources)
        elif found is not None:
            imports.add(f"from {found.__module__} import {other}")
    sources[name] = text


@cache
def _source(room: ModuleType, name: str) -> tuple[str, tuple[str, ...]]:
    """The text of a class or function, and the names in it that may have to be defined."""
    text = inspect.getsource(getattr(room, name)).rstrip()
    names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    return text, tuple(sorted(names - PRINTED - {name}))
