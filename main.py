"""Starts Layerdeck: the window without arguments or with a project file, a command otherwise."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from engine import allocator

FIRST = ("engine.analysis", "engine.data.samples", "engine.runs.folder", "engine.record.index", "engine.memory")
"""Of the engine, what the first sight of the window needs. Once PySide6 is there, it reads the source of every module
that is imported after it, to see whether it uses Qt: so these come before it."""


def main(arguments: Sequence[str]) -> int:
    """Returns the exit code. Each way in loads only what it needs: the window is up before torch is."""
    allocator.hold()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "true")  # else it looks through every installed package for some
    if not arguments or arguments[0].endswith(".layerdeck"):
        for name in FIRST:
            import_module(name)
        from gui.app import run

        return run(arguments[:1])
    from engine.cli import main as run_command

    return run_command(list(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
