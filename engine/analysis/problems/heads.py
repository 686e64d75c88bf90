"""What each Output has to answer, and changes of the training settings that belong to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.analysis.findings import Fix
from engine.choices.losses import Loss
from engine.facts import DataFacts, Target
from engine.layers.activations import Activation
from engine.layers.core.basics import Output
from engine.project import Project
from engine.settings import Head


@dataclass(frozen=True)
class Answer:
    """An Output with its target and its loss.

    Attributes:
        first: whether it is the data's first target, whose loss is the project's.
    """

    output: Output
    target: Target
    loss: Loss
    first: bool

    @property
    def noun(self) -> str:
        """What its target is, in a word or two."""
        words = {"classes": "a class", "number": "a number", "tokens": "a word", "values": "a row of values"}
        if self.target.shape is not None and len(self.target.shape.axes) == 3:
            return "a picture"
        return words[self.target.kind]

    @property
    def activation(self) -> Activation:
        """With what a Dense ends that gives this answer."""
        return "none" if self.loss.link == "exp" else self.loss.link

    def with_loss(self, project: Project, loss: Loss) -> Project:
        """The project in which this target has another loss."""
        training = project.training
        if self.first:
            return project.changed(training=training.changed(loss=loss))
        weight = training.loss_of(self.target, self.first)[1]
        heads = {**training.heads, self.target.name: Head.model_validate({"loss": loss, "weight": weight})}
        return project.changed(training=training.changed(heads=heads))

    def loss_fix(self, text: str, loss: Loss) -> Fix:
        """A fix that gives this target another loss."""
        return Fix(text, lambda project: self.with_loss(project, loss))


def answers(project: Project, facts: DataFacts) -> Iterator[Answer]:
    """For every Output whose target there is."""
    for output in project.network.outputs:
        target = facts.target_of(output.target)
        if target is not None:
            first = target.name == facts.target.name
            yield Answer(output, target, project.training.loss_of(target, first)[0], first)
