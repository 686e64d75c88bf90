"""A run on a thread of its own: trains, records, and hands each event to a sink. Every ending is an event."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from engine import allocator
from engine.errors import EngineError, FileError
from engine.training import snapshot as snapshots
from engine.training import stored
from engine.training.control import Control
from engine.training.events import Event, Failed, Noted, OutOfMemory, Snapshot
from engine.training.loop import train
from engine.training.recorder import record, record_ending
from engine.training.request import TrainingRequest
from engine.training.room import advice, give_back, is_out_of_memory


def run(request: TrainingRequest, control: Control) -> Iterator[Event]:
    """Trains and records on the calling thread: what the command line and the worker both do. Lets errors through."""
    if request.resume:
        stored.check(request.folder)
    yield from record(request, _events(request, control))


def _events(request: TrainingRequest, control: Control) -> Iterator[Event]:
    """Those of the loop, begun only while the folder is held.

    A run goes on from its snapshot, with the knobs that were turned after it. It may have more epochs than before: the
    recorder has written them into its frozen project by now, so that whatever comes it goes on to the same end.
    """
    recall = partial(_recall, request.folder)
    if not request.resume:
        yield from train(request, control, recall=recall)
        return
    start, instead = snapshots.choose(request.folder)
    turned = [knob for knob in stored.knobs(request.folder) if knob.step >= start.step]
    events, step = train(request, control, start, recall, turned), start.step
    del start  # it is large
    yield next(events)
    if instead:
        yield Noted(step, instead)
    yield from events


def _recall(folder: Path, name: str) -> Snapshot | None:
    with suppress(FileError):
        found, instead = snapshots.choose(folder, name)
        return None if instead else found
    return None


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
        finally:
            allocator.give_back()


def ending(error: BaseException, step: int, request: TrainingRequest) -> Failed | OutOfMemory:
    """The event for a run that an exception ended, written into its folder where that is possible."""
    event = _event(error, step, request)
    with suppress(EngineError):  # the folder may be what went wrong; the event says so
        record_ending(request.folder, event)
    return event


def _event(error: BaseException, step: int, request: TrainingRequest) -> Failed | OutOfMemory:
    details = "".join(traceback.format_exception(error))
    if is_out_of_memory(error):
        _let_go(error)
        return OutOfMemory(step, *advice(request))
    message = str(error) if isinstance(error, EngineError) else f"Training failed: {error}"
    return Failed(step, message, details)


def _let_go(error: BaseException) -> None:
    """What the run held is still held by the frames in which the error was raised."""
    one: BaseException | None = error
    while one is not None:
        traceback.clear_frames(one.__traceback__)
        one = one.__cause__ or one.__context__
    give_back()
