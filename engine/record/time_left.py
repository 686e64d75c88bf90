"""How long a run still takes, from what it says and when: no torch, no thread, no file."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from statistics import fmean

from engine.record.events import Ended, EpochEnd, Event, Paused, Progress, Resumed, Saved, Started
from engine.record.request import Rhythm

RECENT = 60.0  # seconds of the run that costs are taken from
LEAST = 3  # marks that they are taken from, however old
GRAIN = 0.1  # seconds between two marks
SAVES = 3  # snapshots that their cost is taken from
FORWARD = 1 / 3  # of a step is the way forward, which is all that measuring does with an example


class Cost:
    """Seconds that one of many like things takes: the mean of the latest ones.

    The mean, not the median: what disturbs a few of them, other work on the machine, will disturb later ones too.
    """

    def __init__(self) -> None:
        self._seconds, self._count = 0.0, 0
        self._marks = deque([(0.0, 0.0, 0)])  # age of the run; seconds and things by then

    def add(self, count: int, seconds: float, age: float) -> None:
        """`count` things took so many seconds, up to when the run was `age` seconds old."""
        self._seconds, self._count = self._seconds + seconds, self._count + count
        if age - self._marks[-1][0] >= GRAIN:
            self._marks.append((age, self._seconds, self._count))
        while len(self._marks) > LEAST and age - self._marks[1][0] > RECENT:
            self._marks.popleft()

    @property
    def mean(self) -> float | None:
        """None where there was none."""
        _, seconds, count = self._marks[0]
        return (self._seconds - seconds) / (self._count - count) if self._count > count else None


class Pace:
    """Seconds left, by what the run is made of: steps, ends of epochs, and snapshots.

    Steps: those to come, as long as the latest ones. Left out are the run's first bunch, in which kernels are loaded,
    and those in which the run still finds out how it steps fastest: that costs as much as hundreds of steps, once,
    and the steps before it are slower.

    Ends of epochs: those to come, as long as the latest ones, measuring the validation split included. Before the first
    one it is guessed from the examples that will be measured.

    Snapshots: as the run's rhythm has them due, and one at the end. They come by the clock, not with the steps.

    A run that may stop early is counted to its last epoch.

    Args:
        measured: examples of the validation split for each one of the training split.
        clock: for events that come without their time.
        rhythm: the run's.
    """

    def __init__(
        self, measured: float = 0.0, clock: Callable[[], float] = time.monotonic, rhythm: Rhythm | None = None
    ) -> None:
        self._measured, self._clock, self._rhythm = measured, clock, rhythm or Rhythm()
        self._started: Started | None = None
        self._step = self._epoch = 0
        self._begun, self._steps, self._ends = Cost(), Cost(), Cost()  # steps of the first bunch, all others, and ends
        self._saves: deque[float] = deque(maxlen=SAVES)  # seconds
        self._age = self._saved = 0.0  # of the run, pauses left out; at its latest snapshot
        self._last = 0.0  # when the latest event was said
        self._settling = self._over = False

    def feed(self, event: Event, at: float | None = None) -> None:
        """Takes in what the run says. `at`: when it said so, by the clock; None: just now."""
        now = self._clock() if at is None else at
        seconds = now - self._last
        if isinstance(event, Started):
            self._started, self._step, seconds = event, event.step, 0.0
            self._epoch = event.step // max(1, event.steps_per_epoch)
        elif isinstance(event, Progress):
            self._take_bunch(event, seconds)
        elif isinstance(event, EpochEnd):
            self._epoch = event.epoch
            self._ends.add(1, seconds, self._age + seconds)
        elif isinstance(event, Saved):
            self._saves.append(seconds)
            self._saved = self._age + seconds
        elif isinstance(event, Resumed):
            seconds = 0.0
        elif isinstance(event, Ended):
            self._over = True
        elif not isinstance(event, Paused):
            return
        self._age, self._last = self._age + seconds, now

    @property
    def seconds_left(self) -> float | None:
        """None where it is not known yet, or the run is over."""
        started, step = self._started, self._steps.mean
        if step is None and not self._settling:
            step = self._begun.mean
        if started is None or step is None or self._over:
            return None
        epochs = -(-started.total_steps // max(1, started.steps_per_epoch))
        work = (started.total_steps - self._step) * step + (epochs - self._epoch) * self._end(step)
        return work + self._saving(work)

    def _take_bunch(self, bunch: Progress, seconds: float) -> None:
        count, self._step = bunch.step - self._step, bunch.step
        if self._settling and not bunch.settling:
            self._steps = Cost()  # those before were taken in another way
        first = self._begun.mean is None
        self._settling = bunch.settling
        if first:
            self._begun.add(count, seconds, self._age + seconds)
        elif not bunch.settling:
            self._steps.add(count, seconds, self._age + seconds)

    def _end(self, step: float) -> float:
        """Seconds that the end of an epoch takes; a step takes `step`."""
        started, seen = self._started, self._ends.mean
        if seen is not None or started is None:
            return seen or 0.0
        return step * started.steps_per_epoch * self._measured * FORWARD

    def _saving(self, work: float) -> float:
        """Seconds for the snapshots still to come, beside so many seconds of work."""
        if not self._saves:
            return 0.0
        one = fmean(self._saves)
        every = max(self._rhythm.snapshot, one / self._rhythm.share)
        return one * (1 + (self._age - self._saved + work) // every)


def measured_share(train: int, validation: int) -> float:
    """What Pace wants of the numbers of examples in the splits."""
    return validation / max(1, train)
