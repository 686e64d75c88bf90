"""Layers that are called alike, told apart in all that analysis says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.analysis.findings import Fix, Problem
from engine.layers.base import LONGEST_NAME, Layer
from engine.project import Project
from engine.rewiring import labels


@dataclass(frozen=True)
class Apart:
    """A project for saying things about, in which no two layers have one label, and the way back from it.

    What is wrong with a layer is said where the layer alone is known. So it is named before it is looked at, here and
    nowhere else, and what a fix makes of it gets its own names again.

    Attributes:
        project: with every layer that shares its label named as `rewiring.labels` calls it.
        labels: what each layer is called, by its path.
        plain: by a name that was given, the one that the layer has in truth, most often "".
    """

    project: Project
    labels: dict[str, str]
    plain: Mapping[str, str]

    def said(self, problem: Problem) -> Problem:
        """The problem with fixes of the real project."""
        return replace(problem, fixes=tuple(map(self._real, problem.fixes))) if self.plain else problem

    def _real(self, fix: Fix) -> Fix:
        return Fix(fix.text, lambda project: self._renamed(fix.apply(project)))

    def _renamed(self, project: Project) -> Project:
        network = project.network.renamed(lambda _, layer: self.plain.get(layer.name, layer.name))
        return project if network is project.network else project.changed(network=network)


def told_apart(project: Project) -> Apart:
    """The project with its layers told apart; itself where no two are called alike."""
    named: dict[str, str] = {}
    called = labels(project.network)

    def name(path: str, layer: Layer) -> str:
        label = called[path]
        if label == layer.label or len(label) > LONGEST_NAME:
            return layer.name
        named[label] = layer.name
        return label

    network = project.network.renamed(name)
    return Apart(project.changed(network=network) if named else project, called, named)
