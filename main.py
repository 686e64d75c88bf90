"""Starts Layerdeck: the window without arguments or with a project file, a command otherwise."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from engine import allocator


def main(arguments: Sequence[str]) -> int:
    """Returns the exit code. Each way in loads only what it needs: the window is up before torch is."""
    allocator.hold()
    if not arguments or arguments[0].endswith(".layerdeck"):
        from gui.app import run

        return run(arguments[:1])
    from engine.cli import main as run_command

    return run_command(list(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
