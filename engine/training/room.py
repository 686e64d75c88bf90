"""When memory runs out: how much there was, how much a batch needs, and which batch size fits, tried out."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import torch

from engine import allocator
from engine.errors import EngineError
from engine.memory import Budget
from engine.training import snapshot as snapshots
from engine.training.devices import choose_device
from engine.training.learner import Learner
from engine.training.request import TrainingRequest
from engine.training.tactics import Tactics

SECONDS = 10.0  # that trying may take, before the next try is not begun any more
LOOKED_AT = 2_048  # examples of the validation split that are measured in a try, at most
TEXTS = ("not enough memory", "can't allocate memory", "out of memory")  # of allocators that say it in words alone


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out: Python's, CUDA's, or the CPU allocator's, which says so only in its text."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(text in str(error) for text in TEXTS)


def advice(request: TrainingRequest) -> tuple[str, int]:
    """What a person is told whose batch did not fit: how much it needs, how much is free, and what fits; 0 for nothing.

    Call it when the memory of the run has been given back. The batch size that is named was tried out with steps of a
    fresh learner.
    """
    training = request.project.training
    batch = min(training.batch_size, request.dataset.facts.train)
    free, needs = free_bytes(training.device), _needs(request)
    fits = _largest(request, batch, needs, free)
    needed = needs.get(batch)
    if free is not None and needed is not None and needed > free:
        why = f"A batch of {batch:,} needs about {_size(needed)}, and {_size(free)} were free"
    else:
        why = f"A batch of {batch:,} did not fit into memory"
    if not fits:
        return f"{why}. Not even a smaller one fits: make the network smaller and train again.", 0
    then = f"Set the batch size to {fits:,}, which fits, and train again: that is a new run, from the beginning."
    return f"{why}. {then}", fits


def free_bytes(device: str) -> int | None:
    """What can still be taken on the device a run computes on; None where the system does not say."""
    if choose_device(device).type == "cuda":
        return int(torch.cuda.mem_get_info()[0])
    found = [*_of_the_machine(), *_of_the_group(), *_of_the_process()]
    return max(0, min(found)) if found else None


def _needs(request: TrainingRequest) -> dict[int, int]:
    """Bytes that a training needs by forecast, for the batch size and all powers of two below it; largest first."""
    training, facts = request.project.training, request.dataset.facts
    batch = min(training.batch_size, facts.train)
    try:
        budget = Budget.of(request.project, facts)
    except EngineError:
        return {}
    smaller = [2**power for power in range(batch.bit_length()) if 2**power < batch]
    return {size: budget.needs(size) for size in (batch, *reversed(smaller))}


def _largest(request: TrainingRequest, batch: int, needs: dict[int, int], free: int | None) -> int:
    """The largest batch size below that really fits; 0 where none does, or none was found in time."""
    smaller = [size for size in needs if size < batch]
    likely = [size for size in smaller if free is None or needs[size] <= free]
    end = time.monotonic() + SECONDS
    for size in likely or smaller[-1:]:
        if time.monotonic() > end:
            break
        if fits(request, size):
            return size
    return 0


def fits(request: TrainingRequest, batch_size: int) -> bool:
    """Whether steps with such batches, a snapshot and a look at the validation split find room. Trains nothing."""
    training = request.project.training.changed(batch_size=batch_size)
    smaller = replace(request, project=request.project.changed(training=training))
    try:
        _try(smaller)
    except ValueError:  # a batch of one is too few for batch norm
        return False
    except (MemoryError, RuntimeError) as error:
        if is_out_of_memory(error):
            return False
        raise
    finally:
        give_back()
    return True


def _try(request: TrainingRequest) -> None:
    learner = Learner(request, Tactics(torch.get_num_threads()))
    for inputs, wanted in islice(learner.batches(0), 2 * learner.settings.accumulate):
        learner.step(inputs, wanted, learner.settings.optimizer.learning_rate)
    held = snapshots.take(learner, {"step": 1})
    learner.measure(request.dataset.validation.first(LOOKED_AT))
    del held


def give_back() -> None:
    """Hands the memory that nobody holds any more to the system.

    Python's collector of cycles is left alone: on this thread it could take objects of the window with it.
    """
    allocator.give_back()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _of_the_machine() -> Iterator[int]:
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemAvailable:"):
            yield int(line.split()[1]) * 1024


def _of_the_group() -> Iterator[int]:
    """Of a container that may take so much and no more (cgroup v2)."""
    limit, taken = (_lines(f"/sys/fs/cgroup/memory.{name}") for name in ("max", "current"))
    if limit and taken and limit[0].strip().isdigit():
        yield int(limit[0]) - int(taken[0])


def _of_the_process() -> Iterator[int]:
    if sys.platform == "win32":
        return
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    taken = _lines("/proc/self/statm")
    if limit != resource.RLIM_INFINITY and taken:
        yield limit - int(taken[0].split()[0]) * resource.getpagesize()


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="ascii").splitlines()
    except OSError:
        return []


def _size(count: int) -> str:
    """`9.1 GB`, `310 MB`."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{max(1, round(count / 1e6)):,} MB"
