"""Memory, as the system lets this process have it: the machine's, its container's, its own limit.

A container is known by the limit of its own root group (cgroup v2).
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import psutil

from engine import allocator

GROUP = Path("/sys/fs/cgroup")


def whole_memory() -> int:
    """Bytes that training may take at most, whoever has them now: its data, weights and all."""
    limit = address_limit()
    return _least(psutil.virtual_memory().total, _group("max"), None if limit is None else limit - _bare())


def free_memory() -> int:
    """Bytes that this process can still take now."""
    return _least(psutil.virtual_memory().available, _left_in_group(), _addresses_left())


def address_limit() -> int | None:
    """Bytes of address space that a process may take (`ulimit -v`); None for as many as it likes."""
    if sys.platform == "win32":
        return None
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if limit == resource.RLIM_INFINITY else limit


def addresses() -> int | None:
    """Bytes of address space that this process uses: without what its heap holds free. None where it cannot be told."""
    return None if sys.platform == "win32" else psutil.Process().memory_info().vms - allocator.spare()


def _least(*limits: int | None) -> int:
    return max(0, min(limit for limit in limits if limit is not None))


@cache
def _bare() -> int:
    """Bytes of address space of this process when it was asked for the first time: its programs alone."""
    return addresses() or 0


def _addresses_left() -> int | None:
    limit = address_limit()
    taken = None if limit is None else addresses()
    return None if limit is None or taken is None else limit - taken


def _left_in_group() -> int | None:
    limit, taken = _group("max"), _group("current")
    return None if limit is None or taken is None else limit - taken + _cached_files()


def _group(name: str) -> int | None:
    """A number of the container; None where there is no container, or no limit."""
    text = "".join(_lines(GROUP / f"memory.{name}"))
    return int(text) if text.isdigit() else None


def _cached_files() -> int:
    """Bytes that count as the container's, but that the system takes back where memory is short."""
    parts = (line.split() for line in _lines(GROUP / "memory.stat"))
    return sum(int(part[1]) for part in parts if part[0] in ("active_file", "inactive_file"))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except OSError:
        return []
