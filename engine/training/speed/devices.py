"""Where and with how many threads a run can compute."""

from __future__ import annotations

import os

import torch

from engine import allocator
from engine.errors import EngineError
from engine.settings import TrainingSettings


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
    one CPU; 0, to be found out, for a single one.
    """
    if settings.threads or settings.processes == 1:
        return settings.threads
    return max(1, thread_candidates()[-1] // settings.processes)
