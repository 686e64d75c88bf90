"""Finds how a run computes fastest, in the run's own steps: none is taken for nothing, and which is which is recorded.

A run begins at once, in the way that arithmetic says. Once it has earned it, other ways take some of its steps by turns
with that one, and the fastest stays. What is decided by time is decided by a clock that is handed in.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from engine.data.dataset import Dataset
from engine.project import Project
from engine.record.events import TacticsChanged
from engine.record.execution import Tactics
from engine.record.request import TrainingRequest
from engine.training.learner import Learner
from engine.training.speed import precision
from engine.training.speed.arithmetic import macs
from engine.training.speed.devices import thread_candidates, threads_each

SHARE = 0.03  # of the time that was trained, at most, that steps have taken longer because something was tried
BEGIN = 2.0  # seconds of training before the first try: the window still draws the page of a run that has just begun
WARM = 3  # steps left out at first, in which kernels are loaded
LOOKS = 3  # steps that are timed in a turn, after one that is left out
COST = 3  # steps that a try is taken to cost before anything is known of it
WORTH = 50 * COST  # steps still to come, at least: a way that saves some percent has to earn its try
HOPELESS = 1.5  # of the best way's time: a turn that begins like that is cut short

MORE = 0.9  # of the time with fewer threads, at most
CLEARLY = 0.87  # of the time by the rule, at most: what the rule says is kept where the measure is a matter of luck
SURELY_ONE = 3_000_000  # multiply-adds of a step that has no use for a second thread
SURELY_MANY = 1_000_000_000  # multiply-adds of a step for each thread that cannot be too many


class Planned:
    """Changes of tactics that are to be made at steps known before."""

    def __init__(self, changes: Iterable[TacticsChanged]) -> None:
        self.waiting = sorted(dict.fromkeys(changes), key=lambda one: one.step)

    @property
    def next_step(self) -> float:
        """Of the next one; infinite where there is none."""
        return self.waiting[0].step if self.waiting else math.inf

    def due(self, step: int) -> TacticsChanged | None:
        """The one to be made before the step after `step` steps, the last where there are several; None: there is none.

        It is not given again.
        """
        found = None
        while self.next_step <= step:
            found = self.waiting.pop(0)
        return found


@dataclass(frozen=True)
class Candidate:
    """Another way: `change` is what differs from the best one; taken where its step takes at most the share `pays`."""

    change: tuple[tuple[str, Any], ...]
    pays: float

    def of(self, best: Tactics) -> Tactics:
        return replace(best, **dict(self.change))


def candidates(
    project: Project, dataset: Dataset, tactics: Tactics, device: torch.device, numbers: Sequence[int]
) -> list[Candidate]:
    """What may be faster than the usual tactics, the largest gain first. `numbers`: of threads that there can be.

    With a number of threads that is set, or a deterministic run, only what does not change bits is left open, beside
    the precision. Other numbers of threads are tried where arithmetic does not settle it.
    """
    settings = project.training
    measured = precision.choose(settings, device) is None
    found = [Candidate((("precision", "bfloat16"),), precision.PAYS)] if measured else []
    if device.type != "cpu" or threads_each(settings) or settings.deterministic:
        return found
    now, work = tactics.threads, macs(project, dataset)
    if now > 1 and work < SURELY_MANY * now:
        found += [Candidate((("threads", number),), 1 / MORE) for number in reversed(numbers) if number < now]
    if work > SURELY_ONE:
        found += [Candidate((("threads", number),), MORE) for number in numbers if number > now]
    if tactics.channels_last:
        found.append(Candidate((("channels_last", False),), CLEARLY))
    return found


def begun(request: TrainingRequest, learner: Learner) -> Search:
    """The search of a run that has not taken a step; settled where its tactics are given."""
    project, dataset, now = request.project, request.dataset, learner.tactics
    found = [] if request.tactics else candidates(project, dataset, now, learner.device, thread_candidates())
    return Search(now, found)


Turns = Generator[Tactics, float, None]


class Search:
    """Says with which tactics the next step of a run is taken, by how long those before it took.

    Attributes:
        best: the fastest tactics so far.
        settled: whether nothing is tried any more.
        comparing: whether the next step is one of those by which two ways are compared.
    """

    def __init__(self, best: Tactics, others: Sequence[Candidate]) -> None:
        self.best, self.settled, self.comparing = best, not others, False
        self._others = list(others)
        self._steps, self._left = 0, 0  # taken; still to come
        self._usual, self._spent = 0.0, 0.0  # seconds of a step; lost by trying
        self._turns = self._course()
        self._next = best if self.settled else next(self._turns)

    @property
    def next(self) -> Tactics:
        """Those of the next step."""
        return self._next

    @property
    def trying(self) -> bool:
        """Whether the next step is taken in a way that may not stay."""
        return self._next != self.best

    def took(self, seconds: float, left: int) -> None:
        """A step, of a whole batch, was taken with them; so many are still to come."""
        self._steps, self._left = self._steps + 1, left
        if self.trying:
            self._spent += max(0.0, seconds - self._usual)
        try:
            self._next = self._turns.send(seconds)
        except StopIteration:
            self.end()

    def end(self) -> None:
        """Nothing is tried any more."""
        self.settled, self.comparing, self._next = True, False, self.best

    def go_on_with(self, best: Tactics) -> None:
        """Others were found to be best meanwhile, or before: what is left to try is tried beside these."""
        self.best, self.comparing, self._turns = best, False, self._course()
        self._next = best if self.settled else next(self._turns)

    def _course(self) -> Turns:
        for _ in range(WARM):
            yield self.best
        while self._others:
            self._usual = yield from self._turn(self.best)
            while not self._earned:
                if self._left < WORTH:
                    return
                yield self.best
            self.comparing = True
            yield from self._compare(self._others.pop(0))
            self.comparing = False

    def _compare(self, other: Candidate) -> Turns:
        """Both ways by turns, twice where the first turn speaks for the other one: much else goes on in a machine."""
        found = other.of(self.best)
        if found == self.best:
            return
        usual = least = float("inf")
        for _ in range(2):
            usual = self._usual = min(usual, (yield from self._turn(self.best)))
            least = min(least, (yield from self._turn(found, HOPELESS * usual)))
            if least > other.pays * usual:
                return
        self.best = found

    def _turn(self, tactics: Tactics, hopeless: float = float("inf")) -> Generator[Tactics, float, float]:
        """Least seconds of some steps, the first left out: it wakes threads and makes kernels."""
        least = float("inf")
        yield tactics
        for _ in range(LOOKS):
            least = min(least, (yield tactics))
            if least > hopeless:
                break
        return least

    @property
    def _earned(self) -> bool:
        """Whether so much was trained that another try is a small share of it."""
        trained = self._steps * self._usual
        return trained >= BEGIN and self._spent + COST * self._usual <= SHARE * trained and self._left >= WORTH
