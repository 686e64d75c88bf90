"""Do the augmentations suit the data and what is asked of it?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.analysis.findings import Fix, Problem
from engine.analysis.problems.heads import answers
from engine.choices.augmentations import Augmentation, Colour, CutMix, Holds, Mixing, held
from engine.facts import DataFacts, InputFact
from engine.project import Project

FIELD = "augment"
NOUNS: dict[Holds, str] = {"pictures": "pictures", "numbers": "numbers", "words": "words"}


def augmenting_problems(project: Project, facts: DataFacts) -> Iterator[Problem]:
    """Examples that cannot be mixed."""
    for one in project.training.augment:
        reason = _unmixable(one, project, facts) if isinstance(one, Mixing) else ""
        if reason:
            yield Problem("", f"{one.title} {reason}", "cannot mix", FIELD, (_without(one),), "cannot_mix")


def augmenting_advice(project: Project, facts: DataFacts) -> Iterator[Problem]:
    """Augmentations that do nothing here."""
    there = {held(fact.shape) for fact in _read(project, facts)}
    for one in project.training.augment:
        if there and not there & one.suits:
            needed = " or ".join(NOUNS[kind] for kind in NOUNS if kind in one.suits)
            message = f"{one.title} does nothing here: it is for {needed}, and the data is {_listed(there)}"
            yield Problem("", message, "no effect", FIELD, (_without(one),), "augmentation_idle")
        elif isinstance(one, Colour) and (one.saturation or one.hue) and _all_grey(project, facts):
            message = "Colour: saturation and hue do nothing to grey pictures"
            fix = Fix("Set both to 0", partial(_with, augmentation=one.changed(saturation=0.0, hue=0.0)))
            yield Problem("", message, "grey pictures", FIELD, (fix,), "augmentation_idle")


def _unmixable(one: Mixing, project: Project, facts: DataFacts) -> str:
    """Why examples cannot be mixed so, after the augmentation's name; "" where they can."""
    inputs = _read(project, facts)
    kinds = [held(fact.shape) for fact in inputs]
    if "words" in kinds:
        return "cannot mix words: take it out, or use Word dropout"
    if isinstance(one, CutMix):
        if kinds and kinds != ["pictures"]:
            return "cuts a piece out of one picture, and the network reads something else as well: use Mixup"
        if any(answer.target.kind == "values" for answer in answers(project, facts)):
            return "cannot be used where the answer is the picture itself: use Mixup"
    for answer in answers(project, facts):
        if answer.target.kind == "tokens":
            return "cannot mix next words: take it out"
        if answer.target.kind == "classes" and not answer.loss.takes_shares:
            return f"wants two classes by their shares, and {answer.loss.title} takes one class: use Cross-entropy"
    return ""


def _read(project: Project, facts: DataFacts) -> list[InputFact]:
    """The parts of the data that the network reads."""
    known = {fact.name: fact for fact in facts.inputs}
    sources = [one.source or facts.input_name for one in project.network.inputs]
    return [known[source] for source in sources if source in known]


def _all_grey(project: Project, facts: DataFacts) -> bool:
    shapes = [fact.shape for fact in _read(project, facts) if held(fact.shape) == "pictures"]
    return bool(shapes) and all(shape.size("channel") == 1 for shape in shapes)


def _listed(there: set[Holds]) -> str:
    return " and ".join(NOUNS[kind] for kind in NOUNS if kind in there)


def _without(one: Augmentation) -> Fix:
    return Fix(f"Take {one.title} out", partial(_drop, kind=one.kind))


def _drop(project: Project, kind: str) -> Project:
    return _augmented(project, tuple(one for one in project.training.augment if one.kind != kind))


def _with(project: Project, augmentation: Augmentation) -> Project:
    changed = [augmentation if one.kind == augmentation.kind else one for one in project.training.augment]
    return _augmented(project, tuple(changed))


def _augmented(project: Project, augment: tuple[Augmentation, ...]) -> Project:
    return project.changed(training=project.training.changed(augment=augment))
