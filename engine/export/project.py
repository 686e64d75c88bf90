"""The project as it was frozen when the run began, with its weights beside."""

from __future__ import annotations

from pathlib import Path

from engine import project as projects
from engine.export import weights
from engine.export.source import Source

PROJECT = "project.layerdeck"


def write(source: Source, folder: Path) -> None:
    """Writes the project file and the weights."""
    projects.save(source.project, folder / PROJECT)
    weights.write(source, folder)
