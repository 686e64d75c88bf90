"""Can the last activation give what the target asks for, does it come twice, and does dropout follow it?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.findings import Fix, Problem
from engine.analysis.fixes.cures import edit_fix, out_fix
from engine.analysis.problems.endings import Ending, endings
from engine.analysis.problems.heads import Answer
from engine.analysis.problems.losses import unscaled
from engine.choices.losses import Loss
from engine.layers.activations import ACTIVATIONS, Activation
from engine.plan import LINKED
from engine.project import Project

SHARES = {"softmax", "log_softmax"}
POSITIVE = {"relu", "softplus"}


def ending_problems(project: Project, answer: Answer) -> Iterator[Problem]:
    """Problems of what stands last: dropout first, since what is above it is last once it is out."""
    ends = endings(project.network, answer.output.id)
    drop = next((end for end in ends if end.drops), None)
    if drop is not None:
        message = f"{drop.layer.label} disturbs finished answers: nothing that learns stands below it"
        fix = out_fix(drop.layer.label, drop.path)
        yield Problem(drop.path, message, "after the last layer", fixes=(fix,), kind="dropout_last")
        return
    if not ends:
        return
    if answer.target.kind in ("number", "values"):
        yield from _number_problems(answer, ends[0])
    else:
        yield from _class_problems(answer, ends)


def _class_problems(answer: Answer, ends: tuple[Ending, ...]) -> Iterator[Problem]:
    """The last activation has to be the loss's own, once, at the end."""
    last, loss = ends[0], answer.loss
    linked, title = _linked_names(loss), ACTIVATIONS[last.activation].title
    wanted: Activation = "none" if loss.link == "exp" else loss.link
    if linked and last.activation not in linked:
        best = ACTIVATIONS[wanted].title
        message = f"{loss.title} goes with {best} at the end, not {title}"
        fixes = (_activation_fix(last, wanted if last.last else "none"),)
        yield _problem(last, "loss_activation", message, f"{title} before {loss.title.lower()}", *fixes)
    elif len(ends) > 1 and {last.activation, ends[1].activation} <= (linked or SHARES):
        message = f"{ends[1].layer.label} has applied {title} already"
        yield _problem(last, "softmax_twice", message, f"{title} twice", _without(last))
    elif linked and not last.last:
        message = f"{title.capitalize()} stands before the end: {loss.title.lower()} applies it itself"
        yield _problem(last, "early_softmax", message, f"{title} twice", _without(last))


def _number_problems(answer: Answer, last: Ending) -> Iterator[Problem]:
    """Shares are the same for every example; other activations have to reach where the target goes."""
    target, title, one = answer.target, ACTIVATIONS[last.activation].title, answer.target.size == 1
    fix = _activation_fix(last, "none")
    wide = target.minimum < 0 or target.maximum > 1
    beyond = target.scaled or wide or answer.loss.link == "exp"
    if last.activation in SHARES and one:
        message = f"{title.capitalize()} of one unit is always the same, {target.name} is not"
        yield _problem(last, "constant_answer", message, f"{title} of one unit", fix)
    elif last.activation in SHARES or (last.activation == "sigmoid" and beyond):
        bounds = "0 to 1, shares that add up to 1" if last.activation in SHARES else "0 to 1"
        message = f"{title.capitalize()} gives only {bounds}, {target.name} goes further"
        yield _problem(last, "bounded_answer", message, f"{title} is bounded", fix)
    elif last.activation in POSITIVE and target.scaled:
        message = f"{title} gives nothing below 0, but {target.name} is scaled: half of it lies below"
        fixes = (fix, unscaled()) if target.minimum >= 0 and last.last else (fix,)
        yield _problem(last, "bounded_answer", message, f"{title} is never below 0", *fixes)


def _problem(end: Ending, kind: str, message: str, short: str, *fixes: Fix) -> Problem:
    return Problem(end.path, message, short, "activation", fixes, kind)


def _activation_fix(end: Ending, wanted: Activation) -> Fix:
    text = f"Set activation to {ACTIVATIONS[wanted].title}"
    return edit_fix(text, end.path, lambda network, name: network.with_values(name, activation=wanted))


def _without(end: Ending) -> Fix:
    return out_fix(end.layer.label, end.path) if end.layer.kind == "activation" else _activation_fix(end, "none")


def _linked_names(loss: Loss) -> set[str]:
    """Activations that the loss does itself."""
    targets = LINKED.get(loss.link, frozenset())
    return {name for name, choice in ACTIVATIONS.items() if choice.call and choice.call.target in targets}
