"""Processes that are started beside this one: each a fresh interpreter, which Ctrl-C does not end."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any


@dataclass(frozen=True)
class Helper:
    """A process, and the way to talk to it."""

    process: SpawnProcess
    pipe: Connection


def begin(work: Callable[..., None], *told: Any, name: str) -> Helper:
    """Starts `work(pipe, *told)` in a process of its own, which ends with this one at the latest.

    It is spawned: a fork would copy torch's threads half alive.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs, *told), name=name, daemon=True)
    try:
        with _uninterrupted():
            process.start()
    finally:
        theirs.close()  # so that its end is seen here when the process is gone
    return Helper(process, ours)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """A process that is started within is not ended by Ctrl-C, not even before its first line runs."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # it would open the mask again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
