"""One epoch's batches: shuffled once by a seeded permutation, then cut.

Data that fits is held as tensors; no worker processes.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

GATHER_LIMIT = 256 * 2**20  # bytes; above it, batches are gathered one by one instead of the whole epoch at once


def steps_in_epoch(examples: int, batch_size: int) -> int:
    """Batches of an epoch.

    A last batch of a single example joins the one before it: batch norm cannot use one example.
    """
    steps, rest = divmod(examples, batch_size)
    return max(1, steps + (1 if rest > (1 if steps else 0) else 0))


def epoch_batches(
    inputs: Tensor, targets: Tensor, batch_size: int, seed: int, epoch: int, skip: int = 0
) -> Iterator[tuple[Tensor, Tensor]]:
    """The batches of one epoch in its own order, from the one after `skip` on.

    The order depends on seed and epoch alone, so that a resumed run sees what it would have seen.
    """
    examples = len(inputs)
    generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
    order = torch.randperm(examples, generator=generator).to(inputs.device)
    sizes = [batch_size] * steps_in_epoch(examples, batch_size)
    sizes[-1] = examples - batch_size * (len(sizes) - 1)
    rows = torch.split(order, sizes)
    if inputs.numel() * inputs.element_size() > GATHER_LIMIT:
        for part in rows[skip:]:
            yield inputs[part], targets[part]
    else:
        yield from list(zip(torch.split(inputs[order], sizes), torch.split(targets[order], sizes), strict=True))[skip:]
