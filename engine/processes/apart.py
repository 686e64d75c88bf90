"""A reader at work in a process of its own: a file that breaks it, or that it never ends with, breaks nothing else.

Readers in Rust end their whole process where a damaged file asks for absurd amounts of memory.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from engine.processes.spawned import begin
from engine.system import free_memory

T = TypeVar("T")
GLANCE = 0.05  # seconds between two looks whether the person has cancelled


class BrokenError(Exception):
    """The reader cannot read the file, in its own words; or it was ended by it."""


@dataclass(frozen=True)
class _Failed:
    why: str


def apart(work: Callable[..., T], *told: Any, most: int, seconds: float, glance: Callable[[], None]) -> T:
    """What `work` gives, a function of a module that brings little along.

    Args:
        told: for `work`; it and what comes back are copied to and fro.
        most: bytes of memory that it may take, where the system can hold it to that (Linux).
        seconds: after which it is taken to be stuck.
        glance: called again and again meanwhile; raises to give up.

    Raises:
        BrokenError: `work` raised anything, or ended its process.
    """
    helper = begin(_work, work, told, min(most, free_memory()), name="layerdeck-reader")
    try:
        end = time.monotonic() + seconds
        while not helper.pipe.poll(GLANCE):
            glance()
            if time.monotonic() > end:
                raise BrokenError("it does not come to an end")
        answer: T | _Failed = helper.pipe.recv()
    except (EOFError, OSError) as error:
        raise BrokenError("it ended its reader") from error
    finally:
        helper.process.kill()
        helper.process.join()
        helper.process.close()
        helper.pipe.close()
    if isinstance(answer, _Failed):
        raise BrokenError(answer.why)
    return answer


def _work(pipe: Connection, work: Callable[..., Any], told: tuple[Any, ...], most: int) -> None:
    """The reader's life. `most`: bytes of memory that it may take."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what it says as it breaks is for its authors
    _limit(most)
    try:
        pipe.send(work(*told))
    except BaseException as error:  # panics of Rust are none of Exception; the asking process shall know of it
        pipe.send(_Failed(f"{type(error).__name__}: {error}"))


def _limit(most: int) -> None:
    """Holds this process to so many bytes that it writes to; addresses alone are no measure: each thread takes many."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
