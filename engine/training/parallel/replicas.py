"""Several devices train one network: each takes its share of every batch, and the gradients are added up.

Synchronous data parallelism (Goyal et al. 2017, section 2.3) over torch.distributed: gloo on the CPU, NCCL on CUDA
cards. The run's own thread is one of the devices. It sends weights and shares to helper processes, computes its own
share meanwhile, gathers the sum of gradients in one vector, and changes the weights alone; so the result is that of
one device with the whole batch, up to rounding, but for what looks at a batch as a whole: batch norm takes each share's
own mean and deviation (running ones are the first share's), and dropout draws other numbers.

Helpers keep nothing: their random numbers are seeded for each step from the run's seed, the step and the device. So a
run resumed from a snapshot is as exact as with one device.
"""

from __future__ import annotations

import pickle
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait
from pathlib import Path

import torch
import torch.distributed as dist
from torch import Tensor

from engine.errors import EngineError
from engine.processes.spawned import Helper, begin
from engine.record.execution import Tactics
from engine.record.request import TrainingRequest
from engine.training.batches.epochs import Tensors
from engine.training.learner import Learner
from engine.training.parallel import sharding
from engine.training.parallel.helper import LEADER, Job, Order, Place, Trouble, join, work
from engine.training.parallel.sharding import Flat, Mode

PATIENCE = 300.0  # seconds; a helper that does not answer for so long is taken for lost
STARTING = 120.0  # seconds that a helper may take to load torch
LEAVING = 5.0  # seconds that a helper may take to end by itself
GLANCE = 0.1  # seconds between two looks at whether to stop, while helpers start
MIX = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio: neighbouring numbers become far ones (Steele et al. 2014)


@contextmanager
def together(request: TrainingRequest, learner: Learner, stopping: Callable[[], bool]) -> Iterator[None]:
    """The learner learns with as many devices as the settings say; at the end no helper is left.

    Args:
        stopping: whether to give up waiting for helpers that start; then no step must follow.

    Raises:
        EngineError: there are not so many devices, or a helper cannot start. Within: a helper was lost.
    """
    devices = request.project.training.processes
    if devices == 1:
        yield
        return
    _check(learner.device, devices)
    team = Team(devices, learner.settings.seed)
    try:
        team.start(request, learner, stopping)
        learner.team = team
        yield
    finally:
        learner.team = None
        team.close()


def _check(device: torch.device, devices: int) -> None:
    found = torch.cuda.device_count() if device.type == "cuda" else 0
    if device.type == "mps":
        raise EngineError("Apple's graphics chip is a single device", field="processes", hint="Set devices to 1")
    if device.type == "cuda" and devices > found:
        cards = "1 CUDA card" if found == 1 else f"{found} CUDA cards"
        raise EngineError(f"This machine has {cards}", field="processes", hint=f"Set devices to {found}")
    if dist.is_initialized():
        raise EngineError("Another run trains on several devices", field="processes", hint="Wait for its end")


class Team:
    """The helpers of one run, and what is handed to and fro in a step: `share`, then `gather`."""

    def __init__(self, devices: int, seed: int) -> None:
        self._devices, self._seed = devices, seed
        self._helpers: list[Helper] = []
        self._folder = Path(tempfile.mkdtemp(prefix="layerdeck-team-"))
        self._flat: Flat | None = None
        self._modes: tuple[Mode, ...] | None = None
        self._tactics: Tactics | None = None  # that the helpers have

    def start(self, request: TrainingRequest, learner: Learner, stopping: Callable[[], bool]) -> None:
        """Starts the helpers and meets them."""
        for rank in range(1, self._devices):
            self._helpers.append(begin(work, self._place(rank, learner.device.type), name=f"layerdeck-{rank}"))
        self._tactics = learner.tactics
        job = pickle.dumps(Job.of(request, learner))  # sent later: starting would wait until all of it is read
        for word in (job, True):
            if not self._wait(STARTING, stopping):
                return
            for helper in self._helpers:
                self._send(helper, word)
        with self._blaming():
            join(self._place(LEADER, learner.device.type))
        self._flat = Flat(learner.model)

    def share(self, learner: Learner, inputs: Tensors, wanted: Tensors, lift: float) -> tuple[Tensors, Tensors, Tensor]:
        """Hands out a batch and the weights as they are; gives the first share and the factors of its losses.

        Args:
            lift: what gradients are multiplied by, beside the scale of half precision.
        """
        flat, scaler = self._layout, learner.updater.scaler
        lifted = torch.full((), lift, device=learner.device)
        lifted = scaler.scale(lifted) if scaler else lifted
        cuts = sharding.sizes(len(inputs[0]), self._devices)
        given, right = sharding.cut(inputs, cuts), sharding.cut(wanted, cuts)
        working = sum(size > 0 for size in cuts)
        factors = sharding.factors(learner.objectives, right[:working])
        modes, tactics = self._changed_modes(learner), self._changed_tactics(learner)
        parcels = []
        for rank, helper in enumerate(self._helpers, start=1):
            share = [*given[rank], *right[rank], factors[rank], lifted] if rank < working else []
            parcel, forms = sharding.pack(share) if share else (None, ())
            parcels.append(parcel)
            self._send(helper, Order(forms, len(inputs), self._seed_of(learner.steps, rank), modes, tactics))
        flat.read_weights()
        with self._blaming():
            dist.broadcast(flat.weights, LEADER)
            for rank, parcel in enumerate(parcels, start=1):
                if parcel is not None:
                    dist.send(parcel, rank)
        return given[LEADER], right[LEADER], factors[LEADER]

    def gather(self, loss: Tensor) -> Tensor:
        """Adds the helpers' gradients to the model's; gives the loss of the whole batch for that of the first share."""
        flat = self._layout
        self._wait(PATIENCE)
        flat.clear()
        with self._blaming():
            dist.reduce(flat.gradients, LEADER)
        return loss + flat.add_gradients()

    def close(self) -> None:
        """Ends every helper, also one that does not answer."""
        for helper in self._helpers:
            with suppress(OSError):
                helper.pipe.send(None)
        end = time.monotonic() + (LEAVING if self._flat else 0.0)  # those that still start are not waited for
        for helper in self._helpers:
            helper.process.join(max(0.0, end - time.monotonic()))
            if helper.process.is_alive():
                helper.process.kill()
                helper.process.join()
            helper.pipe.close()
            helper.process.close()
        self._helpers.clear()
        if dist.is_initialized():
            dist.destroy_process_group()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _layout(self) -> Flat:
        if self._flat is None:
            raise RuntimeError("a step with helpers that were not waited for")
        return self._flat

    def _place(self, rank: int, kind: str) -> Place:
        return Place(rank, self._devices, kind, str(self._folder / "meeting"), PATIENCE)

    def _changed_modes(self, learner: Learner) -> tuple[Mode, ...] | None:
        modes = tuple(Mode.of(module) for module in learner.model.modules())
        changed = modes != self._modes
        self._modes = modes
        return modes if changed else None

    def _changed_tactics(self, learner: Learner) -> Tactics | None:
        changed = learner.tactics != self._tactics
        self._tactics = learner.tactics
        return self._tactics if changed else None

    def _seed_of(self, step: int, rank: int) -> int:
        return ((self._seed * 1_000_003 + step) * self._devices + rank) * MIX % 2**63

    def _send(self, helper: Helper, what: Order | bytes | bool) -> None:
        try:
            helper.pipe.send(what)
        except OSError as error:
            raise self._lost(helper) from error

    def _wait(self, seconds: float, stopping: Callable[[], bool] = bool) -> bool:
        """Until every helper has said that it is done; False where `stopping` said so before. EngineError with one that
        is lost.
        """
        waiting = {helper.pipe: helper for helper in self._helpers}
        end = time.monotonic() + seconds
        while waiting and not stopping():
            heard = wait(list(waiting), GLANCE)
            if stopping():  # Ctrl-C may have reached a helper as well
                break
            for pipe in heard:
                helper = next(one for one in self._helpers if one.pipe is pipe)
                self._hear(helper)
                del waiting[helper.pipe]
            if waiting and time.monotonic() > end:
                names = ", ".join(helper.process.name for helper in waiting.values())
                raise EngineError(f"The helper process {names} has not answered for {seconds:.0f} seconds", hint=HINT)
        return not waiting

    def _hear(self, helper: Helper) -> None:
        try:
            said: Trouble | None = helper.pipe.recv()
        except (EOFError, OSError) as error:
            raise self._lost(helper) from error
        if said is None:
            return
        if said.memory:
            raise MemoryError(said.message)
        raise RuntimeError(f"{said.message}\n\nIn {helper.process.name}:\n{said.details}")

    @contextmanager
    def _blaming(self) -> Iterator[None]:
        """Where torch loses a connection, says whose."""
        try:
            yield
        except RuntimeError as error:
            for helper in self._helpers:
                helper.process.join(1.0 / self._devices)  # its connection breaks a moment before it is gone
                if helper.pipe.poll():
                    self._hear(helper)
                if not helper.process.is_alive():
                    raise self._lost(helper) from error
            raise EngineError("The helper processes do not answer any more", hint=HINT) from error

    def _lost(self, helper: Helper) -> EngineError:
        helper.process.join(1.0)
        code = helper.process.exitcode
        how = f"was ended by signal {-code}" if code is not None and code < 0 else "ended unexpectedly"
        return EngineError(f"The helper process {helper.process.name} {how}", hint=HINT)


HINT = "Go on from the last snapshot, with fewer devices if it happens again"
