"""What the cards of the gallery show of each template, worked out beside the window."""

from __future__ import annotations

from dataclasses import dataclass

from engine import analysis
from engine.data.samples import SAMPLES
from engine.data.settings import SAMPLE, DataSettings
from engine.facts import DataFacts
from engine.plan import plan_of
from engine.project import Project
from engine.templates.base import Template
from gui.pages.templates.sketch import Sketch, sketch


@dataclass(frozen=True)
class Preview:
    """A template built for some data.

    Attributes:
        project: what is opened.
        sketch: its network, drawn.
        parameters: numbers that it learns.
        own: it was built for the person's data, not for its sample.
    """

    project: Project
    sketch: Sketch
    parameters: int
    own: bool


@dataclass(frozen=True)
class Own:
    """The person's data: its settings and what is known of it."""

    settings: DataSettings
    facts: DataFacts


def preview(template: Template, own: Own | None) -> Preview:
    """One template, built for the person's data where it suits, else for its sample; for a job's thread.

    DataError where its sample cannot be read.
    """
    if own is not None and template.suits(own.facts):
        return _made(template.project(own.settings, own.facts), own.facts, own=True)
    return _made(template.sample_project(), template.sample_facts(), own=False)


def sample_title(template: Template) -> str:
    """Name of the data it comes with."""
    return SAMPLES[template.sample().path.removeprefix(SAMPLE)].title


def _made(project: Project, facts: DataFacts, *, own: bool) -> Preview:
    drawn = sketch(project.network, plan_of(project.network, facts, project.training))
    return Preview(project, drawn, analysis.report(project, facts).parameters, own)
