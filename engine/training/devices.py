"""Where and with how many threads a run computes: measured on its first steps, on copies, so that the result is not
touched.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from statistics import median

import torch

PROBE_SECONDS = 1.0  # for all candidates together


def choose_device(wish: str) -> torch.device:
    """The device named, or the best there is for "auto"."""
    if wish != "auto":
        return torch.device(wish)
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def prepare_thread(threads: int) -> None:
    """Sets what torch keeps per thread: call it on the thread that trains."""
    torch.set_flush_denormal(True)
    torch.set_num_threads(threads)


def thread_candidates() -> list[int]:
    """1, 2, 4, ... up to the cores this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return sorted({*(2**n for n in range(cores.bit_length()) if 2**n <= cores), cores})


def fastest_threads(step: Callable[[], None]) -> int:
    """The number of threads with the smallest median time of `step`; interleaved, the first round left out as warm-
    up.
    """
    candidates = thread_candidates()
    times: dict[int, list[float]] = {threads: [] for threads in candidates}
    begin = time.perf_counter()
    rounds = 0
    while rounds < 3 or (rounds < 40 and time.perf_counter() - begin < PROBE_SECONDS):
        for threads in candidates:
            torch.set_num_threads(threads)
            start = time.perf_counter()
            step()
            if rounds:
                times[threads].append(time.perf_counter() - start)
        rounds += 1
    return min(candidates, key=lambda threads: median(times[threads]))
