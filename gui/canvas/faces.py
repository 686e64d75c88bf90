"""What stands on cards and wires, in words: taken from the project and its report, with no geometry and no colours."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication

from engine.analysis import Fix
from engine.choices.metrics import METRICS
from engine.facts import DataFacts
from engine.layers import AnyLayer, Block
from engine.project import SAMPLE, Project
from engine.shapes import Shape
from gui import amounts
from gui.document import Document

NOT_YET = "?"


@dataclass(frozen=True)
class Face:
    """What one card shows. Equal faces look the same, so only cards whose face changed are painted again.

    Attributes:
        label, summary: at the left, above each other.
        shape, amount: at the right; in their place `problem` and the text of `fix` where something is wrong.
        family: names the colour of the edge.
        sheets: how many cards seem to lie below it: a block that is repeated.
        about: the whole problem, for the tooltip.
    """

    label: str
    summary: str
    family: str
    shape: str = ""
    amount: str = ""
    problem: str = ""
    fix: str = ""
    about: str = ""
    sheets: int = 0

    @property
    def spoken(self) -> str:
        """All of it as one sentence for screen readers."""
        return ", ".join(part for part in (self.label, self.summary, self.shape, self.amount, self.about) if part)


def face(document: Document, layer: AnyLayer) -> Face:
    """The face of a layer's card."""
    row = document.report.layers.get(layer.id)
    output = row.output if row else None
    summary, shape, amount = layer.summary(), output.short if output else NOT_YET, ""
    if layer.kind == "input":
        summary, shape, amount = _entry(document.project, document.facts)
    elif layer.kind == "output" and document.facts is not None:
        summary, shape, amount = _answer(document.project, document.facts)
    elif row and row.parameters:
        amount = _tr("{0} params").format(amounts.short(row.parameters))
    problems = document.report.problems_of(layer.id)
    fix = first_fix(document, layer.id)
    return Face(
        label=layer.label,
        summary=summary,
        family=layer.family.value,
        shape=shape,
        amount=amount,
        problem=(problems[0].short or problems[0].message) if problems else "",
        fix=fix.text if fix else "",
        about=". ".join(problem.message for problem in problems),
        sheets=min(layer.repeat - 1, 2) if isinstance(layer, Block) else 0,
    )


def first_fix(document: Document, layer_id: str) -> Fix | None:
    """The best cure of the problem that the card shows."""
    problems = document.report.problems_of(layer_id)
    return problems[0].fixes[0] if problems and problems[0].fixes else None


def wire_text(document: Document, layer_id: str) -> tuple[str, str]:
    """What runs through the wire below a layer: `batch × time 200 × feature 128`, `batch × 200 × 128`."""
    row = document.report.layers.get(layer_id)
    shape = row.output if row and row.output and row.output.axes else None
    batch = _tr("batch × {0}")
    return batch.format(shape or NOT_YET), batch.format(shape.short if shape else NOT_YET)


def data_name(project: Project) -> str:
    """The name of the data without folders and endings."""
    if project.data is None:
        return ""
    name = PurePath(project.data.path.removeprefix(SAMPLE)).name
    return name.partition(".")[0] or name


def _entry(project: Project, facts: DataFacts | None) -> tuple[str, str, str]:
    if facts is None:
        waits = _tr("reading {0}").format(data_name(project)) if project.data else _tr("no data yet")
        return waits, NOT_YET, ""
    kinds = {"table": _tr("table"), "images": _tr("pictures"), "text": _tr("text → tokens")}
    name = getattr(project.data, "column", "") or data_name(project)
    return " · ".join(part for part in (name, kinds[facts.kind]) if part), *_entry_shape(facts.input)


def _entry_shape(shape: Shape) -> tuple[str, str]:
    kind = _tr("integer ids") if shape.values == "ids" else _tr("numbers")
    if len(shape.axes) == 1:
        return str(shape), kind
    return shape.short, " × ".join(shape.names)


def _answer(project: Project, facts: DataFacts) -> tuple[str, str, str]:
    target, training = facts.target, project.training
    words = [target.name, training.loss.title.lower(), *(METRICS[name].title for name in training.metrics[:1])]
    summary = " · ".join(word for word in words if word)
    if target.kind == "number":
        return summary, _tr("1 number"), _tr("scaled") if target.scaled else ""
    return summary, _tr("{0} classes").format(len(target.classes)), ", ".join(target.classes)


def _tr(text: str) -> str:
    return QCoreApplication.translate("faces", text)
