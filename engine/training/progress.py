"""The course of a run: where it stands, what comes next, and the knobs that were turned on its way."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from torch import Tensor

from engine.choices.deciding import LOSS, decider
from engine.record.control import Knob
from engine.record.early_stopping import Patience
from engine.record.events import EpochEnd, KnobTurned, Noted, Snapshot
from engine.record.request import TrainingRequest
from engine.settings import steps_in_epoch
from engine.training.batches.epochs import Tensors
from engine.training.checkpoint import snapshot as snapshots
from engine.training.divergence import Step
from engine.training.knobs import Knobs, Replay, latest
from engine.training.learner import Learner


class Course:
    """Says which batch and which learning rate are next.

    Attributes:
        decider: what tells which epoch is the best.
        position: all that a snapshot needs beside the learner, as JSON values. Lists in it are replaced, never changed.
        per_epoch, total: steps.
        turned: knobs since the latest snapshot.
    """

    def __init__(self, request: TrainingRequest, learner: Learner) -> None:
        self.settings = request.project.training
        self.per_epoch = steps_in_epoch(learner.examples, self.settings.batch_size)
        self.total = self.per_epoch * self.settings.epochs
        self.position: dict[str, Any] = {
            "step": 0,
            "epoch": 0,
            "epochs": self.settings.epochs,  # to be trained in all
            "patient_since": 0,  # epochs before more of them were asked for
            "seconds": 0.0,
            "loss_sum": 0.0,  # of the unfinished epoch's steps
            "epoch_losses": [],  # of each finished epoch: validation loss, else training loss
            "knobs": [],  # turned so far
            "replay": [asdict(knob) for knob in request.replay],  # still to be turned
            "tactics": learner.tactics.document() if learner.decided else None,  # None: to be chosen when it goes on
        }
        self.turned: list[KnobTurned] = []
        targets = [(one.target.name, one.target.kind) for one in learner.objectives]
        self.decider = decider(self.settings.best_by, targets, validated=bool(len(request.dataset.validation)))
        self._learner, self._longer = learner, request.longer
        self._knobs = Knobs(learner)
        self._replay = Replay(request.replay)

    @property
    def step(self) -> int:
        """Steps done."""
        return int(self.position["step"])

    @property
    def epoch(self) -> int:
        """Epochs finished."""
        return int(self.position["epoch"])

    @property
    def losses(self) -> list[float]:
        """Of each finished epoch: validation loss, else training loss."""
        return list(self.position["epoch_losses"])

    @property
    def scores(self) -> list[float]:
        """Of each finished epoch what decides, lower is better; NaN where it was not measured."""
        if self.decider.name == LOSS:
            return self.losses
        known = [float(score) for score in self.position.get("epoch_scores", ())]
        return [*known, *[math.nan] * self.epoch][: self.epoch]

    @property
    def loss(self) -> float | None:
        """Of the epoch that has ended here; None within one."""
        return self.losses[-1] if self.epoch and self.step == self.epoch * self.per_epoch else None

    @property
    def unfinished(self) -> bool:
        """Whether the epoch has steps left."""
        return self.step < (self.epoch + 1) * self.per_epoch

    def go_on(self, start: Snapshot, turned: Sequence[KnobTurned]) -> None:
        """Makes it, and the learner, what they were when the snapshot was taken.

        Where more epochs are asked for than then, or than a run did that stopped early, waiting for a better loss
        begins anew.

        Args:
            turned: knobs that were turned afterwards.
        """
        ours = self.position["tactics"]
        self.position |= start.state
        self.position["tactics"] = self.position["tactics"] or ours
        self._put_back(start)
        if self._waits_anew():
            self.position["patient_since"] = self.epoch
        self.position["epochs"] = self.settings.epochs
        planned = [KnobTurned(**knob) for knob in self.position["replay"]]
        self._replay = Replay(knob for knob in (*planned, *turned) if knob.step >= start.step)

    def batches(self) -> Iterator[tuple[Tensors, Tensors]]:
        """Those left in the epoch."""
        return self._learner.batches(self.epoch, self.step - self.epoch * self.per_epoch)

    def rate(self) -> float:
        """The learning rate of the next step."""
        factor = self.settings.schedule.factor(
            step=self.step, total=self.total, steps_per_epoch=self.per_epoch, losses=self.position["epoch_losses"]
        )
        return self._knobs.learning_rate * factor

    def take_step(self, inputs: Tensors, wanted: Tensors, rate: float) -> Tensor:
        """One step; gives its loss, on the device."""
        loss = self._learner.step(inputs, wanted, rate)
        self.position["step"] += 1
        return loss

    def end_epoch(self, loss: float | None, metrics: Mapping[str, float]) -> EpochEnd:
        """The epoch is over. `loss`, `metrics`: of the validation split; None and none without one."""
        train_loss = float(self.position["loss_sum"]) / self.per_epoch
        end = EpochEnd(self.epoch + 1, self.step, train_loss, loss, metrics)
        if self.decider.name != LOSS:
            self.position["epoch_scores"] = [*self.scores, self.decider.score(end)]
        self.position["epoch_losses"] = [*self.position["epoch_losses"], train_loss if loss is None else loss]
        self.position["epoch"] += 1
        self.position["loss_sum"] = 0.0
        return end

    def turns_by_itself(self) -> bool:
        """Whether a knob was turned before the next step when this was trained before."""
        return self._replay.next_step <= self.step

    def turn(self, asked: Iterable[Knob]) -> Iterator[KnobTurned | Noted]:
        """Turns what was turned here before, then what is asked for; says what it did, or why not."""
        for knob in latest([*self._replay.due(self.step), *asked]):
            refused = self._knobs.turn(knob)
            if refused:
                yield Noted(self.step, refused)
                continue
            done = KnobTurned(self.step, knob.name, knob.value, knob.layer)
            self.turned.append(done)
            self.position["knobs"] = list(self._knobs.turned)
            yield done
        self.position["replay"] = [asdict(one) for one in self._replay.waiting]

    def again(self, start: Snapshot) -> Iterator[Step]:
        """The steps since the latest snapshot once more, as they were done. What follows them is of no use."""
        losses = self.position["epoch_losses"]
        self.position |= start.state
        self._put_back(start)
        replay = Replay(self.turned)
        while True:
            for batch in self.batches():
                for knob in replay.due(self.step):
                    self._knobs.turn(knob)
                yield *batch, self.rate()
                self.position["step"] += 1
            self.position["epoch"] += 1
            self.position["epoch_losses"] = losses[: self.epoch]

    def _waits_anew(self) -> bool:
        """Whether its waiting so far does not count. Of a run that stopped early and has another number of epochs now
        that was asked for, also where it was killed since; the same number must be asked for by the request.
        """
        planned, now = self.position["epochs"], self.settings.epochs
        waited = Patience(self.settings.early_stopping, self.scores, self.position["patient_since"])
        return now > planned or (waited.over and (self._longer or now != planned))

    def _put_back(self, start: Snapshot) -> None:
        """Knobs first: they say of which weights the optimizer knows something."""
        self._knobs.put_back(self.position["knobs"])
        snapshots.put_back(self._learner, start)
