"""The training loop: a generator of frozen facts. It touches no thread, no file and no widget."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.training import snapshot as snapshots
from engine.training.batches import steps_in_epoch
from engine.training.control import Control
from engine.training.events import (
    Diverged,
    EpochEnd,
    Event,
    Finished,
    Paused,
    Progress,
    Resumed,
    Snapshot,
    Started,
    Stopped,
)
from engine.training.learner import Learner
from engine.training.look import Looker
from engine.training.reproducible import reproducible
from engine.training.request import TrainingRequest
from engine.training.team import threads_each, together

BUNCH_SECONDS = 1 / 30  # a Progress at most this often
SNAPSHOT_SECONDS = 5.0  # between two snapshots, at least
SNAPSHOT_SHARE = 0.02  # of the time, for taking and writing them, at most


def train(request: TrainingRequest, control: Control, start: Snapshot | None = None) -> Iterator[Event]:
    """Trains a project.

    The first event is Started, then a Snapshot; the last one is an Ended, after a Snapshot unless it is Diverged.

    Args:
        start: a snapshot of the same project to go on from, bit for bit as if it had never been interrupted.
    """
    with reproducible(request.project.training.deterministic):
        threads = int(start.state["threads"]) if start else threads_each(request.project.training)
        precise = start.state.get("precision", "float32") if start else None
        learner = Learner(request, threads, lambda: control.stopping, precise)
        run = _Run(request, learner, control)
        if start is not None:
            snapshots.put_back(learner, start)
            run.position = dict(start.state)
        with together(request, learner, lambda: control.stopping):
            yield run.started()
            yield from run.save()
            yield from run.epochs()


class _Run:
    """Where a run stands. `position` is all of it that is not in the learner, as JSON values."""

    def __init__(self, request: TrainingRequest, learner: Learner, control: Control) -> None:
        self.learner, self.control, self.settings = learner, control, request.project.training
        self.validation = request.dataset.validation
        self.looker = Looker(learner, control)
        self.per_epoch = steps_in_epoch(learner.examples, self.settings.batch_size)
        self.total = self.per_epoch * self.settings.epochs
        self.position: dict[str, Any] = {
            "step": 0,
            "epoch": 0,
            "seconds": 0.0,
            "loss_sum": 0.0,  # of the unfinished epoch's steps
            "epoch_losses": [],  # of each finished epoch: validation loss, else training loss
            "threads": torch.get_num_threads(),
            "precision": learner.precision,
        }
        self._waiting: list[Tensor] = []
        self._clock = self._last_bunch = self._next_snapshot = time.perf_counter()

    def started(self) -> Started:
        done = self.position
        return Started(self.learner.device.type, done["threads"], self.per_epoch, self.total, done["step"])

    def epochs(self) -> Iterator[Event]:
        """All epochs that are left, then the ending."""
        for epoch in range(self.position["epoch"], self.settings.epochs):
            for event in self._steps(epoch):
                yield event
                if isinstance(event, Diverged):
                    return
            if self.control.stopping and self._unfinished(epoch):
                yield from self._stopped()
                return
            end = self._epoch_end(epoch)
            if end is None:
                yield from self._stopped()
                return
            yield end
            if not self.learner.finite():
                yield Diverged(self.position["step"], _diverged(self.position["step"], self._rate()))
                return
            yield from self._save_in_time()
        yield from self.looker.look(self.position["step"], last=True)
        yield from self.save()
        yield Finished(self.position["step"])

    def save(self) -> Iterator[Event]:
        """A snapshot; the next one is due when what it cost, writing included, has been earned."""
        self._tick()
        begin = time.perf_counter()
        yield snapshots.take(self.learner, self.position)
        end = time.perf_counter()
        self._next_snapshot = end + max(SNAPSHOT_SECONDS, (end - begin) / SNAPSHOT_SHARE)

    def _save_in_time(self) -> Iterator[Event]:
        if time.perf_counter() >= self._next_snapshot and self.learner.finite():
            yield from self.save()

    def _steps(self, epoch: int) -> Iterator[Event]:
        """The steps left in an epoch, told in bunches; ends early where stopping was asked for or the loss is lost."""
        learner = self.learner
        skip = self.position["step"] - epoch * self.per_epoch
        rate = self._rate()
        for inputs, wanted in learner.batches(epoch, skip):
            if self.control.stopping:
                break
            rate = self._rate()
            self._waiting.append(learner.step(inputs, wanted, rate))
            self.position["step"] += 1
            if self.control.paused:
                yield from self._pause(rate)
            elif time.perf_counter() - self._last_bunch >= BUNCH_SECONDS:
                yield from self._bunch(rate)
                yield from self._save_in_time()
        yield from self._bunch(rate)

    def _bunch(self, rate: float) -> Iterator[Event]:
        """What the steps since the last bunch came to; Diverged where one of them is not a number."""
        self._last_bunch = time.perf_counter()
        if not self._waiting:
            return
        losses: NDArray[np.float32] = torch.stack(self._waiting).float().cpu().numpy()
        self._waiting.clear()
        self._tick()
        first = self.position["step"] - len(losses)
        sums = np.cumsum([self.position["loss_sum"], *losses], dtype=np.float64)  # one by one: the same however bunched
        self.position["loss_sum"] = float(sums[-1])
        yield Progress(self.position["step"], losses, rate, self.position["seconds"])
        lost = np.flatnonzero(~np.isfinite(losses))
        if len(lost):
            yield Diverged(first + int(lost[0]) + 1, _diverged(first + int(lost[0]) + 1, rate))
            return
        yield from self.looker.look(self.position["step"])

    def _epoch_end(self, epoch: int) -> EpochEnd | None:
        """Measures the validation split; None where stopping was asked for meanwhile."""
        loss, metrics = None, {}
        if len(self.validation):
            measured = self.learner.measure(self.validation, self.control)
            if measured is None:
                return None
            loss, metrics = measured.loss, self.learner.metrics(measured, self.validation)
        train_loss = self.position["loss_sum"] / self.per_epoch
        self.position["epoch_losses"] = [*self.position["epoch_losses"], train_loss if loss is None else loss]
        self.position["epoch"], self.position["loss_sum"] = epoch + 1, 0.0
        return EpochEnd(epoch + 1, self.position["step"], train_loss, loss, metrics)

    def _pause(self, rate: float) -> Iterator[Event]:
        yield from self._bunch(rate)
        yield from self.save()
        yield Paused(self.position["step"])
        self.control.wait_until_free()
        self._clock = time.perf_counter()
        yield Resumed(self.position["step"])

    def _stopped(self) -> Iterator[Event]:
        yield from self.looker.look(self.position["step"], last=True)
        yield from self.save()
        yield Stopped(self.position["step"])

    def _unfinished(self, epoch: int) -> bool:
        done: int = self.position["step"]
        return done < (epoch + 1) * self.per_epoch

    def _rate(self) -> float:
        settings, done = self.settings, self.position
        factor = settings.schedule.factor(
            step=done["step"], total=self.total, steps_per_epoch=self.per_epoch, losses=done["epoch_losses"]
        )
        return settings.optimizer.learning_rate * factor

    def _tick(self) -> None:
        now = time.perf_counter()
        self.position["seconds"] += now - self._clock
        self._clock = now


def _diverged(step: int, rate: float) -> str:
    return (
        f"The loss stopped being a number at step {step:,}, with a learning rate of {rate:.3g}. "
        f"Set the learning rate to {rate / 10:.1g} or less and train again."
    )
