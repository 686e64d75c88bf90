"""The training loop: a generator of frozen facts. It touches no thread, no file and no widget."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.training import best as bests
from engine.training import culprit, endings
from engine.training import snapshot as snapshots
from engine.training.best import BEST, Best
from engine.training.control import Control
from engine.training.course import Course
from engine.training.events import (
    EpochEnd,
    Event,
    Finished,
    KnobTurned,
    Noted,
    Paused,
    Progress,
    Resumed,
    Snapshot,
    Started,
    Stopped,
)
from engine.training.learner import Learner
from engine.training.look import Looker
from engine.training.request import TrainingRequest
from engine.training.stopping import Patience


def train(
    request: TrainingRequest,
    control: Control,
    start: Snapshot | None = None,
    best: Snapshot | None = None,
    turned: Sequence[KnobTurned] = (),
) -> Iterator[Event]:
    """Trains a project.

    The first event is Started, then a Snapshot; the last one is an Ended, after a Snapshot unless it is Diverged.

    Args:
        start: a snapshot of the same project to go on from, bit for bit as if it had never been interrupted. The
            project may have more epochs than when it was taken: then its schedule is that of the new total from here.
        best: the snapshot of the best epoch before `start`, for a run that ends with its weights.
        turned: knobs that were turned after `start` was taken; they are turned again, each at its step.
    """
    learner = Learner(request, int(start.state["threads"]) if start else 0, lambda: control.stopping)
    run = _Run(request, learner, control)
    if start is not None:
        run.go_on(bests.to_go_on(start), best, turned)
    start = best = None  # they are copied, and large
    yield run.started()
    yield from run.save()
    try:
        yield from run.epochs()
    except _Lost:
        yield from run.diverged()


class _Lost(Exception):
    """The loss or a weight is not a number any more."""


class _Run:
    """What is done when: steps, measurements, snapshots, and what is asked for from outside."""

    def __init__(self, request: TrainingRequest, learner: Learner, control: Control) -> None:
        self.learner, self.control = learner, control
        self.settings, self.rhythm = request.project.training, request.rhythm
        self.validation = request.dataset.validation
        self.looker = Looker(learner, control)
        self.course = Course(request, learner)
        self.patience = Patience(self.settings.early_stopping)
        self.best = Best(self.settings.early_stopping.restore_best)
        self._saved: Snapshot | None = None  # the latest, to look back from
        self._waiting: list[Tensor] = []
        self._clock = self._last_bunch = self._next_snapshot = time.perf_counter()

    def go_on(self, start: Snapshot, best: Snapshot | None, turned: Sequence[KnobTurned]) -> None:
        """Makes it all what it was when the snapshot was taken."""
        course, stopping = self.course, self.settings.early_stopping
        course.go_on(start, turned)
        self.patience = Patience(stopping, course.losses, course.position["patient_since"])
        place = self.patience.best * course.per_epoch
        written = next((one for one in (start, best) if one is not None and one.step == place), None)
        self.best = Best(stopping.restore_best, written)

    def started(self) -> Started:
        course = self.course
        threads = course.position["threads"]
        return Started(self.learner.device.type, threads, course.per_epoch, course.total, course.step)

    def epochs(self) -> Iterator[Event]:
        """All epochs that are left, then the ending."""
        while self.course.epoch < self.settings.epochs and not self.patience.over:
            yield from self._steps()
            end = None if self.control.stopping and self.course.unfinished else self._epoch_end()
            if end is None:
                yield from self._stopped()
                return
            yield end
            yield from self._save_epoch()
        yield from self._finished()

    def save(self, loss: float | None = None, *, best: bool = False) -> Iterator[Event]:
        """A snapshot, after that of the best epoch where it was not written yet.

        The next one is due when what they cost, writing included, has been earned.

        Args:
            loss: of the epoch that has ended here, if one has.
            best: no epoch before was better.
        """
        self._tick()
        begin = time.perf_counter()
        held = self.best.take()
        if held is not None:
            yield held
        if self._is_here(held):
            self._saved = held
        elif not self._is_here(self._saved):
            self._saved = held = None  # two at once would be one too many in memory
            taken = snapshots.take(self.learner, self.course.position)
            self._saved = replace(taken, names=(BEST,) if best else (), loss=loss)
            if best:
                self.best.replace(self._saved)
            yield self._saved
        self.course.turned.clear()
        end = time.perf_counter()
        self._next_snapshot = end + max(self.rhythm.snapshot, (end - begin) / self.rhythm.share)

    def diverged(self) -> Iterator[Event]:
        """What is left to save and to say when the loss is lost."""
        step, rate = self.course.step, self.course.rate()
        held = self.best.take()
        if held is not None:
            yield held
        before, found = held or self._saved, culprit.Culprit()
        if before is not None:
            steps, count = self.course.again(before), step - before.step
            found = culprit.find(self.learner, steps, count, lambda: self.control.stopping)
        yield endings.diverged(step, rate, found)

    def _steps(self) -> Iterator[Event]:
        """The steps left in an epoch, told in bunches; ends early where stopping was asked for. _Lost with the loss."""
        course, rate = self.course, self.course.rate()
        for inputs, wanted in course.batches():
            if self.control.stopping:
                break
            if self.control.turning or course.turns_by_itself():
                yield from self._bunch(rate)
                yield from course.turn(self.control.turned())
            rate = course.rate()
            self._waiting.append(course.take_step(inputs, wanted, rate))
            if self.control.paused:
                yield from self._pause(rate)
            elif time.perf_counter() - self._last_bunch >= self.rhythm.bunch:
                yield from self._bunch(rate)
                if self._is_due():
                    self._need_numbers()
                    yield from self.save()
        yield from self._bunch(rate)

    def _bunch(self, rate: float) -> Iterator[Event]:
        """What the steps since the last bunch came to; _Lost at the first whose loss is not a number."""
        self._last_bunch = time.perf_counter()
        if not self._waiting:
            return
        position = self.course.position
        losses: NDArray[np.float32] = torch.stack(self._waiting).float().cpu().numpy()
        self._waiting.clear()
        self._tick()
        lost = np.flatnonzero(~np.isfinite(losses))
        if len(lost):  # what was done after it counts for nothing
            position["step"] -= len(losses) - 1 - int(lost[0])
            losses = losses[: lost[0] + 1]
        sums = np.cumsum([position["loss_sum"], *losses], dtype=np.float64)  # one by one: the same however bunched
        position["loss_sum"] = float(sums[-1])
        yield Progress(position["step"], losses, rate, position["seconds"])
        if len(lost):
            raise _Lost
        yield from self.looker.look(position["step"])

    def _epoch_end(self) -> EpochEnd | None:
        """Measures the validation split; None where stopping was asked for meanwhile. _Lost with the weights."""
        self._need_numbers()
        loss, metrics = None, {}
        if len(self.validation):
            measured = self.learner.measure(self.validation, self.control)
            if measured is None:
                return None
            loss, metrics = measured.loss, self.learner.metrics(measured, self.validation)
        train_loss = self.course.end_epoch(loss)
        return EpochEnd(self.course.epoch, self.course.step, train_loss, loss, metrics)

    def _save_epoch(self) -> Iterator[Event]:
        """A snapshot of a finished epoch where one is due; the best so far is at least held."""
        loss = self.course.losses[-1]
        better = self.patience.take(loss)
        if better:
            self.best.forget()
        if self._is_due():
            yield from self.save(loss, best=better)
        elif better:
            self._tick()
            self._saved = None  # what is held does as well, to look back from
            self.course.turned.clear()
            self.best.hold(self.learner, self.course.position, loss)

    def _pause(self, rate: float) -> Iterator[Event]:
        yield from self._bunch(rate)
        self._need_numbers()
        yield from self.save()
        yield Paused(self.course.step)
        self.control.wait_until_free()
        self._clock = time.perf_counter()
        yield Resumed(self.course.step)

    def _stopped(self) -> Iterator[Event]:
        self._need_numbers()
        yield from self.looker.look(self.course.step, last=True)
        yield from self.save()
        yield Stopped(self.course.step)

    def _finished(self) -> Iterator[Event]:
        yield from self.save()
        step, best, last = self.course.step, self.best.written, self._saved
        if best is not None and last is not None and best.step != last.step:
            snapshots.put_back(self.learner, best)
            yield bests.ending(last, best)
        elif best is None and self.settings.early_stopping.restore_best:
            yield Noted(step, "The weights of the best epoch are lost. The run ends with those of its last one.")
        yield from self.looker.look(step, last=True)
        early = self.course.epoch < self.settings.epochs
        yield endings.early_stopped(step, self.patience, restored=best is not None) if early else Finished(step)

    def _is_due(self) -> bool:
        return time.perf_counter() >= self._next_snapshot

    def _is_here(self, snapshot: Snapshot | None) -> bool:
        """Whether it is of this very moment: the same step, and the epoch's end told or not."""
        here = self.course.step, self.course.epoch
        return snapshot is not None and (snapshot.step, snapshot.state["epoch"]) == here

    def _need_numbers(self) -> None:
        if not self.learner.finite():
            raise _Lost

    def _tick(self) -> None:
        now = time.perf_counter()
        self.course.position["seconds"] += now - self._clock
        self._clock = now
