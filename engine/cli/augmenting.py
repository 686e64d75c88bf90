"""`--augment` of `new` and `train`: what is done to training examples, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from engine.choices.augmentations import AUGMENTATIONS, AnyAugmentation
from engine.cli.usage import UsageError
from engine.project import Project

NONE = "none"
ONE: TypeAdapter[AnyAugmentation] = TypeAdapter(AnyAugmentation)


def augmented(project: Project, words: Sequence[str] | None) -> Project:
    """The project with these augmentations instead of its own; the same where nothing is said.

    Args:
        words: each a kind, with values of its own where they are not the usual ones: "flip", "shift:distance=0.2",
            "colour:hue=10,contrast=0"; "none" alone takes all out. UsageError for other words.
    """
    if not words:
        return project
    augment = [] if list(words) == [NONE] else [_augmentation(word) for word in words]
    try:
        changed: Project = project.changed(training=project.training.changed(augment=augment))
    except ValidationError as error:
        raise UsageError(f"--augment: {error.errors()[0]['msg']}") from error
    return changed


def _augmentation(word: str) -> AnyAugmentation:
    kind, _, rest = word.partition(":")
    known = {one.model_fields["kind"].default: one for one in AUGMENTATIONS}
    if kind not in known:
        raise UsageError(f"--augment does not know {kind}", hint=f"Give {NONE}, or some of: {', '.join(known)}")
    given: dict[str, Any] = {"kind": kind}
    for part in rest.split(",") if rest else ():
        name, _, value = part.partition("=")
        given[name] = value
    try:
        return ONE.validate_python(given)
    except ValidationError as error:
        first = error.errors()[0]
        fields = ", ".join(name for name in known[kind].model_fields if name != "kind")
        reason = first["msg"].replace("Input should", "has to")
        if first["type"] == "extra_forbidden":
            raise UsageError(f"--augment: {kind} has no {first['loc'][-1]}", hint=f"It has: {fields}") from error
        raise UsageError(f"--augment: {first['loc'][-1]} of {kind} {reason}") from error
