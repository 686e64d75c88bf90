"""What the batch size and the machine do not allow: a batch norm of one example, more memory than there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from engine import system
from engine.analysis.findings import Fix, LayerReport, Problem
from engine.analysis.fixes.cures import out_fix
from engine.analysis.places import Place
from engine.analysis.shapes import Shapes
from engine.data.feature.picture import Picture
from engine.errors import EngineError
from engine.facts import DataFacts
from engine.layers.join.joining import joined_axis
from engine.memory import largest_batch, training_bytes
from engine.memory.data import Data
from engine.project import Project

CERTAIN = 4  # times what the layers keep and the data take: more than any step needs, so that most need no closer look


def norm_problems(project: Project, facts: DataFacts, known: Shapes) -> Iterator[Problem]:
    """Batch norm compares the numbers of a batch, so there have to be two."""
    if project.training.batch_size > 1 and facts.train > 1:
        return
    for path, read in known.inputs.items():
        if path not in known.outputs or read[0].count != read[0].size(joined_axis(read[0])):
            continue
        place = Place(project.network, path, known)
        if place.layer.kind != "batch_norm":
            continue
        label = place.layer.label
        fixes = [out_fix(label, path)]
        if facts.train > 1:
            fixes.insert(0, batch_fix(2))
        why = "the batch size is 1" if facts.train > 1 else "there is one training example"
        message = f"{label} compares the examples of a batch, but {why}"
        yield Problem(path, message, "batch of one", "", tuple(fixes), "batch_of_one")


def memory_problems(
    project: Project, facts: DataFacts, most: int, rows: Callable[[Project], Sequence[LayerReport]]
) -> Iterator[Problem]:
    """A network that does not fit into the memory of this machine.

    Args:
        most: bytes of the layers with whole batches.
        rows: the reports of a project's layers.
    """
    limit, held = system.whole_memory(), Data(facts, project.training).held
    if CERTAIN * (most + held) <= limit:
        return
    if held > limit:
        yield _too_much_data(project, held, limit)
        return
    size = min(project.training.batch_size, max(1, facts.train))
    costs = rows(_with_batch(project, size))
    needs = max(sum(row.memory for row in costs), training_bytes(project, facts))
    if needs <= limit:
        return
    largest = max(costs, key=lambda row: row.memory)
    label = project.network.layer(largest.layer).label
    fitting = _fitting(project, facts, limit)
    fixes = [batch_fix(fitting)] if fitting else []
    if not fixes and largest.layer in {layer.id for layer in project.network.middle}:
        fixes.append(out_fix(label, largest.layer))
    message = (
        f"The network needs about {amount(needs)} while training, most of it here; this machine has {amount(limit)}"
    )
    yield Problem(largest.layer, message, f"needs {amount(largest.memory)}", fixes=tuple(fixes), kind="memory")


def _too_much_data(project: Project, held: int, limit: int) -> Problem:
    message = f"The prepared data takes about {amount(held)}, this machine has {amount(limit)}: use fewer examples"
    fixes = []
    for name, told in project.data.columns.items() if project.data is not None else ():
        if isinstance(told, Picture):
            smaller = told.changed(width=max(1, told.width // 2), height=max(1, told.height // 2))
            text = f"Make the pictures {smaller.width} × {smaller.height}"
            fixes.append(Fix(text, partial(_with_column, name=name, picture=smaller)))
    return Problem("", message, "too much data", fixes=tuple(fixes), kind="memory")


def _with_column(project: Project, name: str, picture: Picture) -> Project:
    return project.changed(data=project.data.with_column(name, picture)) if project.data else project


def _fitting(project: Project, facts: DataFacts, limit: int) -> int:
    """The most examples in a batch that fit; 0 where none do, or the network cannot be built."""
    try:
        return largest_batch(project, facts, limit)
    except EngineError:
        return 0


def amount(size: int) -> str:
    """Bytes as people say them: 24 GB."""
    value = float(size)
    for unit in ("bytes", "KB", "MB", "GB", "TB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if value >= 10 or unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:,.0f} PB"


def batch_fix(size: int) -> Fix:
    """A fix that trains on `size` examples at once."""
    return Fix(f"Set batch size to {size:,}", lambda project: _with_batch(project, size))


def _with_batch(project: Project, size: int) -> Project:
    return project.changed(training=project.training.changed(batch_size=size))
