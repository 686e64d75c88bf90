"""Memory: how much can still be taken, what is said where it ran out, and giving back what is not used any more."""

from __future__ import annotations

import torch

from engine import allocator, system
from engine.training.speed.devices import choose_device

TEXTS = ("not enough memory", "can't allocate memory", "out of memory")  # of allocators that say it in words alone


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out: Python's, CUDA's, or the CPU allocator's, which says so only in its text."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(text in str(error) for text in TEXTS)


def free_bytes(device: str) -> int:
    """What can still be taken on the device a run computes on."""
    return int(torch.cuda.mem_get_info()[0]) if choose_device(device).type == "cuda" else system.free_memory()


def give_back() -> None:
    """Hands the memory that nobody holds any more to the system.

    Python's collector of cycles is left alone: on this thread it could take objects of the window with it.
    """
    allocator.give_back()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
