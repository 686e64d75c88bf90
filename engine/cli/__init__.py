"""The command line: the same engine functions as the window, the same bits. It may import every room of the engine."""

from __future__ import annotations

from engine.cli.main import main

__all__ = ["main"]
