"""A run on a thread of its own: trains, records, and hands each event to a sink. Every ending is an event."""

from __future__ import annotations

import errno
import os
import shutil
import threading
import time
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from engine import allocator
from engine.errors import EngineError, FileError
from engine.record import reading
from engine.record.control import Control
from engine.record.events import Event, Failed, Noted, OutOfMemory, Preparing, Searching, Snapshot
from engine.record.files import SCRATCH
from engine.record.request import TrainingRequest
from engine.training.checkpoint import snapshot as snapshots
from engine.training.checkpoint.scratch import Scratch
from engine.training.loop import Clock, Recall, train
from engine.training.probing.batch_size import advice
from engine.training.probing.memory import give_back, is_out_of_memory
from engine.training.recorder import record, record_ending

ADVICE_TRIES = 2


def run(request: TrainingRequest, control: Control, clock: Clock = time.perf_counter) -> Iterator[Event]:
    """Trains and records on the calling thread: what the command line and the worker both do. Lets errors through.

    `clock`: in seconds; all that is decided by time is decided by it.
    """
    if request.resume:
        reading.check(request.folder)
    yield from record(request, _events(request, control, clock), clock)


def _events(request: TrainingRequest, control: Control, clock: Clock) -> Iterator[Event]:
    """Those of the loop, begun only while the folder is held.

    A run goes on from its snapshot, with the knobs that were turned after it. It may have more epochs than before: the
    recorder has written them into its frozen project by now, so that whatever comes it goes on to the same end.
    """
    yield Preparing()
    recall: Recall = partial(_recall, request.folder)
    if not request.resume:
        yield from train(request, control, recall=recall, scratch=_scratch(request.folder), lend=True, clock=clock)
        return
    start, instead = snapshots.choose(request.folder)
    turned = [knob for knob in reading.knobs(request.folder) if knob.step >= start.step]
    changes, scratch, step = reading.changes(request.folder), _scratch(request.folder), start.step
    events = train(request, control, start, recall, turned, scratch, changes=changes, lend=True, clock=clock)
    del start  # it is large
    yield next(events)
    if instead:
        yield Noted(step, instead)
    yield from events


def _scratch(folder: Path) -> Scratch:
    """Files in the run's folder, where they leave room for snapshots: the present one and the next."""

    def opened(size: int) -> IO[bytes]:
        if shutil.disk_usage(folder).free < 3 * size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return TemporaryFile(dir=folder, prefix=SCRATCH)

    return opened


def _recall(folder: Path, name: str) -> Snapshot | None:
    with suppress(FileError):
        found, instead = snapshots.choose(folder, name)
        return None if instead else found
    return None


class TrainingThread(ABC):
    """A thread that trains and hands events to a sink, which is called on it."""

    def __init__(self, sink: Callable[[Event], None]) -> None:
        self._sink = sink
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
            for event in self.events():
                self._sink(event)
        except BaseException as error:  # the one place: whatever happens becomes an event
            for event in self.endings(error):
                self._sink(event)
        finally:
            allocator.give_back()

    @abstractmethod
    def events(self) -> Iterator[Event]:
        """What the training says of itself, to its end."""

    @abstractmethod
    def endings(self, error: BaseException) -> Iterator[Event]:
        """What is said in place of the end where something was raised."""


class Worker(TrainingThread):
    """Runs a request on a thread. `sink` is called on that thread with each event; the last one is always an Ended."""

    def __init__(
        self,
        request: TrainingRequest,
        control: Control,
        sink: Callable[[Event], None],
        clock: Clock = time.perf_counter,
    ) -> None:
        super().__init__(sink)
        self._request, self._control, self._clock = request, control, clock
        self._step = 0

    def events(self) -> Iterator[Event]:
        for event in run(self._request, self._control, self._clock):
            self._step = getattr(event, "step", self._step)
            yield event

    def endings(self, error: BaseException) -> Iterator[Event]:
        yield from endings(error, self._step, self._request, lambda: self._control.stopping, self._clock)


def endings(
    error: BaseException,
    step: int,
    request: TrainingRequest,
    stopping: Callable[[], bool] = bool,
    clock: Clock = time.perf_counter,
) -> Iterator[Event]:
    """What is said of a run that an exception ended; the last is an Ended, written into its folder where that can be.

    Args:
        stopping: whether to find out no more what can be changed.
        clock: of the seconds that finding it out may take.
    """
    ended: Failed | OutOfMemory
    if is_out_of_memory(error):
        _let_go(error)
        yield Searching(step)
        ended = OutOfMemory(step, *_advice(request, stopping, clock))
    else:
        message = str(error) if isinstance(error, EngineError) else f"Training failed: {error}"
        ended = Failed(step, message, "".join(traceback.format_exception(error)))
    with suppress(EngineError):  # the folder may be what went wrong; the event says so
        record_ending(request.folder, ended)
    yield ended


def _advice(request: TrainingRequest, stopping: Callable[[], bool], clock: Clock) -> tuple[str, int]:
    """What fits, or that it was not found out: a run that has ended says so, whatever happens while that is tried.

    Where memory is so short that a trial cannot even begin, a second one may.
    """
    for _ in range(ADVICE_TRIES):
        with suppress(EngineError, ValueError, RuntimeError, MemoryError, OSError):
            return advice(request, stopping, clock)
    batch = request.project.training.batch_size
    return f"A batch of {batch:,} did not fit into memory. Set a smaller batch size and train again.", 0


def _let_go(error: BaseException) -> None:
    """What the run held is still held by the frames in which the error was raised."""
    one: BaseException | None = error
    while one is not None:
        traceback.clear_frames(one.__traceback__)
        one = one.__cause__ or one.__context__
    give_back()
