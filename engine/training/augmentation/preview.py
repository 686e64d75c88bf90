"""What a batch looks like once it is prepared and augmented, for people to see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.choices.augmentations import held
from engine.data.dataset import Dataset
from engine.facts import Target
from engine.settings import TrainingSettings
from engine.training.augmentation.augmenter import Augmenter, all_known, same_places
from engine.training.augmentation.single import Known
from engine.training.batches.epochs import Tensors, epoch_batches

MOST_WORDS, MOST_NUMBERS = 30, 6  # in a line
LEAST_SHARE = 0.005  # of a class that is said


@dataclass(frozen=True)
class Shown:
    """An example of a batch.

    Attributes:
        picture: uint8 (height, width, 3), as a person would see it; None where the data has no pictures.
        line: the words of a text, or the first numbers of a row, in one line; "" where there is a picture.
        answer: what is wanted of it: "cat", "cat 70 %, dog 30 %", or a number; "" where it is nothing to say in words.
    """

    picture: NDArray[np.uint8] | None
    line: str
    answer: str


def shown(training: TrainingSettings, dataset: Dataset, epoch: int, most: int) -> tuple[Shown, ...]:
    """The first examples of an epoch's first batch, as a network that reads all of the data would get them."""
    facts, part = dataset.facts, dataset.train
    inputs = tuple(map(torch.from_numpy, part.all_inputs))
    wanted = tuple(torch.from_numpy(np.asarray(values)) for values in part.all_targets)
    names = [fact.name for fact in facts.inputs]
    known = all_known(facts, dataset.preparation, names, inputs)
    units, itself = [target.size for target in facts.targets], same_places(wanted, inputs)
    augmenter = Augmenter(training.augment, training.seed, names, known, units, itself)
    batches = epoch_batches(inputs, wanted, training.batch_size, training.seed, epoch)
    given, answers = next(augmenter.changed(batches, epoch, 0))
    count = min(most, len(given[0]))
    pictures = _pictures(given, known, count)
    lines = [""] * count if any(one.holds == "pictures" for one in known) else _lines(dataset, given[0], count)
    said = [_answer(facts.target, one) for one in answers[0][:count]]
    return tuple(Shown(*one) for one in zip(pictures, lines, said, strict=True))


def _pictures(inputs: Tensors, known: list[Known], count: int) -> list[NDArray[np.uint8] | None]:
    """Of the first input that is pictures."""
    for values, one in zip(inputs, known, strict=True):
        if one.colours is not None:
            plain = values[:count].numpy() * one.colours.deviation[:, None, None] + one.colours.mean[:, None, None]
            bytes_ = (plain * 255).round().clip(0, 255).astype(np.uint8)
            coloured = bytes_ if bytes_.shape[1] == 3 else bytes_[:, :1].repeat(3, axis=1)
            return list(coloured.transpose(0, 2, 3, 1))
    return [None] * count


def _lines(dataset: Dataset, values: Tensor, count: int) -> list[str]:
    """Of the first input: what the network reads, not what stood in the file."""
    fact = dataset.facts.inputs[0]
    if held(fact.shape) == "words":
        words = (dataset.preparation.get("inputs") or [dataset.preparation])[0]["words"]
        texts = [[words[token] for token in text if token] for text in values[:count].tolist()]
        return [" ".join(text[:MOST_WORDS]) for text in texts]
    rows = values[:count].flatten(1)[:, :MOST_NUMBERS].tolist()
    names = fact.features or ("",) * len(rows[0])
    return ["  ".join(f"{name} {number:.2f}".strip() for name, number in zip(names, row, strict=False)) for row in rows]


def _answer(target: Target, wanted: Tensor) -> str:
    if target.kind == "number":
        return f"{float(wanted):.4g}"
    if target.kind != "classes":
        return ""
    if wanted.dim() == 0:
        return target.classes[int(wanted)]
    parts = [(float(share), name) for share, name in zip(wanted, target.classes, strict=True) if share > LEAST_SHARE]
    return ", ".join(f"{name} {share:.0%}" if len(parts) > 1 else name for share, name in sorted(parts, reverse=True))
