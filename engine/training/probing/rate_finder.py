"""The learning-rate finder: a fresh copy of the network is trained while the rate grows, and its loss is looked at.

Smith 2017, Cyclical learning rates for training neural networks, section 3.3, in the form that fastai gave it: the rate
grows exponentially, and the search ends where the loss does. Nothing that a later run starts from is changed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data.dataset import Dataset
from engine.errors import Cancelled, EngineError
from engine.project import Project
from engine.record.request import TrainingRequest
from engine.training.batches.epochs import Tensors
from engine.training.learner import Learner
from engine.training.probing.forecast import alone
from engine.training.randomness import RandomState, untouched

LOW, HIGH = 1e-7, 10.0  # learning rates; the settings allow up to 100
STEPS, FEWEST = 150, 30
KEPT = 0.9  # of the running mean of losses, at each step
WORSE = 4.0  # times the best smoothed loss: it will not come back
NEIGHBOURS = 5  # points on each side that the loss is averaged over before its slope is taken
PLATEAU = 10  # points at the beginning that say what the loss is before anything is learned
WARM = 3  # steps at the lowest rate that are timed, not counted: the first ones load kernels

Why = Literal["worse", "lost", "through", "late"]
# worse: the loss rose far above its best; lost: it was no number any more; through: all rates were tried;
# late: the time was up


@dataclass(frozen=True)
class Tried:
    """One step of the search.

    Attributes:
        rate: learning rate that the step was done with.
        loss: of its batch, before the step.
        smoothed: running mean of the losses so far, with the start's bias taken out (Kingma & Ba 2014, section 3).
    """

    rate: float
    loss: float
    smoothed: float


@dataclass(frozen=True)
class Found:
    """The whole curve and what it suggests.

    Attributes:
        points: by growing rate.
        why: what ended the search.
        steepest: the rate at which the loss falls fastest per factor of rate: where learning is quickest. None
            where the loss never fell.
        tenth: a tenth of the rate with the lowest loss, fastai's other rule of thumb, more careful most times. None
            likewise.
    """

    points: tuple[Tried, ...]
    why: Why
    steepest: float | None
    tenth: float | None

    @property
    def suggestion(self) -> float | None:
        """The rate to begin with: `steepest`, with two digits. None where the loss never fell."""
        return None if self.steepest is None else float(f"{self.steepest:.1e}")


def find(
    project: Project,
    dataset: Dataset,
    *,
    low: float = LOW,
    high: float = HIGH,
    steps: int = STEPS,
    seconds: float = 20.0,
    stopping: Callable[[], bool] = bool,
    clock: Callable[[], float] = time.perf_counter,
) -> Iterator[Tried | Found]:
    """Each step as it is done, then Found.

    The project's own loss, optimizer, batch size and order of examples are used; its schedule is not. Between two
    results the random state is the caller's. A run must not go on meanwhile; the start of one waits until the search
    ends (`engine.training.probing.forecast.alone`), so whoever starts a run makes `stopping` true first.

    Args:
        seconds: how long it may take, about; a slow network tries fewer rates, at least 30, within twice that time.
        stopping: whether to give up, asked between two steps.
        clock: of those seconds.

    Raises:
        Cancelled: where `stopping` said so.
        EngineError: where the project cannot be trained, or the first loss is no number.
    """
    with alone:
        if stopping():
            raise Cancelled
        threads = torch.get_num_threads()
        ours: RandomState | None = None
        points: list[Tried] = []
        try:
            with untouched():
                search = _Search(project, dataset, stopping, clock)
                search.plan(low, high, steps, seconds)
                ours = RandomState.now()
            while search.why is None:
                with untouched():
                    ours.put_back()
                    point = search.step()
                    ours = RandomState.now()
                if point is not None:
                    points.append(point)
                    yield point
        finally:
            torch.set_num_threads(threads)
    yield found(points, search.why)


class _Search:
    """A learner whose rate grows. `why` says what ended it; None while it goes on."""

    def __init__(
        self, project: Project, dataset: Dataset, stopping: Callable[[], bool], clock: Callable[[], float]
    ) -> None:
        self.why: Why | None = None
        self._stopping = stopping
        self._learner = Learner(TrainingRequest(project, dataset, Path()), stopping=stopping, clock=clock)
        self._batches = _endless(self._learner)
        self._mean, self._best, self._first, self._done = 0.0, math.inf, math.nan, 0

    def plan(self, low: float, high: float, steps: int, seconds: float) -> None:
        """Times some steps at the lowest rate and sets how many rates there is time for."""
        begin = self._learner.clock()
        for _ in range(WARM):
            self._first = self._loss(low)
        if not math.isfinite(self._first):
            raise EngineError(
                "The loss is not a number from the first step on", hint="Look for huge values in the data"
            )
        each = (self._learner.clock() - begin) / WARM
        count = max(min(FEWEST, steps), min(steps, int(seconds / each)))
        self._end = begin + 2 * seconds
        self._rates = np.geomspace(low, high, count)

    def step(self) -> Tried | None:
        """One step; None where its loss is not a number, and the search has ended."""
        rate = float(self._rates[self._done])
        loss = self._loss(rate)
        if not math.isfinite(loss):
            self.why = "lost"
            return None
        self._done += 1
        self._mean = KEPT * self._mean + (1 - KEPT) * loss
        smoothed = self._mean / (1 - KEPT**self._done)
        self._best = min(self._best, smoothed)
        if smoothed > self._limit():
            self.why = "worse"
        elif self._done == len(self._rates):
            self.why = "through"
        elif self._learner.clock() > self._end:
            self.why = "late"
        return Tried(rate, loss, smoothed)

    def _limit(self) -> float:
        """Above it there is no way back. Losses that can be negative are measured from their best instead of from 0."""
        return WORSE * self._best if self._best > 0 else self._best + (WORSE - 1) * abs(self._first)

    def _loss(self, rate: float) -> float:
        """One change of the weights; the mean loss of the batches behind it."""
        losses: list[float] = []
        while not (losses and self._learner.due):
            if self._stopping():
                raise Cancelled
            losses.append(float(self._learner.step(*next(self._batches), rate)))
        return fmean(losses)


def _endless(learner: Learner) -> Iterator[tuple[Tensors, Tensors]]:
    epoch = 0
    while True:
        yield from learner.batches(epoch)
        epoch += 1


def found(points: list[Tried], why: Why | None) -> Found:
    """What a curve suggests.

    The losses are averaged over neighbours on both sides: the running mean that is drawn lags behind, and would
    suggest rates that are too high. The slope is looked for in the last descent to the lowest loss: while the rate is
    too low to learn, there are slopes as well, by what one batch differs from the next.
    """
    made, why = tuple(points), why or "through"
    if len(made) < PLATEAU:
        return Found(made, why, None, None)
    rates = np.array([point.rate for point in made])
    smooth = _centred(np.array([point.loss for point in made]))
    lowest = int(smooth.argmin())
    level = float(smooth[:PLATEAU].mean())
    drop = level - smooth[lowest]
    if lowest == 0 or drop <= 0:
        return Found(made, why, None, None)
    begin = int(np.flatnonzero(smooth[: lowest + 1] >= level - drop / 10)[-1])
    slopes = np.gradient(smooth, np.log(rates))[begin : lowest + 1]
    steepest = begin + int(slopes.argmin())
    return Found(made, why, float(rates[steepest]), float(rates[lowest]) / 10)


def _centred(losses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means over each point's neighbours, fewer at the ends: (points,) -> (points,)."""
    window = np.ones(2 * NEIGHBOURS + 1)
    counts = np.convolve(np.ones(len(losses)), window, mode="full")[NEIGHBOURS : NEIGHBOURS + len(losses)]
    sums = np.convolve(losses, window, mode="full")[NEIGHBOURS : NEIGHBOURS + len(losses)]
    return np.asarray(sums / counts)
