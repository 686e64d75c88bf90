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
from engine.record.events import EpochEnd, KnobTurned, Noted, Snapshot, TacticsChanged
from engine.record.execution import Tactics
from engine.record.request import TrainingRequest
from engine.settings import steps_in_epoch
from engine.training.batches.epochs import Tensors
from engine.training.checkpoint import snapshot as snapshots
from engine.training.divergence import Step
from engine.training.knobs import Knobs, Replay, latest
from engine.training.learner import Learner
from engine.training.probing.tuning import Planned, begun


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
            "tactics": learner.tactics.document(),  # of the next step
            "search": None,  # the fastest tactics so far, while others are still to be tried
            "changes": [],  # of the tactics, still to come
        }
        self.turned: list[KnobTurned] = []
        targets = [(one.target.name, one.target.kind) for one in learner.objectives]
        self.decider = decider(self.settings.best_by, targets, validated=bool(len(request.dataset.validation)))
        self._learner, self._longer = learner, request.longer
        self._knobs = Knobs(learner)
        self._replay = Replay(request.replay)
        self._planned = Planned(request.changes)
        self.search = begun(request, learner)
        self._stays = True  # the tactics are not on trial
        self._note_tactics()

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

    def go_on(self, start: Snapshot, turned: Sequence[KnobTurned], changes: Sequence[TacticsChanged] = ()) -> None:
        """Makes it, and the learner, what they were when the snapshot was taken.

        Where more epochs are asked for than then, or than a run did that stopped early, waiting for a better loss
        begins anew.

        Args:
            turned: knobs that were turned afterwards.
            changes: of the tactics, that were made afterwards.
        """
        ours = self.position["tactics"]
        self.position |= {"search": None, "changes": []} | dict(start.state)
        self.position["tactics"] = self.position["tactics"] or ours
        self._put_back(start)
        if self._waits_anew():
            self.position["patient_since"] = self.epoch
        self.position["epochs"] = self.settings.epochs
        planned = [KnobTurned(**knob) for knob in self.position["replay"]]
        self._replay = Replay(knob for knob in (*planned, *turned) if knob.step >= start.step)
        later = [*map(_change, self.position["changes"]), *changes]
        self._planned = Planned(one for one in later if one.step >= start.step)
        if self.position["search"] is not None:
            self.search.go_on_with(Tactics(**self.position["search"]))
        elif start.state.get("tactics", {}) is not None:  # of a run that was stopped before it had chosen
            self.search.end()
        self._stays = self.position["search"] in (None, self.position["tactics"])
        self._note_tactics()

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
        learner, search = self._learner, self.search
        follows = not (search.settled or self._planned.waiting) and search.next == learner.tactics
        learner.searching, learner.settling = not search.settled, follows and search.comparing
        begin = learner.clock()
        loss = learner.step(inputs, wanted, rate)
        if follows and len(inputs[0]) == learner.whole:
            loss.item()  # waits for the device
            search.took(learner.clock() - begin, self.total - self.step)
            self._note_search()
        self.position["step"] += 1
        return loss

    @property
    def computes_otherwise(self) -> bool:
        """Whether the next step is computed in another way than the last one, or that way stays from now on."""
        if self._planned.next_step <= self.step:
            return True
        if self.search.settled and self._stays:
            return False
        return self._learner.due and not self._planned.waiting and self._next() != (self._learner.tactics, self._stays)

    def change_tactics(self) -> TacticsChanged:
        """Computes as the next step is to be computed; says so."""
        planned, search = self._planned.due(self.step), self.search
        if planned is not None and planned.stays:
            search.go_on_with(planned.tactics)
        tactics, self._stays = (planned.tactics, planned.stays) if planned is not None else self._next()
        self._learner.take(tactics, stays=self._stays)
        self._note_tactics()
        return TacticsChanged(self.step, tactics, self._stays)

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

    def _next(self) -> tuple[Tactics, bool]:
        """What the search says of the next step: its tactics, and whether they stay."""
        return self.search.next, not self.search.trying

    def _note_tactics(self) -> None:
        self.position["tactics"] = self._learner.tactics.document()
        self.position["changes"] = [asdict(one) for one in self._planned.waiting]
        self._note_search()

    def _note_search(self) -> None:
        self.position["search"] = None if self.search.settled else self.search.best.document()

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


def _change(document: Mapping[str, Any]) -> TacticsChanged:
    return TacticsChanged(document["step"], Tactics(**document["tactics"]), document["stays"])
