"""Memory: how much can still be taken, what is said where it ran out, and giving back what is not used any more."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import torch

from engine import allocator
from engine.training.devices import choose_device

TEXTS = ("not enough memory", "can't allocate memory", "out of memory")  # of allocators that say it in words alone


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out: Python's, CUDA's, or the CPU allocator's, which says so only in its text."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(text in str(error) for text in TEXTS)


def free_bytes(device: str) -> int | None:
    """What can still be taken on the device a run computes on; None where the system does not say."""
    if choose_device(device).type == "cuda":
        return int(torch.cuda.mem_get_info()[0])
    found = [*_of_the_machine(), *_of_the_group(), *_of_the_process()]
    return max(0, min(found)) if found else None


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
        yield int(limit[0]) - int(taken[0]) + sum(_cached_files())


def _cached_files() -> Iterator[int]:
    """Bytes that count as the group's, but that the system takes back where memory is short."""
    for line in _lines("/sys/fs/cgroup/memory.stat"):
        if line.startswith(("active_file ", "inactive_file ")):
            yield int(line.split()[1])


def _of_the_process() -> Iterator[int]:
    limit, taken = address_limit(), addresses()
    if limit is not None and taken is not None:
        yield limit - taken


def address_limit() -> int | None:
    """Bytes of address space that a process may take (`ulimit -v`); None for as many as it likes."""
    if sys.platform == "win32":
        return None
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if limit == resource.RLIM_INFINITY else limit


def addresses() -> int | None:
    """Bytes of address space that this process uses: without what its heap holds free. None where it cannot be told."""
    if sys.platform == "win32":
        return None
    import resource

    taken = _lines("/proc/self/statm")
    return int(taken[0].split()[0]) * resource.getpagesize() - allocator.spare() if taken else None


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="ascii").splitlines()
    except OSError:
        return []
