"""What learns: the module, its optimizer, the loss and the data, on one device.

It knows one step and one measurement; the loop knows when.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, optim

from engine.build import Model, build
from engine.data.dataset import Part
from engine.layers.learning import frozen_paths
from engine.plan import plan_of
from engine.record.control import Control
from engine.record.execution import Tactics
from engine.record.request import TrainingRequest
from engine.settings import TrainingSettings
from engine.training.augmentation.augmenter import Augmenter, all_known, same_places
from engine.training.batches import transfer
from engine.training.batches.accumulation import Windows
from engine.training.batches.epochs import Tensors, epoch_batches
from engine.training.objective import evaluation, objectives
from engine.training.objective.evaluation import Measured
from engine.training.objective.objectives import Objective
from engine.training.optimizing.parameter_groups import freeze
from engine.training.optimizing.regularization import penalties
from engine.training.optimizing.updates import Updater
from engine.training.speed import precision
from engine.training.speed.arithmetic import usual
from engine.training.speed.devices import choose_device, prepare_thread
from engine.training.speed.fast_step import Shortcut
from engine.training.speed.layout import lay_out, likes_channels_last


class Team(Protocol):
    """Other devices, each of which learns a share of every batch."""

    def share(self, learner: Learner, inputs: Tensors, wanted: Tensors, lift: float) -> tuple[Tensors, Tensors, Tensor]:
        """Hands a batch out; gives the share that is learned here and the factors of its losses."""

    def gather(self, loss: Tensor) -> Tensor:
        """Adds the gradients of all to the model's; gives the loss of the whole batch."""


class Learner:
    """Model, optimizer, losses and training data of one run, on its device.

    Attributes:
        model: logits (batch, *output) of each Output for inputs (batch, *input) of each Input.
        objectives: one for each Output.
        inputs, targets: the training split, on the device where it fits, for each Input and each Output; targets in the
            loss's form.
        steps: batches learned from since the run began.
        windows: which of them stand behind each change of the weights.
        tactics: how it computes.
        layers: of the project's network.
        updater: what changes the weights: the optimizer and all around it.
        plan: of the project's network.
        shortcut: the way to the gradients: as torch goes it, or a recording of its kernels.
        searching: whether other tactics may still be taken.
        settling: whether they are compared, by steps in the usual way.
        whole: examples of a batch, but for an epoch's last one.
        team: the other devices that learn with this one; None where it learns alone.
    """

    def __init__(
        self,
        request: TrainingRequest,
        tactics: Tactics | None = None,
        stopping: Callable[[], bool] = bool,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Tactics that are not given and not set are those that arithmetic says.

        Args:
            stopping: whether nothing that only makes later steps faster is to be done any more.
            clock: in seconds; what is decided by time is decided by it.
        """
        self.team: Team | None = None
        self.clock, self._stopping = clock, stopping
        self.searching = self.settling = False
        self.settings = request.project.training
        self.facts = request.dataset.facts
        self.device = choose_device(self.settings.device)
        self.tactics = tactics or usual(request.project, request.dataset, self.device)
        prepare_thread(self.tactics.threads)
        self.layers = request.project.network.layers
        self.plan = plan_of(request.project.network, self.facts, self.settings)
        self.model: Model = build(self.plan, self.settings.seed).to(self.device)
        train, preparation = request.dataset.train, request.dataset.preparation
        self.objectives = objectives.objectives(self.plan, self.facts, self.settings, preparation, train, self.device)
        self.inputs, self.targets = _placed(self, train)
        self._augmenter = _augmenter(self, preparation)
        self._classes = _sampled(self.settings, self.objectives, train)
        self.windows = Windows(self.settings.accumulate, self.settings.batch_size, self.examples)
        for path in frozen_paths(self.layers):
            freeze(self.model, self.layers, path, True)
        self.total = self.windows.per_epoch * self.settings.epochs
        if tactics is None:
            self.tactics = replace(self.tactics, channels_last=likes_channels_last(self.model))
        lay_out(self.model, channels_last=self.tactics.channels_last)
        self._settled = self.tactics  # which a recorded step is proven for
        self.steps = 0
        scaler = precision.Scaler(self.device) if self.tactics.precision == "float16" else None
        self.updater = Updater(self.model, self.layers, self.settings, scaler)
        self._penalties = penalties(self.model, self.layers)
        self.whole = min(self.settings.batch_size, self.examples)
        self.shortcut = Shortcut(self.model, self.whole, stopping, clock)

    @property
    def examples(self) -> int:
        """In the training split."""
        return len(self.inputs[0])

    @property
    def due(self) -> bool:
        """Whether the weights were changed with the last batch; else gradients wait for the next ones."""
        return self.windows.begins(self.steps)

    @property
    def optimizer(self) -> optim.Optimizer:
        """The updater's."""
        return self.updater.optimizer

    def batches(self, epoch: int, skip: int = 0) -> Iterator[tuple[Tensors, Tensors]]:
        """The batches of one epoch, from the one after `skip` on, as they are learned from: augmented."""
        size, seed = self.settings.batch_size, self.settings.seed
        batches = epoch_batches(self.inputs, self.targets, size, seed, epoch, skip, self._classes)
        there = transfer.fed(batches, self.device)
        return there if self._augmenter is None else self._augmenter.changed(there, epoch, skip)

    def step(self, inputs: Tensors, wanted: Tensors, rate: float) -> Tensor:
        """One batch learned from; gives the loss before, penalties included, on the device.

        The weights are changed where the batch is the last of its window: with the mean of the window's gradients over
        examples, as one batch of all of them would give it. Batch norm and losses that divide by something other than
        the number of examples (words, class weights) still see each batch by itself.
        """
        if self.windows.begins(self.steps):
            self.updater.clear()
        if self.windows.every == 1 and self.team is None and not (self.updater.scaler or self.settling):
            left = self.total - self.steps
            loss = self.shortcut.gradients(self, inputs, wanted, left, stands=not self.searching)
        else:
            loss = self.gradients(inputs, wanted)
        self.steps += 1
        if self.windows.begins(self.steps):
            self.update(rate)
        return loss

    def gradients(self, inputs: Tensors, wanted: Tensors) -> Tensor:
        """Adds a batch's gradients to those there are; gives its loss. Depends on the shapes alone, not on numbers."""
        share, factors = len(inputs[0]) / self.settings.batch_size if self.windows.every > 1 else 1.0, None
        if self.team is not None:
            inputs, wanted, factors = self.team.share(self, inputs, wanted, share)
        loss = self.priced(inputs, wanted, factors)
        lifted = loss if share == 1 else loss * share
        torch.autograd.backward(self.updater.scaler.scale(lifted) if self.updater.scaler else lifted)
        return loss.detach() if self.team is None else self.team.gather(loss.detach())

    def priced(self, inputs: Tensors, wanted: Tensors, factors: Tensor | None = None) -> Tensor:
        """A batch's loss with all penalties, from which autograd can go backwards."""
        loss = self.loss(self.logits(inputs), wanted, factors)
        for penalty in self._penalties:
            loss = penalty.add_to(loss)
        return loss

    def update(self, rate: float) -> None:
        """Changes the weights by the gradients that were gathered."""
        windows, done = self.windows, self.steps
        batches = windows.weight(done) if windows.every > 1 else 1.0
        self.updater.update(rate, batches, windows.changes(done) if self.updater.average else 0)

    def loss(self, logits: Tensor | Tensors, wanted: Tensors, factors: Tensor | None = None) -> Tensor:
        """Weighted sum over targets of the mean losses of a batch, without penalties.

        `factors`: what each of them counts, (objectives,), of a share of a batch; None: 1.
        """
        losses = evaluation.losses(self.objectives, logits, wanted)
        if factors is not None:
            losses = [loss * factor for loss, factor in zip(losses, factors, strict=True)]
        return objectives.total(losses, self.objectives)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """The model as it answers, meanwhile: in evaluation mode, with the averaged weights where there are such."""
        average = self.updater.average
        self.model.eval()
        try:
            with average.in_place() if average else nullcontext():
                yield
        finally:
            self.model.train()

    def measure(self, part: Part, control: Control | None = None) -> Measured | None:
        """A split's loss and answers, without learning; None where `control` asked to stop meanwhile."""
        size = self.plan.measured_at_once
        with self.answering():
            return evaluation.measure(
                self.model, self.objectives, *_placed(self, part), size, lambda: bool(control and control.stopping)
            )

    def metrics(self, measured: Measured, part: Part) -> dict[str, float]:
        """The project's metrics of a measured split."""
        return objectives.named_metrics(self.objectives, self.settings.measured, measured.answers, part)

    def freeze(self, path: str, frozen: bool, *, known: bool = False) -> None:
        """Lets a layer learn no longer, or again, from the next batch on. EngineError where nothing would learn."""
        freeze(self.model, self.layers, path, frozen, known=known)
        self._penalties = penalties(self.model, self.layers)
        if not frozen:
            self.updater.admit()
        self.changed()

    def changed(self) -> None:
        """To be called where a module computes something else from now on."""
        self.shortcut.forget()

    def take(self, tactics: Tactics, *, stays: bool = True) -> None:
        """Computes so from the next window on. The numbers of weights and of all that hangs on them stay as they are.

        Args:
            stays: not only for some steps: what was recorded for the tactics before is of no use any more.
        """
        moved = tactics.channels_last != self.tactics.channels_last
        self.tactics = tactics
        torch.set_num_threads(tactics.threads)
        if moved:
            lay_out(self.model, channels_last=tactics.channels_last)
            self.updater.lay_out()
        if moved or (stays and tactics != self._settled):
            self.changed()
        self._settled = tactics if stays else self._settled

    def logits(self, inputs: Tensors) -> Tensor | Tensors:
        """The model's, float32, with the multiplications in the run's precision."""
        if self.tactics.precision == "float32":
            return self.model.logits(*inputs)
        with precision.autocast(self.tactics.precision, self.device):
            made = self.model.logits(*inputs)
        return made.float() if isinstance(made, Tensor) else tuple(one.float() for one in made)


def _placed(learner: Learner, part: Part) -> tuple[Tensors, Tensors]:
    """A split's inputs and wanted answers, on the device where they fit."""
    inputs = objectives.inputs_for(learner.plan, learner.facts, part.all_inputs)
    wanted = tuple(objective.wanted(part) for objective in learner.objectives)
    return transfer.placed(inputs, wanted, learner.device)


def _augmenter(learner: Learner, preparation: dict[str, Any]) -> Augmenter | None:
    """What changes batches; None where nothing does."""
    settings, facts, plan = learner.settings, learner.facts, learner.plan
    if not settings.augment:
        return None
    known = all_known(facts, preparation, plan.sources, learner.inputs)
    units = [objective.units for objective in learner.objectives]
    itself = same_places(learner.targets, learner.inputs)
    return Augmenter(settings.augment, settings.seed, plan.sources, known, units, itself)


def _sampled(settings: TrainingSettings, found: Sequence[Objective], train: Part) -> Tensor | None:
    """The class of each example, int64 (examples,), where classes are shown equally often: those of the first Output
    that answers with one.
    """
    places = [one.place for one in found if one.target.kind == "classes"]
    if settings.sampling != "balanced" or not places:
        return None
    return torch.from_numpy(train.all_targets[places[0]].astype(np.int64))
