"""A split put through a network, without learning."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.build import Model
from engine.training.batches.epochs import Tensors
from engine.training.batches.transfer import fed
from engine.training.objective import objectives as all_objectives
from engine.training.objective.objectives import Objective


@dataclass(frozen=True)
class Measured:
    """A split put through the network.

    Attributes:
        loss: weighted sum over targets of the means over examples (of words: over words), without penalties.
        answers: for each Output (examples, units) float32 in the target's own unit, values (examples, *shape), or the
            likeliest words (examples, time).
    """

    loss: float
    answers: tuple[NDArray[Any], ...]


def measure(
    model: Model,
    objectives: Sequence[Objective],
    inputs: Tensors,
    wanted: Tensors,
    size: int,
    stopping: Callable[[], bool],
) -> Measured | None:
    """Loss and answers of a model in evaluation mode, `size` examples at once; None where `stopping` said so."""
    sums, counts = [0.0] * len(objectives), [0.0] * len(objectives)
    answers = []
    with torch.inference_mode():
        cut = zip(_cut(inputs, size), _cut(wanted, size), strict=True)
        for batch, right in fed(cut, next(model.parameters()).device):
            if stopping():
                return None
            logits = model.logits(*batch)
            for place, loss in enumerate(losses(objectives, logits, right)):
                count = float(objectives[place].counted(right[place]))
                sums[place] += float(loss) * count if count else 0.0
                counts[place] += count
            given = all_objectives.each(model.answers(logits))
            answers.append([one.read(found) for one, found in zip(objectives, given, strict=True)])
    means = [total / count if count else 0.0 for total, count in zip(sums, counts, strict=True)]
    first, *others = [mean * one.weight for mean, one in zip(means, objectives, strict=True)]
    numbers = all_objectives.joined(answers)
    own = tuple(one.own_unit(found) for one, found in zip(objectives, numbers, strict=True))
    return Measured(sum(others, first), own)


def losses(objectives: Sequence[Objective], logits: Tensor | Tensors, wanted: Tensors) -> list[Tensor]:
    """The mean loss of a batch for each Output, without the weights."""
    given = all_objectives.each(logits)
    return [one.compared(*pair) for one, *pair in zip(objectives, given, wanted, strict=True)]


def _cut(values: Tensors, size: int) -> Iterator[Tensors]:
    """Batches of `size` examples, of all tensors at once."""
    return zip(*[torch.split(one, size) for one in values], strict=True)


def finite(model: nn.Module) -> bool:
    """Whether all weights are numbers still."""
    every = [weights.detach() for weights in model.parameters()]
    if _are_finite([weights.sum() for weights in every]):
        return True
    return _are_finite(torch._foreach_norm(every, torch.inf))  # ten times as slow, but cannot run over


def _are_finite(found: Sequence[Tensor]) -> bool:
    return bool(torch.isfinite(torch.stack(list(found))).all())
