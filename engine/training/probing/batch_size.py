"""Which batch size fits where one did not, and what a person is told of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from engine.errors import EngineError
from engine.memory import Budget
from engine.memory.budget import HELD
from engine.record.request import TrainingRequest
from engine.training.probing import memory, trial

SECONDS = 30.0  # that trying may take; a try takes two to five, most of them until torch is loaded

Tries = Callable[[int], bool | None]


def advice(
    request: TrainingRequest, stopping: Callable[[], bool] = bool, clock: Callable[[], float] = time.perf_counter
) -> tuple[str, int]:
    """What a person is told whose batch did not fit: how much it needs, how much is free, and what fits; 0 for nothing.

    Call it when the memory of the run has been given back. The batch size that is named was tried out with steps of a
    fresh learner: the largest power of two below, as far as there was time to look for it.

    Args:
        stopping: whether to look for it no longer.
        clock: of the seconds that looking for it may take.
    """
    training = request.project.training
    batch = min(training.batch_size, request.dataset.facts.train)
    free = memory.free_bytes(training.device)
    needs, copy = _needs(request)
    end = clock() + SECONDS

    def tries(size: int) -> bool | None:
        return trial.fits(request, size, lambda: stopping() or clock() > end)

    smaller = sorted(size for size in needs if size < batch)
    likely = sum(needs[size] + copy <= free for size in smaller)  # a trial holds a copy, whatever the disk does
    fits = largest(smaller, max(0, likely - 1), tries) if needs else None
    return f"{_why(batch, needs.get(batch), free)}. {_then(fits)}", fits or 0


def largest(sizes: Sequence[int], place: int, fits: Tries) -> int | None:
    """The largest size that fits; 0 where none does, None where that was not found out.

    It is looked for up and down from a likely one, in strides that grow, until it lies between two that were tried.

    Args:
        sizes: growing; what is smaller than one that fits fits as well.
        place: of the likely one.
        fits: whether a size does; None: not found out, and there is no time for more.
    """
    low, high, stride = -1, len(sizes), 1  # what fits and what does not, so far
    while high - low > 1:
        found = fits(sizes[place])
        if found is None:
            return sizes[low] if low >= 0 else None
        low, high = (place, high) if found else (low, place)
        if high == len(sizes):
            place = min(low + stride, high - 1)
        elif low < 0:
            place = max(high - stride, 0)
        else:
            place = (low + high) // 2
        stride *= 2
    return sizes[low] if low >= 0 else 0


def _needs(request: TrainingRequest) -> tuple[dict[int, int], int]:
    """Bytes that a training takes by forecast, for the batch size and all powers of two below it; largest first. Then
    those of a copy of weights and optimizer that are not among them.

    On the CPU it takes none for the examples, which are there already.
    """
    training, data = request.project.training, request.dataset
    batch = min(training.batch_size, data.facts.train)
    try:
        budget = Budget.of(request.project, data.facts)
    except EngineError:
        return {}, 0
    here = 0 if trial.has_memory_of_its_own(training.device) else trial.size(data)
    smaller = [2**power for power in range(batch.bit_length()) if 2**power < batch]
    needs = {size: max(0, budget.needs(size) - here) for size in (batch, *reversed(smaller))}
    return needs, budget.copy if budget.copy >= HELD else 0


def _why(batch: int, needed: int | None, free: int) -> str:
    if needed is not None and needed > free:
        return f"A batch of {batch:,} needs about {_size(needed)}, and {_size(free)} were free"
    return f"A batch of {batch:,} did not fit into memory"


def _then(fits: int | None) -> str:
    if fits is None:
        return "Set a smaller batch size and train again."
    if not fits:
        return "Not even a smaller one fits: make the network smaller and train again."
    return f"Set the batch size to {fits:,}, which fits, and train again: that is a new run, from the beginning."


def _size(count: int) -> str:
    """`9.1 GB`, `310 MB`."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{max(1, round(count / 1e6)):,} MB"
