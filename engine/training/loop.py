"""The training loop: a generator of frozen facts. It touches no thread and no widget, and no file but
what it is given to write to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine import allocator
from engine.record.control import Control
from engine.record.early_stopping import Patience
from engine.record.events import (
    EarlyStopped,
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
    TacticsChanged,
)
from engine.record.execution import Tactics
from engine.record.request import TrainingRequest
from engine.record.snapshots import BEST, LAST
from engine.training import divergence, endings
from engine.training.checkpoint import best as bests
from engine.training.checkpoint import snapshot as snapshots
from engine.training.checkpoint.best import Best
from engine.training.checkpoint.schedule import Due
from engine.training.checkpoint.scratch import Scratch
from engine.training.learner import Learner
from engine.training.looks import Looker
from engine.training.objective.evaluation import finite
from engine.training.parallel.replicas import together
from engine.training.progress import Course
from engine.training.reproducible import reproducible

Recall = Callable[[str], Snapshot | None]
Clock = Callable[[], float]


def train(
    request: TrainingRequest,
    control: Control,
    start: Snapshot | None = None,
    recall: Recall = lambda _: None,
    turned: Sequence[KnobTurned] = (),
    scratch: Scratch | None = None,
    *,
    changes: Sequence[TacticsChanged] = (),
    lend: bool = False,
    clock: Clock = time.perf_counter,
) -> Iterator[Event]:
    """Trains a project.

    The first event is Started, then a Snapshot; the last one is an Ended, after a Snapshot unless it is Diverged.

    Args:
        start: a snapshot of the same project to go on from, bit for bit as if it had never been interrupted. The
            project may have more epochs than when it was taken: then its schedule is that of the new total from here.
        recall: gives a snapshot of this run that was written, by its name, "last" or "best"; None where it cannot.
        turned: knobs that were turned after `start` was taken; they are turned again, each at its step.
        scratch: opens a file for what is large and not worth memory; None: there is none.
        changes: of how it computes, made after `start` was taken; they are made again, each at its step.
        clock: in seconds; all that is decided by time is decided by it.
        lend: arrays of snapshots may be the run's own memory, to be read before the next event is asked for: all of a
            large network need not be in memory twice.
    """
    with reproducible(request.project.training.deterministic):
        tactics = _tactics(request, start)
        learner = Learner(request, tactics, lambda: control.stopping, clock)
        run = _Run(request, learner, control, recall, Best(scratch, clock), lend=lend)
        if start is not None:
            run.go_on(bests.to_go_on(start), turned, changes)
        start = None  # it is copied, and large
        with together(request, learner, lambda: control.stopping), closing(run.best):
            yield run.started()
            yield from run.save(best=run.at_best)
            try:
                yield from run.epochs()
            except _Lost:
                yield from run.diverged()


def _tactics(request: TrainingRequest, start: Snapshot | None) -> Tactics | None:
    """Those that the run has begun with; None where it was stopped before it had chosen any, or is new and open."""
    if start is None or start.state.get("tactics", {}) is None:
        return request.tactics
    return Tactics.of(start.state)


class _Lost(Exception):
    """The loss or a weight is not a number any more."""


class _Run:
    """What is done when: steps, measurements, snapshots, and what is asked for from outside."""

    def __init__(
        self, request: TrainingRequest, learner: Learner, control: Control, recall: Recall, best: Best, *, lend: bool
    ) -> None:
        self.learner, self.control, self.recall = learner, control, recall
        self.settings, self.rhythm = request.project.training, request.rhythm
        self.network = request.project.network
        self.clock = learner.clock
        self.due = Due(request.rhythm, self.settings.keep_snapshots, self.clock)
        self.validation = request.dataset.validation
        self.looker = Looker(learner, control)
        self.course = Course(request, learner)
        self.patience = Patience(self.settings.early_stopping)
        self.best, self.lend = best, lend
        self._saved = (-1, -1)  # step and epoch of the latest snapshot
        self._waiting: list[Tensor] = []
        self._settling = False  # whether with one of them the way to take them was still being found
        self._ticked = self._last_bunch = self.clock()

    def go_on(self, start: Snapshot, turned: Sequence[KnobTurned], changes: Sequence[TacticsChanged]) -> None:
        """Makes it all what it was when the snapshot was taken."""
        self.course.go_on(start, turned, changes)
        since = self.course.position["patient_since"]
        self.patience = Patience(self.settings.early_stopping, self.course.scores, since)

    @property
    def at_best(self) -> bool:
        """Whether it stands at the end of the best epoch, whose name a kill may have kept from the disk."""
        return self.course.loss is not None and self.patience.best == self.course.epoch

    def started(self) -> Started:
        course = self.course
        tactics = self.learner.tactics
        told, by = tactics.document(), course.decider.name
        return Started(self.learner.device.type, tactics.threads, course.per_epoch, course.total, course.step, told, by)

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

    def save(self, *, best: bool = False) -> Iterator[Event]:
        """A snapshot, after that of the best epoch where it was not written yet.

        The next one is due when what they cost, writing included, has been earned.

        Args:
            best: it stands at the end of an epoch, and none before was better.
        """
        self._tick()
        begin = self.clock()
        here = self.course.step, self.course.epoch
        held = self.best.take(lend=self.lend)
        if held is not None:
            yield held
            self._saved = held.step, int(held.state["epoch"])
        held = None  # two at once would be one too many in memory
        if self._saved != here:
            taken = snapshots.take(self.learner, self.course.position, lend=self.lend)
            self._saved = here
            yield replace(taken, names=(BEST,) if best else (), loss=self.course.loss)
        self.course.turned.clear()
        allocator.give_back()  # what is free lies between what is not, and would grow
        self.due.paid(begin, self.clock())

    def diverged(self) -> Iterator[Event]:
        """What is left to save and to say when the loss is lost."""
        step, rate = self.course.step, self.course.rate()
        held = self.best.take(lend=self.lend)
        if held is not None:
            yield held
        before, found = held or self.recall(LAST), divergence.Culprit()
        if before is not None:
            steps, count = self.course.again(bests.to_go_on(before)), step - before.step
            found = divergence.find(self.learner, steps, count, lambda: self.control.stopping)
        yield endings.diverged(step, rate, found, self.network)

    def _steps(self) -> Iterator[Event]:
        """The steps left in an epoch, told in bunches; ends early where stopping was asked for. _Lost with the loss."""
        course, rate = self.course, self.course.rate()
        for inputs, wanted in course.batches():
            if self.control.stopping:
                break
            if self.control.turning or course.turns_by_itself():
                yield from self._bunch(rate)
                yield from course.turn(self.control.turned())
            if course.computes_otherwise:
                yield from self._bunch(rate)
                yield course.change_tactics()
            rate = course.rate()
            self._waiting.append(course.take_step(inputs, wanted, rate))
            self._settling |= self.learner.shortcut.settling or self.learner.settling
            if self.control.paused:
                yield from self._pause(rate)
            elif self.clock() - self._last_bunch >= self.rhythm.bunch:
                yield from self._bunch(rate)
                if self.due.now:
                    self._need_numbers()
                    yield from self.save()
        yield from self._bunch(rate)

    def _bunch(self, rate: float) -> Iterator[Event]:
        """What the steps since the last bunch came to; _Lost at the first whose loss is not a number."""
        self._last_bunch = self.clock()
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
        settling, self._settling = self._settling, False
        yield Progress(position["step"], losses, rate, position["seconds"], settling)
        if len(lost):
            raise _Lost
        yield from self.looker.look(position["step"])

    def _epoch_end(self) -> EpochEnd | None:
        """Measures the validation split; None where stopping was asked for meanwhile. _Lost with the weights."""
        self._need_numbers()
        loss, metrics = None, dict[str, float]()
        if len(self.validation):
            measured = self.learner.measure(self.validation, self.control)
            if measured is None:
                return None
            loss, metrics = measured.loss, self.learner.metrics(measured, self.validation)
        return self.course.end_epoch(loss, metrics)

    def _save_epoch(self) -> Iterator[Event]:
        """A snapshot of a finished epoch where one is due; the best so far is at least held."""
        loss = self.course.losses[-1]
        better = self.patience.take(self.course.scores[-1])
        if better:
            self.best.forget()
        if self.due.at_end(self.course.epoch):
            yield from self.save(best=better)
        elif better:
            self._tick()
            self.course.turned.clear()
            self.best.hold(self.learner, self.course.position, loss)

    def _pause(self, rate: float) -> Iterator[Event]:
        yield from self._bunch(rate)
        self._need_numbers()
        yield from self.looker.look(self.course.step, last=True)
        yield from self.save()
        yield Paused(self.course.step)
        self.control.wait_until_free()
        self._ticked = self.clock()
        yield Resumed(self.course.step)

    def _stopped(self) -> Iterator[Event]:
        self._need_numbers()
        yield from self.looker.look(self.course.step, last=True)
        yield from self.save()
        yield Stopped(self.course.step)

    def _finished(self) -> Iterator[Event]:
        yield from self.save()
        step, restored = self.course.step, False
        if self.settings.early_stopping.restore_best and self.patience.best:
            best = self.recall(BEST)
            restored = best is not None and best.step == self.patience.best * self.course.per_epoch
            if best is None or not restored:
                yield Noted(step, "The weights of the best epoch are lost. The run ends with those of its last one.")
            elif best.step != step:
                last = snapshots.take(self.learner, self.course.position, lend=self.lend)
                yield bests.ending(last, best)
                snapshots.put_back(self.learner, best)
        yield from self.looker.look(step, last=True)
        early = self.course.epoch < self.settings.epochs
        yield self._early(step, restored=restored) if early else Finished(step)

    def _early(self, step: int, *, restored: bool) -> EarlyStopped:
        validated = bool(len(self.validation))
        return endings.early_stopped(step, self.patience, self.course.decider, validated=validated, restored=restored)

    def _need_numbers(self) -> None:
        if not finite(self.learner.model):
            raise _Lost

    def _tick(self) -> None:
        now = self.clock()
        self.course.position["seconds"] += now - self._ticked
        self._ticked = now
