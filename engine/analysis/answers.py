"""Does what the network gives suit the target, the loss and the metrics? Each check yields problems with fixes."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.cures import network_fix
from engine.analysis.endings import Ending, endings, with_activation
from engine.analysis.findings import Fix, Problem
from engine.analysis.shapes import Shapes
from engine.choices.losses import BinaryCrossEntropy, CrossEntropy, Loss, MeanAbsoluteError, MeanSquaredError
from engine.choices.metrics import METRICS, MetricName
from engine.facts import DataFacts
from engine.layers import AnyLayer
from engine.layers.activations import ACTIVATIONS, Activation
from engine.layers.core import Dense
from engine.layers.pooling import GlobalPool1d, GlobalPool2d
from engine.layers.shaping import Flatten
from engine.plan import LINKED
from engine.project import Project

SHARES = {"softmax", "log_softmax"}
POSITIVE = {"relu", "softplus"}


def answer_problems(project: Project, facts: DataFacts, known: Shapes) -> Iterator[Problem]:
    """Problems of output, loss and metrics, in the order in which they should be cured."""
    unsuited = tuple(loss_problems(project, facts))
    yield from unsuited
    yield from metric_problems(project, facts)
    output = project.network.layers[-1]
    if output.id not in known.inputs:
        return
    shape = known.inputs[output.id][0]
    if shape.names != ("feature",):
        yield _not_flat(project, output, shape.names)
        return
    yield from unit_problems(project, facts, shape.size("feature"))
    if not unsuited:  # the right activation follows from the loss
        yield from activation_problems(project, facts)


def loss_problems(project: Project, facts: DataFacts) -> Iterator[Problem]:
    """The loss has to suit classes or numbers, and the form of the target."""
    loss, target = project.training.loss, facts.target
    if target.kind not in loss.suits:
        what = "numbers" if target.kind == "number" else "classes"
        yield Problem(
            "", f"{loss.title} does not suit a target of {what}", "loss", "loss", tuple(_better_losses(facts))
        )
    elif (loss.target == "number") != (target.kind == "number"):
        form = "number" if target.kind == "number" else "one-hot"
        fix = Fix(
            f"Set target to {form}", lambda project: _training(project, loss=project.training.loss.changed(form=form))
        )
        yield Problem(
            "", f"{loss.title} is set for another target: {target.name} is a {_noun(facts)}", "loss", "loss", (fix,)
        )
    elif loss.link == "exp" and target.scaled:
        yield Problem("", f"{loss.title} counts: the target must not be scaled", "loss", "loss", (_unscaled(),))
    elif loss.link == "exp" and target.minimum < 0:
        yield Problem(
            "",
            f"{loss.title} counts: {target.name} has values below zero",
            "loss",
            "loss",
            tuple(_better_losses(facts)),
        )


def metric_problems(project: Project, facts: DataFacts) -> Iterator[Problem]:
    """Every metric has to suit the target."""
    wrong = [name for name in project.training.metrics if METRICS[name].suits != facts.target.kind]
    if wrong:
        best: MetricName = "accuracy" if facts.target.kind == "classes" else "r2"
        kept: tuple[MetricName, ...] = tuple(name for name in project.training.metrics if name not in wrong) or (best,)
        text = f"Measure {', '.join(METRICS[name].title for name in kept)}"
        titles = ", ".join(METRICS[name].title for name in wrong)
        fix = Fix(text, lambda project: _training(project, metrics=kept))
        yield Problem("", f"{titles} cannot be measured on a {_noun(facts)}", "metric", "metrics", (fix,))


def unit_problems(project: Project, facts: DataFacts, units: int) -> Iterator[Problem]:
    """One unit for a number, one for each class; one is enough for two classes with a loss on single columns."""
    target, loss = facts.target, project.training.loss
    single = target.kind == "classes" and target.size == 2 and loss.target == "one-hot" and loss.link != "softmax"
    if units == target.size or (single and units == 1):
        return
    last = _last(project)
    what = f"the target has {target.size} classes" if target.kind == "classes" else "the target is one number"
    layer, fixes = project.network.layers[-1].id, []
    if last.kind == "dense":
        layer = last.id
        text = f"Set units to {target.size}"
        fixes.append(network_fix(text, project.network.with_values(last.id, units=target.size)))
    else:
        activation: Activation = "none" if loss.link == "exp" else loss.link
        added, _ = project.network.insert(Dense(units=target.size, activation=activation))
        fixes.append(network_fix(f"Add Dense with {target.size} units", added))
    short = what.replace("the target", "target")
    plural = "unit" if units == 1 else "units"
    yield Problem(layer, f"{last.label} has {units:,} {plural}, {what}", short, "units", tuple(fixes))


def activation_problems(project: Project, facts: DataFacts) -> Iterator[Problem]:
    """The last activation has to be able to give the target, and must not come twice."""
    ends, loss = endings(project.network), project.training.loss
    if not ends:
        return
    last = ends[0]
    linked = _linked_names(loss)
    twice = linked or SHARES
    if facts.target.kind == "number":
        yield from _number_problems(project, facts, last)
    elif linked and last.activation not in linked:
        wanted: Activation = loss.link if last.last and loss.link != "exp" else "none"
        title = ACTIVATIONS[last.activation].title
        best = ACTIVATIONS[loss.link if loss.link != "exp" else "none"].title
        message = f"{loss.title} goes with {best} at the end, not {title}"
        fixes = (_activation_fix(project, last, wanted),)
        yield Problem(last.path[0], message, f"{title} before {loss.title.lower()}", "activation", fixes)
    elif len(ends) > 1 and {last.activation, ends[1].activation} <= twice:
        title = ACTIVATIONS[last.activation].title
        message = f"{ends[1].layer.label} has applied {title} already"
        yield Problem(last.path[0], message, f"{title} twice", "activation", (_without(project, last),))
    elif linked and not last.last:
        title = ACTIVATIONS[last.activation].title
        message = f"{title.capitalize()} stands before the end: {loss.title.lower()} applies it itself"
        yield Problem(last.path[0], message, f"{title} twice", "activation", (_without(project, last),))


def _number_problems(project: Project, facts: DataFacts, last: Ending) -> Iterator[Problem]:
    """Shares are the same for every example; other activations have to reach where the target goes."""
    target, title = facts.target, ACTIVATIONS[last.activation].title
    fix = _activation_fix(project, last, "none")
    beyond = target.scaled or target.minimum < 0 or target.maximum > 1 or project.training.loss.link == "exp"
    if last.activation in SHARES:
        message = f"{title.capitalize()} of one unit is always the same, {target.name} is not"
        yield Problem(last.path[0], message, f"{title} of one unit", "activation", (fix,))
    elif last.activation == "sigmoid" and beyond:
        message = f"{title.capitalize()} gives only 0 to 1, {target.name} goes further"
        yield Problem(last.path[0], message, f"{title} is bounded", "activation", (fix,))
    elif last.activation in POSITIVE and target.scaled:
        message = f"{title} gives nothing below 0, but {target.name} is scaled: half of it lies below"
        fixes = (fix, _unscaled()) if target.minimum >= 0 and last.last else (fix,)
        yield Problem(last.path[0], message, f"{title} is never below 0", "activation", fixes)


def _activation_fix(project: Project, end: Ending, wanted: Activation) -> Fix:
    text = f"Set activation to {ACTIVATIONS[wanted].title}"
    return network_fix(text, with_activation(project.network, end.path, wanted))


def _without(project: Project, end: Ending) -> Fix:
    if end.layer.kind == "activation" and len(end.path) == 1:
        return network_fix(f"Take {end.layer.label} out", project.network.remove(set(end.path)))
    return _activation_fix(project, end, "none")


def _not_flat(project: Project, output: AnyLayer, names: tuple[str, ...]) -> Problem:
    network = project.network
    pool = GlobalPool2d() if "channel" in names else GlobalPool1d()
    last = _last(project)
    fixes = []
    if "returns" in type(last).model_fields:
        fixes.append(
            network_fix(f"Return the last step in {last.label}", network.with_values(last.id, returns="last step"))
        )
    if "feature" in names or "channel" in names:
        fixes.append(network_fix("Add Global pool", network.insert(pool)[0]))
    fixes.append(network_fix("Add Flatten", network.insert(Flatten())[0]))
    message = f"The output needs one row of numbers, got {' × '.join(names)}"
    return Problem(output.id, message, "not one row", fixes=tuple(fixes))


def _last(project: Project) -> AnyLayer:
    """The layer the output reads."""
    network = project.network
    return network.layer(network.reads(network.layers[-1].id)[0])


def _linked_names(loss: Loss) -> set[str]:
    """Activations that the loss does itself."""
    targets = LINKED.get(loss.link, frozenset())
    return {name for name, choice in ACTIVATIONS.items() if choice.call and choice.call.target in targets}


def _better_losses(facts: DataFacts) -> Iterator[Fix]:
    best: tuple[Loss, ...] = (MeanSquaredError(), MeanAbsoluteError())
    if facts.target.kind == "classes":
        best = (CrossEntropy(), BinaryCrossEntropy())
    return (_loss_fix(loss) for loss in best)


def _loss_fix(loss: Loss) -> Fix:
    return Fix(f"Use {loss.title.lower()}", lambda project: _training(project, loss=loss))


def _unscaled() -> Fix:
    def apply(project: Project) -> Project:
        return project.changed(data=project.data.changed(scale_target=False)) if project.data else project

    return Fix("Do not scale the target", apply)


def _training(project: Project, **values: object) -> Project:
    return project.changed(training=project.training.changed(**values))


def _noun(facts: DataFacts) -> str:
    return "number" if facts.target.kind == "number" else "class"
