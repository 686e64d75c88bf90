"""One epoch's batches: put into a seeded random order at once, then cut.

Data that fits is held as tensors; no worker processes.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from engine.training import sampling

Tensors = tuple[Tensor, ...]
GATHER_LIMIT = 256 * 2**20  # bytes; above it, batches are gathered one by one instead of the whole epoch at once


def steps_in_epoch(examples: int, batch_size: int) -> int:
    """Batches of an epoch.

    A last batch of a single example joins the one before it: batch norm cannot use one example.
    """
    steps, rest = divmod(examples, batch_size)
    return max(1, steps + (1 if rest > (1 if steps else 0) else 0))


def epoch_batches(
    inputs: Tensors,
    targets: Tensors,
    batch_size: int,
    seed: int,
    epoch: int,
    skip: int = 0,
    classes: Tensor | None = None,
) -> Iterator[tuple[Tensors, Tensors]]:
    """The batches of one epoch in its own order, from the one after `skip` on: all inputs and all targets of each.

    The order depends on seed and epoch alone, so that a resumed run sees what it would have seen.

    Args:
        classes: int64 (examples,) on the CPU: each of these classes is shown equally often; None: each example once.
    """
    examples = len(inputs[0])
    generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
    dealt = sampling.shuffled(examples, generator) if classes is None else sampling.balanced(classes, generator)
    order = dealt.to(inputs[0].device)
    sizes = [batch_size] * steps_in_epoch(examples, batch_size)
    sizes[-1] = examples - batch_size * (len(sizes) - 1)
    if sum(values.numel() * values.element_size() for values in inputs) > GATHER_LIMIT:
        for part in torch.split(order, sizes)[skip:]:
            yield tuple(values[part] for values in inputs), tuple(values[part] for values in targets)
    else:
        yield from list(zip(_dealt(inputs, order, sizes), _dealt(targets, order, sizes), strict=True))[skip:]


def _dealt(values: Tensors, order: Tensor, sizes: list[int]) -> Iterator[Tensors]:
    return zip(*[torch.split(one[order], sizes) for one in values], strict=True)
