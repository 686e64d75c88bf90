"""Layers that do not fit what they read, and layers that share weights which do not fit."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.findings import Problem
from engine.analysis.fixes.cures import edit_fix, out_fix, shape_fixes
from engine.analysis.places import Place
from engine.analysis.problems.naming import brief, kind_of
from engine.analysis.shapes import Shapes, inside_of
from engine.analysis.ties import tie_errors
from engine.facts import DataFacts
from engine.layers import Block
from engine.project import Project

MOST_CURED = 8  # layers for which cures are tried; once these fit, the next ones follow


def misfit_problems(project: Project, facts: DataFacts, known: Shapes) -> Iterator[Problem]:
    """Every layer whose shape does not fit, top to bottom; what stands below one is not blamed."""
    for number, (path, error) in enumerate(known.errors.items()):
        place = Place(project.network, path, known)
        kind = kind_of(place.layer, error, place.read)
        repeat = _repeat(place)
        message = f"Repeat {repeat} of {_block_label(place)}: {error.message}" if repeat > 1 else error.message
        fixes = shape_fixes(project.network, facts, path, known) if number < MOST_CURED else ()
        fixes = fixes or (out_fix(place.layer.label, path),)
        if len(fixes) == 1 and error.hint:
            message = f"{message}. {error.hint}"
        short = brief(kind, place.layer, place.read, error.message)
        yield Problem(path, message, short, error.field, fixes, "block_repeat" if repeat > 1 else kind)


def tie_problems(project: Project, known: Shapes) -> Iterator[Problem]:
    """Layers that share weights which do not fit or are not there."""
    for path, error in tie_errors(project.network.layers, known):
        place = Place(project.network, path, known)
        text = f"Give {place.layer.label} its own weights"
        fix = edit_fix(text, path, lambda network, name: network.with_values(name, shares=""))
        yield Problem(path, error.message, "shared weights do not fit", "shares", (fix,), "shares")


def _repeat(place: Place) -> int:
    """Which repeat of its block a layer does not fit in; 0 outside of blocks."""
    if not place.parent:
        return 0
    outer = Place(place.network, place.parent, place.known)
    block = outer.layer
    return inside_of(block, outer.read[0]).number if isinstance(block, Block) and outer.read else 0


def _block_label(place: Place) -> str:
    return Place(place.network, place.parent, place.known).layer.label
