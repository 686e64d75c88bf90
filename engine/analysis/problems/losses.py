"""Does the loss suit the target, and can the metrics be measured on it?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.findings import Fix, Problem
from engine.analysis.problems.heads import Answer
from engine.choices.losses import (
    BinaryCrossEntropy,
    CrossEntropy,
    Loss,
    MeanAbsoluteError,
    MeanSquaredError,
    TargetForm,
)
from engine.choices.metrics import METRICS, MetricName
from engine.facts import DataFacts
from engine.project import Project

KINDS_OF_TARGET = {"classes": "classes", "number": "numbers", "tokens": "words", "values": "values"}
FORMS: dict[str, tuple[TargetForm, ...]] = {
    "classes": ("index", "one-hot"),
    "number": ("number",),
    "values": ("number",),
    "tokens": ("index", "one-hot"),
}
USUAL: dict[str, MetricName] = {"classes": "accuracy", "tokens": "accuracy", "number": "r2", "values": "mse"}


def loss_problems(answer: Answer) -> Iterator[Problem]:
    """The loss has to suit the kind of target, and its form."""
    loss, target = answer.loss, answer.target
    if target.kind not in loss.suits:
        message = f"{loss.title} does not suit a target of {KINDS_OF_TARGET[target.kind]}"
        yield _problem(answer, "loss_kind", message, *_better(answer))
    elif loss.target not in FORMS[target.kind]:
        form = "one-hot" if target.kind in ("classes", "tokens") else "number"
        fix = answer.loss_fix(f"Set target to {form}", loss.changed(form=form))
        message = f"{loss.title} is set for another target: {target.name} is {answer.noun}"
        yield _problem(answer, "loss_form", message, fix)
    elif loss.link == "exp" and target.scaled:
        message = f"{loss.title} counts: the target must not be scaled"
        yield _problem(answer, "counts_scaled", message, unscaled())
    elif loss.link == "exp" and target.minimum < 0:
        message = f"{loss.title} counts: {target.name} has values below zero"
        yield _problem(answer, "counts_negative", message, *_better(answer))


def metric_problems(project: Project, facts: DataFacts) -> Iterator[Problem]:
    """Every metric has to suit one of the targets."""
    kinds = {target.kind for target in facts.targets}
    wrong = [name for name in project.training.metrics if not METRICS[name].suits & kinds]
    if not wrong:
        return
    right: list[MetricName] = [name for name in project.training.metrics if name not in wrong]
    kept = tuple(right) or (USUAL[facts.target.kind],)
    text = f"Measure {', '.join(METRICS[name].title for name in kept)}"
    titles = ", ".join(METRICS[name].title for name in wrong)
    noun = {"classes": "class", "number": "number", "tokens": "word", "values": "row of values"}[facts.target.kind]
    fix = Fix(text, lambda project: project.changed(training=project.training.changed(metrics=kept)))
    yield Problem(
        "",
        f"{titles[0].upper()}{titles[1:]} cannot be measured on a {noun}",
        "unsuited metric",
        "metrics",
        (fix,),
        "metric",
    )


def unscaled() -> Fix:
    """A fix that trains on the target as it is."""

    def apply(project: Project) -> Project:
        return project.changed(data=project.data.changed(scale_target=False)) if project.data else project

    return Fix("Do not scale the target", apply)


def _problem(answer: Answer, kind: str, message: str, *fixes: Fix) -> Problem:
    return Problem("", message, "loss", "loss" if answer.first else "heads", fixes, kind)


def _better(answer: Answer) -> Iterator[Fix]:
    best: tuple[Loss, ...] = (MeanSquaredError(), MeanAbsoluteError())
    if answer.target.kind == "classes":
        best = (CrossEntropy(), BinaryCrossEntropy())
    elif answer.target.kind == "tokens":
        best = (CrossEntropy(),)
    return (answer.loss_fix(f"Use {loss.title.lower()}", loss) for loss in best)
