"""The project as it was frozen when the run began, with its weights beside."""

from __future__ import annotations

from pathlib import Path

from engine import project as projects
from engine.export import EXPORTERS, weights
from engine.export.source import Source

PROJECT = EXPORTERS["project"].main


def write(source: Source, folder: Path) -> None:
    """Writes the project file and the weights."""
    write_main(source, folder / PROJECT)
    weights.write(source, folder)


def write_main(source: Source, file: Path) -> None:
    """Writes the project file alone; it names its data relative to where it is, so it cannot be moved there."""
    projects.save(source.project, file)
