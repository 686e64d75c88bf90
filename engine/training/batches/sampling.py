"""The order in which an epoch shows the examples: each once, or each class equally often."""

from __future__ import annotations

import torch
from torch import Tensor


def shuffled(examples: int, generator: torch.Generator) -> Tensor:
    """Each example once: int64 (examples,)."""
    return torch.randperm(examples, generator=generator)


def balanced(classes: Tensor, generator: torch.Generator) -> Tensor:
    """As many places as there are examples, dealt to the classes as evenly as can be: int64 (examples,).

    Within a class all examples have been shown before one is shown again: those of a rare class come several times,
    of a frequent one some are left out, others in each epoch. Random oversampling and undersampling (He & Garcia 2009,
    section 3.1), with less chance in it.

    Args:
        classes: int64 (examples,), on the CPU.
    """
    _, counts = torch.unique(classes, return_counts=True)
    members = torch.split(torch.argsort(classes, stable=True), counts.tolist())
    turn = torch.randperm(len(members), generator=generator).tolist()  # who gets one more, where it is not even
    share, rest = divmod(len(classes), len(members))
    dealt = [_drawn(members[one], share + (number < rest), generator) for number, one in enumerate(turn)]
    order = torch.cat(dealt)
    return order[torch.randperm(len(order), generator=generator)]


def _drawn(members: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """`count` of them: all in random order, as often as it takes."""
    turns = [torch.randperm(len(members), generator=generator) for _ in range(-(-count // len(members)))]
    return members[torch.cat(turns)[:count]] if turns else members[:0]
