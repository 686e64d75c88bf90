"""Where and with how many threads a run computes: measured on its first steps, on copies, so that the result is not
touched.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import torch

from engine import allocator
from engine.errors import EngineError
from engine.settings import TrainingSettings

PROBE_SECONDS = 1.0  # for all candidates together

T = TypeVar("T")


def choose_device(wish: str) -> torch.device:
    """The device named, or the best there is for "auto"."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wish == "auto":
        return torch.device(next(name for name, found in there.items() if found))
    if not there[wish]:
        raise EngineError(f"This machine has no {wish} device", field="device", hint="Set the device to auto")
    return torch.device(wish)


def warm_up() -> None:
    """Loads what torch loads on the first step of its life. Draws no random number."""
    weight = torch.nn.Parameter(torch.zeros(2, 2))
    optimizer = torch.optim.Adam([weight], fused=True)
    torch.autograd.backward(torch.nn.functional.linear(torch.ones(1, 2), weight).sum())
    optimizer.step()


def prepare_thread(threads: int) -> None:
    """Sets what torch keeps per thread: call it on the thread that trains."""
    allocator.hold()
    torch.set_flush_denormal(True)
    torch.set_num_threads(threads)


def thread_candidates() -> list[int]:
    """1, 2, 4, ... up to the cores this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return sorted({*(2**n for n in range(cores.bit_length()) if 2**n <= cores), cores})


def threads_each(settings: TrainingSettings) -> int:
    """Threads of each process of a run: those that are set, else an equal share of the cores where several train on
    one CPU; 0, to be measured, for a single one.
    """
    if settings.threads or settings.processes == 1:
        return settings.threads
    return max(1, thread_candidates()[-1] // settings.processes)


def timed(
    candidates: Sequence[T],
    choose: Callable[[T], None],
    step: Callable[[], object],
    stopping: Callable[[], bool] = bool,
) -> dict[T, float]:
    """Least seconds of `step` with each candidate; by turns, the first round left out as warm-up.

    The least, as what else goes on meanwhile only adds to it: a window that is being drawn, another process.

    Args:
        choose: what makes the next step one with that candidate.
        stopping: whether to end at once; a candidate that was not timed until then takes for ever.
    """
    times: dict[T, list[float]] = {candidate: [] for candidate in candidates}
    begin = time.perf_counter()
    rounds = 0
    while not (rounds >= 40 or (rounds > 2 and time.perf_counter() - begin > PROBE_SECONDS)):
        for candidate in candidates:
            if stopping():
                return {candidate: min(found, default=math.inf) for candidate, found in times.items()}
            choose(candidate)
            start = time.perf_counter()
            step()
            if rounds:
                times[candidate].append(time.perf_counter() - start)
        rounds += 1
    return {candidate: min(found) for candidate, found in times.items()}
