"""A run on a thread of its own: trains, records, and hands each event to a sink. Every ending is an event."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress

import torch

from engine.errors import EngineError
from engine.training import snapshot as snapshots
from engine.training import stored
from engine.training.control import Control
from engine.training.events import Event, Failed, Noted, OutOfMemory
from engine.training.loop import train
from engine.training.recorder import record, record_ending
from engine.training.request import TrainingRequest

NO_MEMORY = ("not enough memory", "can't allocate memory")  # of torch's CPU allocator, on Windows and elsewhere


def run(request: TrainingRequest, control: Control) -> Iterator[Event]:
    """Trains and records on the calling thread: what the command line and the worker both do. Lets errors through."""
    start, instead = None, ""
    if request.resume:
        stored.check(request.folder)
        start, instead = snapshots.choose(request.folder)
    yield from record(request, _told(train(request, control, start), instead))


def _told(events: Iterator[Event], message: str) -> Iterator[Event]:
    """The events, and after the first one a sentence, where there is one."""
    for number, event in enumerate(events):
        yield event
        if message and number == 0:
            yield Noted(getattr(event, "step", 0), message)


class Worker:
    """Runs a request on a thread. `sink` is called on that thread with each event; the last one is always an Ended."""

    def __init__(self, request: TrainingRequest, control: Control, sink: Callable[[Event], None]) -> None:
        self._request, self._control, self._sink = request, control, sink
        self._step = 0
        self._thread = threading.Thread(target=self._work, name="layerdeck-training", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self, seconds: float) -> bool:
        """Waits for the end; True where it came in time."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def _work(self) -> None:
        try:
            for event in run(self._request, self._control):
                self._step = getattr(event, "step", self._step)
                self._sink(event)
        except BaseException as error:  # the one place: whatever happens becomes an event
            self._sink(ending(error, self._step, self._request))


def ending(error: BaseException, step: int, request: TrainingRequest) -> Failed | OutOfMemory:
    """The event for a run that an exception ended, written into its folder where that is possible."""
    event = _event(error, step, request.project.training.batch_size)
    with suppress(EngineError):  # the folder may be what went wrong; the event says so
        record_ending(request.folder, event)
    return event


def _event(error: BaseException, step: int, batch_size: int) -> Failed | OutOfMemory:
    if is_out_of_memory(error):
        less = f"Set the batch size to {batch_size // 2}" if batch_size > 1 else "Make the network smaller"
        return OutOfMemory(step, f"A batch did not fit into memory. {less} and train again.")
    message = str(error) if isinstance(error, EngineError) else f"Training failed: {error}"
    return Failed(step, message, "".join(traceback.format_exception(error)))


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out: Python's, CUDA's, or the CPU allocator's, which says so only in its text."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(text in str(error) for text in NO_MEMORY)
