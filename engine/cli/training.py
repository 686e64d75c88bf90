"""A training on the terminal: a progress bar for a person, a line an epoch elsewhere; Ctrl-C stops and saves."""

from __future__ import annotations

import signal
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn
from rich.progress import Progress as Bar

from engine.choices.metrics import metric_text
from engine.cli.output import complain, say, say_json
from engine.errors import EngineError
from engine.record.control import Control
from engine.record.events import (
    Diverged,
    EarlyStopped,
    Ended,
    EpochEnd,
    Event,
    Failed,
    Finished,
    Noted,
    OutOfMemory,
    Progress,
    Searching,
    Started,
    Stopped,
)
from engine.record.request import TrainingRequest
from engine.record.time_left import Pace, measured_share
from engine.training.probing.memory import is_out_of_memory
from engine.training.worker import endings, run


def train_here(request: TrainingRequest, *, json_lines: bool) -> int:
    """Trains on this thread until the run ends. 0 where it finished or was stopped, 1 where it failed."""
    control = Control()
    last: Event | None = None
    with _watcher(request, json_lines) as watcher, stopping(control):
        for event in told(request, control):
            watcher.show(event)
            if isinstance(event, Noted):
                complain(event.message)
            elif isinstance(event, Searching):
                complain("Memory ran out. Looking for a batch size that fits")
            last = event
    return _end(request, last, json_lines)


def told(request: TrainingRequest, control: Control) -> Iterator[Event]:
    """Trains and records; problems that a person can fix become the last event, defects come through."""
    step = 0
    try:
        for event in run(request, control):
            step = getattr(event, "step", step)
            yield event
    except (MemoryError, RuntimeError, EngineError) as error:
        said = endings(error, step, request, lambda: control.stopping)
        if isinstance(error, RuntimeError) and not is_out_of_memory(error):
            deque(said, maxlen=0)  # it is written down
            raise
        yield from said


def _end(request: TrainingRequest, last: Event | None, json_lines: bool) -> int:
    step, state = (last.step, last.state) if isinstance(last, Ended) else (0, "")
    message = last.message if isinstance(last, EarlyStopped | Diverged | OutOfMemory | Failed) else ""
    if json_lines:
        say_json({"event": state, "step": step, "run": str(request.folder), "message": message})
    if not isinstance(last, Finished | Stopped | EarlyStopped):
        complain(message)
        return 1
    if json_lines:
        return 0
    if isinstance(last, Stopped):
        say(f"Stopped at step {step:,} and saved. Go on: python main.py resume {request.folder}")
    else:
        say(f"{message or 'Finished.'} Measure it: python main.py evaluate {request.folder}")
    return 0


@contextmanager
def stopping(control: Control) -> Iterator[None]:
    """Meanwhile Ctrl-C and a polite kill ask the run to stop at a step, with everything saved."""
    names = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(name, lambda *_: control.stop()) for name in names]
    try:
        yield
    finally:
        for name, handler in zip(names, before, strict=True):
            signal.signal(name, handler)


class Watcher:
    """Shows nothing but a line at each epoch."""

    def __init__(self, epochs: int) -> None:
        self.epochs = epochs

    def show(self, event: Event) -> None:
        if isinstance(event, EpochEnd):
            say(epoch_line(event, self.epochs))


class JsonWatcher(Watcher):
    """A JSON line at the start and at each epoch."""

    def show(self, event: Event) -> None:
        if isinstance(event, Started):
            say_json(
                {"event": "started", "device": event.device, "threads": event.threads, "total_steps": event.total_steps}
            )
        elif isinstance(event, EpochEnd):
            say_json({"event": "epoch", **epoch_document(event)})


class BarWatcher(Watcher):
    """A progress bar with the last epoch's measures beside it."""

    def __init__(self, epochs: int, bar: Bar, pace: Pace) -> None:
        super().__init__(epochs)
        self._bar, self._pace = bar, pace
        self._task: TaskID = bar.add_task("starting", total=None, last="", left="")

    def show(self, event: Event) -> None:
        self._pace.feed(event)
        if isinstance(event, Started):
            self._bar.update(self._task, total=event.total_steps, completed=event.step, description="training")
        elif isinstance(event, Progress):
            self._bar.update(self._task, completed=event.step, left=time_text(self._pace.seconds_left))
        elif isinstance(event, EpochEnd):
            self._bar.update(self._task, last=epoch_line(event, self.epochs))


@contextmanager
def _watcher(request: TrainingRequest, json_lines: bool) -> Iterator[Watcher]:
    epochs = request.project.training.epochs
    if json_lines:
        yield JsonWatcher(epochs)
    elif not sys.stdout.isatty():
        yield Watcher(epochs)
    else:
        left, last = TextColumn("{task.fields[left]}", style="cyan"), TextColumn("{task.fields[last]}")
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), left, last)
        facts = request.dataset.facts
        with Bar(*columns, console=Console(highlight=False)) as bar:
            yield BarWatcher(epochs, bar, Pace(measured_share(facts.train, facts.validation)))


def time_text(seconds: float | None) -> str:
    """`0:01:40`; nothing where it is not known."""
    return "" if seconds is None else str(timedelta(seconds=round(seconds)))


def epoch_line(event: EpochEnd, epochs: int) -> str:
    """`epoch 3/20  loss 0.41  validation loss 0.44  accuracy 91.2 %`."""
    parts = [f"epoch {event.epoch}/{epochs}", f"loss {event.train_loss:.4g}"]
    if event.loss is not None:
        parts.append(f"validation loss {event.loss:.4g}")
    parts += [metric_text(name, value) for name, value in event.metrics.items()]
    return "  ".join(parts)


def epoch_document(event: EpochEnd) -> Mapping[str, Any]:
    """The same for machines."""
    return {
        "epoch": event.epoch,
        "step": event.step,
        "train_loss": event.train_loss,
        "loss": event.loss,
        "metrics": dict(event.metrics),
    }
