"""How the C library keeps memory that is freed: training asks for the same large blocks at every step.

Left alone, glibc hands blocks above some size back to the system at once, and the system fills each page with zeros
when it is asked for again: a third of the time of a convolutional step. Elsewhere than on glibc nothing is done.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any

# of mallopt(3) and glibc's malloc.h
TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
WHOLE = 2**30  # bytes; larger blocks still come from the system and go back to it


@cache
def hold() -> bool:
    """Lets the process keep what it frees, in one heap for all threads; True where the C library can.

    Call it before other threads begin: those that have a heap of their own keep it.
    """
    library = _glibc()
    if library is None:
        return False
    wanted = {ARENA_MAX: 1, MMAP_THRESHOLD: WHOLE, TRIM_THRESHOLD: 2**31 - 1}
    done = [library.mallopt(name, value) for name, value in wanted.items()]
    return all(done)


def give_back() -> None:
    """Hands what is free to the system; for when a training is over."""
    library = _glibc()
    if library is not None and hold():
        library.malloc_trim(0)


def spare() -> int:
    """Bytes of the process's address space that are held, free, for its next blocks; 0 where that is not known.

    Trimming gives their pages back, not their addresses: those above them may be in use.
    """
    library = _glibc()
    if library is None or not hasattr(library, "mallinfo2"):  # before glibc 2.33
        return 0
    library.mallinfo2.restype = _Mallinfo
    return int(library.mallinfo2().fordblks)


class _Mallinfo(ctypes.Structure):
    """Of mallinfo(3)."""

    _fields_ = (
        *((name, ctypes.c_size_t) for name in ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks")),
        *((name, ctypes.c_size_t) for name in ("uordblks", "fordblks", "keepcost")),
    )


def _glibc() -> Any:
    """The C library where it is glibc, else None."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "gnu_get_libc_version") else None
