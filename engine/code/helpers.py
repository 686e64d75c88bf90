"""The small classes that a printed network needs beside torch.nn, with what they need in turn."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable
from functools import cache
from types import ModuleType

from engine import modules

PRINTED = {"torch", "nn", "Tensor"}  # what every printed network imports


def helpers(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Lines of imports, and the source of each class of engine.modules that is named or needed by a named one."""
    imports: set[str] = set()
    sources: dict[str, str] = {}
    for name in sorted(names):
        _collect(name, imports, sources)
    return sorted(imports), list(sources.values())


def _collect(name: str, imports: set[str], sources: dict[str, str]) -> None:
    """Adds a class after those that it needs."""
    if name in sources:
        return
    text, needed = _source(name)
    for other in needed:
        found = getattr(modules, other, None)
        if isinstance(found, ModuleType):
            short = found.__name__ == other
            imports.add(f"import {other}" if short else f"import {found.__name__} as {other}")
        elif found is not None and getattr(found, "__module__", "") == modules.__name__:
            _collect(other, imports, sources)
        elif found is not None:
            imports.add(f"from {found.__module__} import {other}")
    sources[name] = text


@cache
def _source(name: str) -> tuple[str, tuple[str, ...]]:
    """A class's text and the names in it that may have to be defined."""
    text = inspect.getsource(getattr(modules, name)).rstrip()
    names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    return text, tuple(sorted(names - PRINTED - {name}))
