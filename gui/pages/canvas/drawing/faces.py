"""What stands on cards and wires, in words: taken from the project and its report, with no geometry and no colours."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication

from engine import rewiring
from engine.analysis import Fix
from engine.choices.metrics import METRICS
from engine.data.settings import SAMPLE
from engine.facts import DataFacts
from engine.layers import AnyLayer, Block
from engine.layers.core.basics import Input, Output
from engine.network import Network
from engine.paths import blocks_around, joined, parent
from engine.project import Project
from engine.shapes import Shape
from gui.document import Document
from gui.kit import amounts
from gui.pages.canvas.drawing.heat import NO_HEAT, Heat

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
        note: what the person wrote down of it.
        heat: its share of what is asked for (`12.3 k · 42 %`), in the place of `amount`; "" where nothing is asked.
        warmth: that share beside the largest one, 0 to 1.
        block: it can be opened.
        gives: others can read it.
        frozen: its weights stay as they are, by its own settings or those of a block around it.
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
    note: str = ""
    heat: str = ""
    warmth: float = 0.0
    block: bool = False
    gives: bool = True
    frozen: bool = False

    @property
    def spoken(self) -> str:
        """All of it as one sentence for screen readers."""
        locked = _tr("frozen") if self.frozen else ""
        said = (self.label, locked, self.summary, self.shape, self.heat or self.amount, self.about, self.note)
        return ", ".join(part for part in said if part)


def _joined(document: Document, layer: AnyLayer, path: str) -> str:
    """What a joining layer reads, by the names on the cards."""
    around, _ = rewiring.at(document.network, path)
    names = [(name, joined(parent(path), name)) for name in around.reads(layer.id)]
    return layer.sign.join(document.report.labels.get(place, around.layer(name).label) for name, place in names)


def face(document: Document, layer: AnyLayer, path: str = "", heat: Heat = NO_HEAT) -> Face:
    """The face of the card of a layer, called by its path; its id where that is left out."""
    path = path or layer.id
    row = document.report.layers.get(path)
    output = row.output if row else None
    summary, shape, amount = layer.summary(), output.short if output else NOT_YET, ""
    if isinstance(layer, Input):
        summary, shape, amount = _entry(document.project, document.facts, layer.source)
    elif isinstance(layer, Output) and document.facts is not None:
        summary, shape, amount = _answer(document.project, document.facts, layer.target)
    elif layer.sign:
        summary = _joined(document, layer, path)
    elif row and row.parameters:
        amount = _tr("{0} params").format(amounts.short(row.parameters))
    problems = document.report.problems_of(path)
    fix = first_fix(document, path)
    return Face(
        label=document.report.label(path),
        summary=summary,
        family=layer.family.value,
        shape=shape,
        amount=amount,
        problem=(problems[0].short or problems[0].message) if problems else "",
        fix=fix.text if fix else "",
        about=". ".join(problem.message for problem in problems),
        sheets=min(layer.repeat - 1, 2) if isinstance(layer, Block) else 0,
        note=layer.note,
        heat=heat.text(path),
        warmth=heat.warmth(path),
        block=isinstance(layer, Block),
        gives=layer.kind != "output",
        frozen=bool(row and row.parameters) and _is_frozen(document.network, path),
    )


def _is_frozen(network: Network, path: str) -> bool:
    return any(rewiring.layer_at(network, layer).learning.frozen for layer in (*blocks_around(path), path))


def first_fix(document: Document, layer_id: str) -> Fix | None:
    """The best cure of the problem that the card shows."""
    problems = document.report.problems_of(layer_id)
    return problems[0].fixes[0] if problems and problems[0].fixes else None


def wire_texts(document: Document, layer_id: str) -> tuple[str, ...]:
    """What runs through the wire below a layer, with the names of its axes and without, longest first.

    `batch × time 200 × feature 128`, `time 200 × feature 128`, `batch × 200 × 128`, `200 × 128`.
    """
    row = document.report.layers.get(layer_id)
    shape = row.output if row and row.output and row.output.axes else None
    batch = _tr("batch × {0}")
    short = shape.short if shape else NOT_YET
    return batch.format(shape or NOT_YET), str(shape or NOT_YET), batch.format(short), short


def data_name(project: Project) -> str:
    """The name of the data without folders and endings."""
    if project.data is None:
        return ""
    name = PurePath(project.data.path.removeprefix(SAMPLE)).name
    return name.partition(".")[0] or name


def _entry(project: Project, facts: DataFacts | None, source: str) -> tuple[str, str, str]:
    if facts is None:
        waits = _tr("reading {0}").format(data_name(project)) if project.data else _tr("no data yet")
        return waits, NOT_YET, ""
    shape = facts.shape_of(source)
    if shape is None:
        return _tr("{0} is not in the data").format(source), NOT_YET, ""
    if facts.more_inputs:
        words = (data_name(project), source or facts.input_name)
        return " · ".join(word for word in words if word), *_entry_shape(shape)
    kinds = {"table": _tr("table"), "images": _tr("pictures"), "text": _tr("text → tokens")}
    name = project.data.inputs[0] if project.data is not None and len(project.data.inputs) == 1 else data_name(project)
    return " · ".join(part for part in (name, kinds[facts.kind]) if part), *_entry_shape(shape)


def _entry_shape(shape: Shape) -> tuple[str, str]:
    kind = _tr("integer ids") if shape.values == "ids" else _tr("numbers")
    if len(shape.axes) == 1:
        return str(shape), kind
    return shape.short, " × ".join(shape.names)


def _answer(project: Project, facts: DataFacts, name: str) -> tuple[str, str, str]:
    target, training = facts.target_of(name), project.training
    if target is None:
        return _tr("{0} is not in the data").format(name), NOT_YET, ""
    first = target is facts.target
    loss, _ = training.loss_of(target, first)
    words = [target.name, loss.title.lower(), *(METRICS[metric].title for metric in training.metrics[:1] if first)]
    summary = " · ".join(word for word in words if word)
    if target.shape is not None:
        return summary, target.shape.short, _tr("the next word") if target.kind == "tokens" else ""
    if target.kind == "number":
        return summary, _tr("1 number"), _tr("scaled") if target.scaled else ""
    return summary, _tr("{0} classes").format(len(target.classes)), ", ".join(target.classes)


def _tr(text: str) -> str:
    return QCoreApplication.translate("faces", text)
