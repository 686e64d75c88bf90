"""Batches as a network sees them while it learns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.choices.augmentations import Augmentation, Colour, Draw, Geometry, Holds, Mixing, held
from engine.facts import DataFacts
from engine.training.augmentation.colour import Range, recoloured
from engine.training.augmentation.geometry import moved
from engine.training.augmentation.mixing import MIXING, mixed_answers
from engine.training.augmentation.single import SINGLE, Known, measured
from engine.training.batches.epochs import Tensors

DRAWS = 0xA06  # sets these random numbers apart from all others of the same seed


class Augmenter:
    """Changes batches as the settings say.

    What is drawn depends on seed, epoch and the batch's number alone, so that a resumed run draws the same.
    """

    def __init__(
        self,
        augment: Sequence[Augmentation],
        seed: int,
        names: Sequence[str],
        inputs: Sequence[Known],
        units: Sequence[int],
        itself: Mapping[int, int],
    ) -> None:
        """Before the first batch.

        Args:
            names: of inputs, in the order in which batches hold them; what is there twice is changed once.
            inputs: what is known of each.
            units: numbers that the network gives for each of the wanted answers, in their order.
            itself: places of answers that are the input at a place: they move and change colour with it.
        """
        self._seed, self._known, self._units, self._itself = seed, inputs, units, itself
        self._first = [names.index(name) for name in names]
        self._geometry = [one for one in augment if isinstance(one, Geometry)]
        self._colours = [one for one in augment if isinstance(one, Colour)]
        self._single = [one for one in augment if type(one) in SINGLE]
        self._mixing = [one for one in augment if isinstance(one, Mixing)]

    def changed(
        self, batches: Iterable[tuple[Tensors, Tensors]], epoch: int, skip: int
    ) -> Iterator[tuple[Tensors, Tensors]]:
        """The batches of an epoch after its first `skip`, each changed on the device where it is."""
        for number, (inputs, wanted) in enumerate(batches, start=skip):
            draw = np.random.default_rng((DRAWS, self._seed, epoch, number))
            yield self._batch(inputs, wanted, draw)

    def _batch(self, inputs: Tensors, wanted: Tensors, draw: Draw) -> tuple[Tensors, Tensors]:
        seen = self._each(self._seen, inputs, draw)
        answers = [seen[self._itself[at]] if at in self._itself else one for at, one in enumerate(wanted)]
        inputs = self._each(self._spoilt, seen, draw)
        if not self._mixing:
            return inputs, tuple(answers)
        how = self._mixing[draw.integers(len(self._mixing))]
        inputs, pairs = MIXING[type(how)](how, inputs, draw)
        mixed = zip(self._units, answers, strict=True)
        return inputs, tuple(mixed_answers(units, one, pairs) for units, one in mixed)

    def _each(self, change: Callable[[Tensor, Known, Draw], Tensor], inputs: Tensors, draw: Draw) -> Tensors:
        made: list[Tensor] = []
        for place, (one, known) in enumerate(zip(inputs, self._known, strict=True)):
            first = self._first[place]
            made.append(change(one, known, draw) if first == place else made[first])
        return tuple(made)

    def _seen(self, values: Tensor, known: Known, draw: Draw) -> Tensor:
        """A picture that shows the same thing, otherwise."""
        if known.holds != "pictures":
            return values
        count, channels, height, width = values.shape
        moves = [one.moves(draw, count, height, width) for one in self._geometry]
        if moves:
            values = moved(values, reduce(lambda done, then: then @ done, moves))
        for one in self._colours:
            if known.colours is not None:
                values = recoloured(values, one.recoloured(draw, count, channels), known.colours)
        return values

    def _spoilt(self, values: Tensor, known: Known, draw: Draw) -> Tensor:
        """An example of which something is taken away."""
        for one in self._single:
            if known.holds in one.suits:
                values = SINGLE[type(one)](one, values, draw, known)
        return values


def all_known(
    facts: DataFacts, preparation: dict[str, Any], names: Sequence[str], arrays: Sequence[Tensor]
) -> list[Known]:
    """What is known of inputs by name, in the order in which batches hold them.

    Args:
        arrays: of each, those of the training split, (examples, *shape).
    """
    documents = dict(
        zip([fact.name for fact in facts.inputs], preparation.get("inputs") or [preparation], strict=False)
    )
    shapes = {fact.name: fact.shape for fact in facts.inputs}
    pairs = zip(names, arrays, strict=True)
    return [_known(held(shapes[name]), values, documents.get(name, {})) for name, values in pairs]


def _known(holds: Holds, values: Tensor, document: Mapping[str, Any]) -> Known:
    if holds == "pictures":
        return Known(holds, torch.ones((), dtype=torch.bool), Range.of(document, values.shape[1]))
    return Known(holds, measured(values) if holds == "numbers" else torch.ones((), dtype=torch.bool))


def same_places(answers: Tensors, inputs: Tensors) -> dict[int, int]:
    """Places of answers that are an input itself, and the places of those."""
    return {
        at: place
        for at, answer in enumerate(answers)
        for place, values in enumerate(inputs)
        if answer.shape == values.shape and torch.equal(answer, values)
    }
