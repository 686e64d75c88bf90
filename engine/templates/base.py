"""What a template is, and the few things that all of them do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from engine.analysis import report
from engine.data.settings import DataSettings
from engine.facts import DataFacts
from engine.layers.base import Layer
from engine.layers.core.basics import Dense
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.project import Project

ROOM = 4e9  # bytes of memory that a step may need
LEAST_BATCH = 8
PICTURE = ("channel", "height", "width")


@dataclass(frozen=True)
class Template:
    """One network of the gallery.

    Attributes:
        name: short, for files and object names.
        title: on its card.
        about: one plain sentence.
        paper: who described it first, and when.
        sample: settings of the data it comes with.
        suits: whether it can be built for data with these facts and makes sense there.
        build: the network for data with these facts.
        training: training settings that differ from the starter's.
    """

    name: str
    title: str
    about: str
    paper: str
    sample: Callable[[], DataSettings]
    suits: Callable[[DataFacts], bool]
    build: Callable[[DataFacts], Network]
    training: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def project(self, settings: DataSettings, facts: DataFacts) -> Project:
        """The template for this data; `suits` has to be true of it. It has no problems and can be trained as it is."""
        from engine.starter import starter  # it reads tables and texts: what is shown in a gallery need not wait for it

        training = starter(settings, facts).training.changed(**self.training)
        return _roomy(Project(about=self.about, data=settings, network=self.build(facts), training=training), facts)

    def sample_facts(self) -> DataFacts:
        """What is known of the data it comes with."""
        return _facts(self.sample())

    def sample_project(self) -> Project:
        """The template for the data it comes with."""
        return self.project(self.sample(), self.sample_facts())


@lru_cache(maxsize=16)
def _facts_of(settings: str) -> DataFacts:
    from engine.data.dataset import Ticket
    from engine.data.load import load

    return load(DataSettings.model_validate_json(settings), Ticket()).facts


def _facts(settings: DataSettings) -> DataFacts:
    """Measures of shipped data; it never changes, so that it is read once."""
    return _facts_of(settings.model_dump_json())


def _roomy(project: Project, facts: DataFacts) -> Project:
    """Smaller batches where a step would need more than `ROOM`."""
    size = project.training.batch_size
    while size > LEAST_BATCH and report(project, facts).memory > ROOM:
        size = size // 2
        project = project.changed(training=project.training.changed(batch_size=size))
    return project


def answer(facts: DataFacts) -> Dense:
    """The last layer for a target of classes or a number."""
    classes = facts.target.kind == "classes"
    return Dense(units=facts.target.size, activation="softmax" if classes else "none")


def one_row(facts: DataFacts) -> tuple[Layer, ...]:
    """What brings the input into one row of features."""
    return () if facts.input.names == ("feature",) else (Flatten(),)


def is_single(facts: DataFacts) -> bool:
    """One input, and one target of classes or a number."""
    return len(facts.inputs) == 1 and len(facts.targets) == 1 and facts.target.kind in ("classes", "number")


def is_row(facts: DataFacts) -> bool:
    """Real numbers in, an answer for each example out."""
    return is_single(facts) and facts.input.values == "real"


def is_picture(facts: DataFacts) -> bool:
    """A picture in, an answer for each picture out."""
    return is_row(facts) and facts.input.names == PICTURE


def is_text(facts: DataFacts) -> bool:
    """Words in, an answer for each text out."""
    return is_single(facts) and facts.input.values == "ids"
