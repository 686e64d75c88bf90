"""The last step of every source: inputs, answers and the split become a Dataset."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from numpy.typing import NDArray

from engine.data.dataset import Dataset, Part
from engine.data.feature.base import Entry, Indexes
from engine.data.feature.targets import Answers
from engine.data.splits import Split, remarks
from engine.facts import DataFacts, InputFact, Target

Arrays = tuple[NDArray[Any], ...]
Kind = Literal["table", "images", "text"]


@dataclass(frozen=True)
class Wanted:
    """One target.

    Attributes:
        document: its part of the preparation.
        take: gives its values for indexes of examples and the inputs of these.
        counts: examples of each class; empty where it has none.
    """

    fact: Target
    document: dict[str, Any]
    take: Callable[[Indexes, Arrays], NDArray[Any]]
    counts: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def wanted(answers: Answers, split: Split, scale: bool) -> Wanted:
    """Classes or numbers as a target."""
    notes = remarks(split, answers.values, answers.classes) if answers.classes else []
    fact, document = answers.fact(split.train, scale), answers.document(split.train, scale)
    return Wanted(fact, document, lambda rows, _: answers.values[rows], answers.counts(), tuple(notes))


def itself(entries: Sequence[Entry]) -> list[Wanted]:
    """Every input of numbers as a target of its own, as it is prepared; named as the input where there are several."""
    return [
        _itself("itself" if len(entries) == 1 else entry.fact.name, place, entry.fact)
        for place, entry in enumerate(entries)
        if entry.fact.shape.values == "real"
    ]


def _itself(name: str, place: int, fact: InputFact) -> Wanted:
    document = {"name": name, "kind": "values", "input": fact.name, "features": list(fact.features)}
    return Wanted(Target(name, "values", shape=fact.shape), document, lambda _, inputs: inputs[place])


def kind_of(inputs: Sequence[InputFact]) -> Kind:
    """What the data is to people: "images" or "text" where that is all that goes in."""
    if len(inputs) > 1:
        return "table"
    if inputs[0].shape.values == "ids":
        return "text"
    return "images" if "channel" in inputs[0].shape.names else "table"


def assembled(
    kind: Kind,
    entries: Sequence[Entry],
    answers: Sequence[Wanted],
    split: Split,
    rows: Indexes,
    preparation: dict[str, Any],
    notes: Sequence[str],
) -> Dataset:
    """A Dataset, with the targets added to the preparation. `rows`: the place of each example in the source."""
    first, *others = [entry.fact for entry in entries]
    target, *targets = answers
    facts = DataFacts(
        kind=kind,
        input=first.shape,
        target=target.fact,
        train=len(split.train),
        validation=len(split.validation),
        test=len(split.test),
        class_counts=target.counts,
        notes=(*notes, *(note for one in answers for note in one.notes)),
        features=first.features,
        input_name=first.name,
        more_inputs=tuple(others),
        more_targets=tuple(one.fact for one in targets),
    )

    def part(indexes: Indexes) -> Part:
        inputs = tuple(entry.take(indexes) for entry in entries)
        values = tuple(one.take(indexes, inputs) for one in answers)
        return Part(inputs[0], values[0], rows[indexes], inputs[1:], values[1:])

    document = {**preparation, "target": target.document}
    if targets:
        document["more_targets"] = [one.document for one in targets]
    return Dataset(facts, part(split.train), part(split.validation), part(split.test), document)
