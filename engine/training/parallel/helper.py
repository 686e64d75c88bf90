"""A helper process: gets weights and a share of a batch, gives gradients back, and keeps nothing in between."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import socket
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

import torch
import torch.distributed as dist
from torch import Tensor

from engine.build import learnable
from engine.data.dataset import Dataset
from engine.project import Project
from engine.record.execution import Tactics
from engine.record.request import TrainingRequest
from engine.training.learner import Learner
from engine.training.objective.objectives import Objective
from engine.training.parallel.sharding import Flat, Form, Mode, room, unpack
from engine.training.reproducible import reproducible

if TYPE_CHECKING:
    from torch.nn import Module

LEADER = 0
INTERFACE = "GLOO_SOCKET_IFNAME"
LOOPBACK = ("lo", "lo0")  # on Linux, on macOS: what helpers say to each other never leaves the machine
FEW = 2  # examples that a helper's learner is made with; it never learns from them


@dataclass(frozen=True)
class Place:
    """Where a helper stands in the team.

    Attributes:
        rank: 1, 2, ...; the run itself is 0.
        meeting: file over which the processes find each other.
        patience: seconds that one waits for another.
    """

    rank: int
    devices: int
    kind: str
    meeting: str
    patience: float


@dataclass(frozen=True)
class Job:
    """What a helper needs to know of a run.

    Attributes:
        objectives: the run's own, with class weights of the whole training split.
    """

    project: Project
    dataset: Dataset
    objectives: tuple[Objective, ...]
    tactics: Tactics

    @classmethod
    def of(cls, request: TrainingRequest, learner: Learner) -> Job:
        """With the data cut down to what shapes are told by."""
        training = request.project.training.changed(
            processes=1, accumulate=1, sampling="shuffled", class_weights="equal", averaging=0.0, augment=()
        )
        data = request.dataset
        few, none = data.train.first(FEW), data.train.first(0)
        return cls(
            request.project.changed(training=training.changed(device=learner.device.type)),
            replace(data, train=few, validation=none, test=none),
            learner.objectives,
            learner.tactics,
        )


@dataclass(frozen=True)
class Order:
    """One step.

    Attributes:
        forms: of the parcel: inputs, wanted answers, factors of the losses, what gradients are lifted by; none: rest.
        inputs: how many of them are inputs.
        seed: of the random numbers of this share.
        modes: of all modules, where they have changed.
        tactics: how to compute from now on, where that has changed.
    """

    forms: tuple[Form, ...]
    inputs: int
    seed: int
    modes: tuple[Mode, ...] | None
    tactics: Tactics | None = None


@dataclass(frozen=True)
class Trouble:
    """What ended a helper."""

    message: str
    details: str
    memory: bool


def join(place: Place) -> None:
    """Meets the others; every process of the team calls it at the same time."""
    if place.kind == "cuda":
        torch.cuda.set_device(place.rank)
    for name in LOOPBACK:
        if name in (found for _, found in socket.if_nameindex()):
            os.environ.setdefault(INTERFACE, name)
    dist.init_process_group(
        "nccl" if place.kind == "cuda" else "gloo",
        init_method=Path(place.meeting).as_uri(),
        rank=place.rank,
        world_size=place.devices,
        timeout=timedelta(seconds=place.patience),
    )


def work(pipe: Connection, place: Place) -> None:
    """A helper's life: there, its Job as bytes, ready, True; then an answer for each Order.

    It ends when None comes or the run's process is gone.

    What is sent back is None for done, or a Trouble. The random numbers of a share are seeded for each step by the run,
    and weights come with it, so that a resumed run needs nothing of its former helpers.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all of a terminal; the run decides what it means
    try:
        if place.kind == "cuda":
            torch.cuda.set_device(place.rank)
        pipe.send(None)
        if (job := pipe.recv()) is None:
            return
        known: Job = pickle.loads(job)
        with reproducible(known.project.training.deterministic):
            helper = _Helper(known)
            pipe.send(None)
            if pipe.recv() is None:
                return
            join(place)
            while (order := pipe.recv()) is not None:
                helper.follow(order, pipe)
        dist.destroy_process_group()
    except (EOFError, ConnectionError):
        _vanish(place)
    except BaseException as error:  # whatever happens, the run shall know of it
        memory = isinstance(error, MemoryError | torch.OutOfMemoryError)
        try:
            pipe.send(Trouble(str(error), "".join(traceback.format_exception(error)), memory))
            while pipe.poll(place.patience) and pipe.recv() is not None:
                pass  # a run that is being killed may lose its connections first, and this one a moment later
        except (EOFError, OSError):
            _vanish(place)
        os._exit(1)


def _vanish(place: Place) -> None:
    """The run is gone: it cannot tidy up any more, and whatever torch still waits for never comes."""
    shutil.rmtree(Path(place.meeting).parent, ignore_errors=True)
    os._exit(1)


class _Helper:
    def __init__(self, job: Job) -> None:
        request = TrainingRequest(job.project, job.dataset, Path())
        self._learner = Learner(request, job.tactics)
        self._learner.objectives = tuple(_moved(one, self._learner.device) for one in job.objectives)
        for one in learnable(self._learner.model).values():
            one.requires_grad_(True)  # whatever the run lets learn by now; it leaves out what is frozen there
        self._modules: Sequence[Module] = list(self._learner.model.modules())
        self._flat = Flat(self._learner.model)

    def follow(self, order: Order, pipe: Connection) -> None:
        """Weights and a share come, gradients and the loss go."""
        for module, mode in zip(self._modules, order.modes or (), strict=order.modes is not None):
            mode.put_on(module)
        if order.tactics is not None:
            self._learner.take(order.tactics)
        dist.broadcast(self._flat.weights, LEADER)
        self._flat.set_weights()
        if order.forms:
            self._flat.read_gradients(self._gradients(order))
        else:
            self._flat.clear()
        pipe.send(None)
        dist.reduce(self._flat.gradients, LEADER)

    def _gradients(self, order: Order) -> Tensor:
        learner = self._learner
        parcel = torch.empty(room(order.forms), dtype=torch.uint8, device=learner.device)
        dist.recv(parcel, LEADER)
        *given, factors, lift = unpack(parcel, order.forms)
        inputs, wanted = tuple(given[: order.inputs]), tuple(given[order.inputs :])
        torch.manual_seed(order.seed)
        learner.model.zero_grad(set_to_none=True)
        loss = learner.loss(learner.logits(inputs), wanted, factors)
        torch.autograd.backward(loss * lift)
        return loss.detach()


def _moved(objective: Objective, device: torch.device) -> Objective:
    weights = objective.class_weights
    return replace(
        objective,
        prelude=objective.prelude.to(device),
        criterion=objective.criterion.to(device),
        class_weights=None if weights is None else weights.to(device),
    )
