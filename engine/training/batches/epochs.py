"""One epoch's batches: its examples put into a seeded random order some batches at a time, then cut.

Data that fits is held as tensors; no worker processes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import torch
from torch import Tensor

from engine.settings import steps_in_epoch
from engine.training.batches import sampling

Tensors = tuple[Tensor, ...]
GATHERED = 2**21  # bytes of inputs put in order at once, about: many small batches in one go, and little memory


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

    The order depends on seed and epoch alone, so that a resumed run sees what it would have seen. Each batch lies in
    the same piece at the same place whatever is skipped: where numbers lie in memory, 16 bytes more or less apart,
    matrix products add them up in another order.

    Args:
        classes: int64 (examples,) on the CPU: each of these classes is shown equally often; None: each example once.
    """
    examples = len(inputs[0])
    generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
    dealt = sampling.shuffled(examples, generator) if classes is None else sampling.balanced(classes, generator)
    order = dealt.to(inputs[0].device)
    sizes = [batch_size] * steps_in_epoch(examples, batch_size)
    sizes[-1] = examples - batch_size * (len(sizes) - 1)
    each = sum(values.element_size() * values[0].numel() for values in inputs)
    together = max(1, GATHERED // (each * batch_size))
    starts = [number * batch_size for number in range(len(sizes))]
    for first in range(skip - skip % together, len(sizes), together):
        cut = sizes[first : first + together]
        part = order[starts[first] : starts[first] + sum(cut)]
        batches = zip(_dealt(inputs, part, cut), _dealt(targets, part, cut), strict=True)
        yield from islice(batches, max(0, skip - first), None)


def _dealt(values: Tensors, order: Tensor, sizes: list[int]) -> Iterator[Tensors]:
    return zip(*[torch.split(one[order], sizes) for one in values], strict=True)
