"""Other data under a network: a starter that nobody changed follows it, any other network is made to fit."""

from __future__ import annotations

from engine import analysis
from engine.analysis.kinds import OF_THE_NETWORK
from engine.analysis.places import on_wire, pinned
from engine.analysis.problems.heads import Answer, answers
from engine.analysis.shapes import shapes
from engine.choices.metrics import METRICS
from engine.data.settings import DataSettings
from engine.facts import DataFacts
from engine.layers.activations import Activation
from engine.layers.core.basics import Dense
from engine.project import Project
from engine.settings import TrainingSettings, usual_loss
from engine.starter import starter, usual_metrics

MOST_FIXES = 20
ENDINGS: frozenset[Activation] = frozenset({"none", "softmax", "log_softmax", "sigmoid"})  # others: a hidden layer's


def refit(project: Project, known: DataFacts | None, data: DataSettings, facts: DataFacts) -> Project:
    """The project with other data: a starter that nobody changed follows, any other network is suited.

    Args:
        known: of the data that the project has now; None where that cannot be read.
        facts: of `data`.
    """
    changed = project.changed(data=data)
    if project.data is not None and known is not None:
        before = starter(project.data, known)
        if project.network == before.network:
            return follow(changed, before, facts)
    return suit(changed, facts)


def follow(project: Project, before: Project, facts: DataFacts) -> Project:
    """The starter for the project's data in place of `before`, the one for its earlier data.

    Training settings that are another than `before` has were chosen, and stay.
    """
    if project.data is None:
        return project
    after = starter(project.data, facts)
    chosen = {name: value for name, value in dict(project.training).items() if value != getattr(before.training, name)}
    return project.changed(network=after.network, training=after.training.changed(**chosen))


def suit(project: Project, facts: DataFacts) -> Project:
    """The project with losses, metrics, head and first layers that suit the data; what fits already stays.

    Problems that have no cure, and those that it would have under any data, are left: a loose end stays one.
    """
    project = _headed(project.changed(training=_measured(project, facts)), facts)
    seen = [project]
    for _ in range(MOST_FIXES):
        better = _cured(project, facts)
        if better is None or better in seen:
            break
        seen.append(better)
        project = better
    return project


def _measured(project: Project, facts: DataFacts) -> TrainingSettings:
    """Training settings whose losses and metrics suit the targets."""
    training = project.training
    heads = {name: head for name, head in training.heads.items() if facts.target_of(name) is not None}
    for target in facts.more_targets:
        head = heads.get(target.name)
        if head is not None and target.kind not in head.loss.suits:
            heads[target.name] = head.changed(loss=usual_loss(target))
    loss = training.loss if facts.target.kind in training.loss.suits else usual_loss(facts.target)
    kinds = {target.kind for target in facts.targets}
    metrics = tuple(name for name in training.metrics if METRICS[name].suits & kinds)
    if len(metrics) < len(training.metrics):
        usual = [name for target in facts.targets for name in usual_metrics(target)]
        metrics = tuple(dict.fromkeys([*metrics, *usual]))
    return training.changed(loss=loss, heads=heads, metrics=metrics)


def _headed(project: Project, facts: DataFacts) -> Project:
    """A head for each Output that reads a hidden layer: taken as the head, that one would lose its units."""
    known = shapes(project.network, facts)
    for answer in answers(project, facts):
        read = known.inputs.get(answer.output.id)
        row = answer.target.output.names == ("feature",)
        if read and row and read[0].names == ("feature",) and read[0] != answer.target.output:
            project = _with_head(project, answer)
    return project


def _with_head(project: Project, answer: Answer) -> Project:
    source = project.network.reads(answer.output.id)[0]
    last = project.network.layer(source)
    if not isinstance(last, Dense) or last.activation in ENDINGS:
        return project
    head = Dense(units=answer.target.size, activation=answer.activation)
    return project.changed(network=on_wire(pinned(project.network), answer.output.id, source, [head]))


def _cured(project: Project, facts: DataFacts) -> Project | None:
    """With the first fix that leaves fewer problems, else the first one of all; None where there is none.

    Other data brings no loose ends and no lack of memory: what cures these is for the person to choose.
    """
    problems = analysis.report(project, facts).problems
    curable = [problem for problem in problems if problem.kind not in OF_THE_NETWORK]
    fixed = [fix.apply(project) for problem in curable for fix in problem.fixes[:1]]
    fewer = (other for other in fixed if len(analysis.report(other, facts).problems) < len(problems))
    return next(fewer, fixed[0] if fixed else None)
