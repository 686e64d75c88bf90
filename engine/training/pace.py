"""How long a run still takes, from what it says and a clock: no torch, no thread, no file."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from statistics import fmean

from engine.training.events import Ended, EpochEnd, Event, Paused, Progress, Resumed, Saved, Started

RECENT = 60.0  # seconds in steps that their speed is taken from
ENDS = 9  # ends of epochs that their cost is taken from
FORWARD = 1 / 3  # of a step is the way forward, which is all that measuring does with an example


class Pace:
    """Seconds left: the steps to come at the speed of the latest ones, and what each end of an epoch has cost.

    An end of an epoch, with its measuring and its snapshot, is counted by itself: before the first one the steps have
    not been slowed by any, and each is as long as many steps. Until one has come it is guessed from the examples that
    will be measured. The first bunch of steps, in which kernels are loaded, is left out as soon as there are others.

    Args:
        measured: examples of the validation split for each one of the training split.
    """

    def __init__(self, measured: float = 0.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._measured, self._clock = measured, clock
        self._started: Started | None = None
        self._step = self._epoch = 0
        self._spent = 0.0  # seconds in steps
        self._marks: deque[tuple[float, int]] = deque()  # seconds in steps, and steps done by then
        self._bunches = 0
        self._ends: deque[float] = deque(maxlen=ENDS)  # seconds
        self._last = 0.0  # when time was counted last
        self._over = False
        self._after_epoch = False

    def feed(self, event: Event) -> None:
        """Takes in what the run says, when it says it."""
        now = self._clock()
        if isinstance(event, Started):
            self._started, self._step = event, event.step
            self._epoch = event.step // max(1, event.steps_per_epoch)
            self._marks.append((0.0, event.step))
        elif isinstance(event, Progress):
            self._take_bunch(event.step, now - self._last)
        elif isinstance(event, EpochEnd):
            self._epoch, self._after_epoch = event.epoch, True
            self._ends.append(now - self._last)
        elif isinstance(event, Saved) and self._after_epoch:
            self._ends[-1] += now - self._last
        elif isinstance(event, Ended):
            self._over = True
        elif not isinstance(event, Paused | Resumed):
            return
        self._last = now

    @property
    def seconds_left(self) -> float | None:
        """None where it is not known yet, or the run is over."""
        if self._started is None or self._over or len(self._marks) < 2:
            return None
        (begin, first), (end, last) = self._marks[0], self._marks[-1]
        if last == first or end <= begin:
            return None
        step = (end - begin) / (last - first)
        started = self._started
        epochs = -(-started.total_steps // max(1, started.steps_per_epoch))
        return (started.total_steps - self._step) * step + (epochs - self._epoch) * self._end(step)

    def _take_bunch(self, step: int, seconds: float) -> None:
        self._spent, self._step, self._after_epoch = self._spent + seconds, step, False
        self._marks.append((self._spent, step))
        self._bunches += 1
        if self._bunches == 3:
            self._marks.popleft()  # what lies between it and the next one is the first bunch
        while len(self._marks) > 2 and self._spent - self._marks[1][0] > RECENT:
            self._marks.popleft()

    def _end(self, step: float) -> float:
        """Seconds that the end of an epoch takes, by those that were seen; a step takes `step`."""
        if self._ends:
            return fmean(self._ends)
        started = self._started
        if started is None or self._step > (self._epoch + 1) * started.steps_per_epoch:
            return 0.0
        return step * started.steps_per_epoch * self._measured * FORWARD


def measured_share(train: int, validation: int) -> float:
    """What Pace wants of the numbers of examples in the splits."""
    return validation / max(1, train)
