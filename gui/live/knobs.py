"""What can be changed of a run while it goes on, what holds now, and each change in words. No widgets here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication

from engine import analysis
from engine.facts import DataFacts
from engine.layers.base import Settings
from engine.layers.core.basics import Dropout
from engine.layers.core.regularising import AlphaDropout, SpatialDropout
from engine.layers.learning import frozen_paths
from engine.paths import depth, is_within, walk
from engine.project import Project
from engine.record.control import DROPOUT, FROZEN, LEARNING_RATE, WEIGHT_DECAY
from engine.record.events import KnobTurned
from engine.rewiring import labels
from gui.kit.forms.numbers import compact

DROPOUTS = (Dropout, SpatialDropout, AlphaDropout)


@dataclass(frozen=True)
class Freezable:
    """A layer with weights.

    Attributes:
        path, label: where it stands, and what it is called on its card.
        frozen: as the project says.
    """

    path: str
    label: str
    frozen: bool

    @property
    def depth(self) -> int:
        """In how many blocks it stands."""
        return depth(self.path)


@dataclass(frozen=True)
class Number:
    """A knob that is a number: as the project says, and the field whose limits it has."""

    name: str
    value: float
    settings: type[Settings]
    field: str


@dataclass(frozen=True)
class Knobs:
    """The knobs of one run.

    Attributes:
        numbers: by name; dropout only where there are such layers, weight decay only where the optimizer has it.
        layers: all with weights, blocks before what they hold.
    """

    numbers: dict[str, Number] = field(default_factory=dict)
    layers: tuple[Freezable, ...] = ()

    def holds(self, turned: Sequence[KnobTurned], name: str, layer: str = "") -> float | bool:
        """The value of a knob after what was turned. KeyError where there is no such knob."""
        start = self._start(name, layer)
        return next((knob.value for knob in reversed(turned) if knob.name == name and _reaches(knob, layer)), start)

    def has(self, name: str, layer: str = "") -> bool:
        """Whether there is such a knob."""
        return any(one.path == layer for one in self.layers) if name == FROZEN else name in self.numbers

    def label(self, path: str) -> str:
        """What a layer is called; its path where it is none of ours."""
        return next((layer.label for layer in self.layers if layer.path == path), path)

    def _start(self, name: str, layer: str) -> float | bool:
        if name == FROZEN:
            return next(one.frozen for one in self.layers if one.path == layer)
        return self.numbers[name].value


@dataclass(frozen=True)
class Change:
    """One turn of a knob in words: `learning rate 0.001 → 0.0005`, short on the curve: `rate 0.0005`."""

    step: int
    words: str
    short: str


def knobs_of(project: Project, facts: DataFacts | None) -> Knobs:
    """The knobs that a run of this project has."""
    optimizer, report = project.training.optimizer, analysis.report(project, facts)
    numbers = {LEARNING_RATE: Number(LEARNING_RATE, optimizer.learning_rate, type(optimizer), LEARNING_RATE)}
    decay = getattr(optimizer, WEIGHT_DECAY, None)
    if decay is not None:
        numbers[WEIGHT_DECAY] = Number(WEIGHT_DECAY, decay, type(optimizer), WEIGHT_DECAY)
    layers = dict(walk(project.network.layers))
    frozen, called = set(frozen_paths(project.network.layers)), labels(project.network)
    rates = [(type(layer), layer.rate) for layer in layers.values() if isinstance(layer, DROPOUTS)]
    if rates:
        numbers[DROPOUT] = Number(DROPOUT, rates[0][1], rates[0][0], "rate")
    weighty = [path for path in layers if path in report.layers and report.layers[path].parameters]
    return Knobs(numbers, tuple(Freezable(path, called[path], path in frozen) for path in weighty))


def changes(knobs: Knobs, turned: Sequence[KnobTurned]) -> Iterator[Change]:
    """Each turn, with what held before it."""
    for index, knob in enumerate(turned):
        if knob.name == FROZEN:
            words = _tr("{0} frozen") if knob.value else _tr("{0} learns again")
            words = words.format(knobs.label(knob.layer) if knob.layer else _tr("all layers"))
            yield Change(knob.step, words, words)
            continue
        value, title = compact(float(knob.value)), title_of(knob.name)
        before = (
            compact(float(knobs.holds(turned[:index], knob.name, knob.layer))) if knob.name in knobs.numbers else "?"
        )
        yield Change(knob.step, f"{title} {before} → {value}", f"{_short(knob.name)} {value}")


def title_of(name: str) -> str:
    """A knob's name inside a sentence."""
    words = {LEARNING_RATE: _tr("learning rate"), WEIGHT_DECAY: _tr("weight decay"), DROPOUT: _tr("dropout")}
    return words.get(name, name)


def _short(name: str) -> str:
    return {LEARNING_RATE: _tr("rate"), WEIGHT_DECAY: _tr("decay"), DROPOUT: _tr("dropout")}.get(name, name)


def _reaches(knob: KnobTurned, layer: str) -> bool:
    """Whether what was turned holds for a layer: it was turned for it, for a block around it, or for all."""
    return is_within(layer, knob.layer)


def _tr(text: str) -> str:
    return QCoreApplication.translate("knobs", text)
