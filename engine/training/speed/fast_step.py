"""Finds out whether the recorded form of a step is worth it, proves that it gives the same bits, and takes it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from statistics import median
from typing import Literal, Protocol

import torch
from torch import Tensor, nn

from engine.errors import EngineError
from engine.training.batches.epochs import Tensors
from engine.training.randomness import RandomState
from engine.training.speed.capture import Bits, Play, bits, record, shared
from engine.training.speed.cuda_graph import capture

LOOKS = 10  # steps that are timed before it is decided
LONGEST = 1.0  # seconds a step; in longer ones the arithmetic outweighs all else
SHORT = 0.005  # seconds a step; a recorded one of more takes nearly as long as a usual one
WORTH = 500  # steps still to come, at least: to record one and prove it takes as long as six
EARNED = 20  # steps taken before a long one is recorded: a run that is stopped at once has not paid for it

Stage = Literal["looking", "comparing", "settled"]
"""Usual steps are timed; both ways take turns; it is known how steps are taken."""
Gradients = Callable[[Tensors, Tensors], Tensor]


class Ways(Protocol):
    """What a learner offers."""

    def gradients(self, inputs: Tensors, wanted: Tensors) -> Tensor:
        """The usual way: leaves a batch's gradients in the model and gives its loss."""

    def priced(self, inputs: Tensors, wanted: Tensors) -> Tensor:
        """A batch's loss, from which autograd can go backwards."""


class Shortcut:
    """The gradients of batches of one size, by the shortest way known so far.

    Some steps are timed, one is recorded and proven to give the same bits. As it does, the two ways then take turns in
    the run's own steps, and the faster one stays.

    It holds no learner, so that one that is no longer needed, and all its memory, is gone at once.

    Attributes:
        settling: whether the last batch of that size took another time than the next ones will: a step was recorded
            with it, or it was a short one, timed because it may become much faster.
    """

    def __init__(
        self,
        model: nn.Module,
        size: int,
        stopping: Callable[[], bool] = bool,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Before the first batch.

        Args:
            size: examples in a batch; batches of another size go the usual way.
            stopping: whether the run is to end: then nothing is recorded any more.
            clock: in seconds; by it the faster way is told.
        """
        self._model, self._size, self._stopping, self._clock = model, size, stopping, clock
        self._taken = 0  # steps while it was not decided
        self.settling = False
        self._stage = _first_stage(model)
        self._play: Play | None = None
        self._parameters: list[nn.Parameter] = []
        self._usual: list[float] = []  # seconds of steps
        self._recorded: list[float] = []

    @property
    def taken(self) -> bool:
        """Whether steps are taken by a recording."""
        return self._play is not None

    def gradients(self, ways: Ways, inputs: Tensors, wanted: Tensors, left: int, *, stands: bool = True) -> Tensor:
        """Leaves a batch's gradients in the model, which has none; gives its loss.

        Args:
            left: steps still to come in the run.
            stands: whether it will be computed in the same way to its end.
        """
        if len(inputs[0]) != self._size:
            return ways.gradients(inputs, wanted)
        usual, tried = partial(ways.gradients, inputs, wanted), False
        if self._stage == "looking" and len(self._usual) == LOOKS and left >= WORTH and self._earned(stands):
            tried = median(self._usual) <= LONGEST
            self._stage = "comparing" if tried and self._try(ways, inputs, wanted) else "settled"
        self.settling = tried
        self._taken += 1
        if self._stage == "looking" and len(self._usual) < LOOKS and left >= WORTH:
            loss = self._timed(usual, self._usual)
            self.settling = median(self._usual) <= min(SHORT, LONGEST)
        elif self._play is None:
            loss = usual()
        elif self._stage == "comparing":
            loss = self._compared(usual, partial(self._played, self._play, inputs, wanted))
            self.settling = tried or median(self._recorded) <= SHORT
        else:
            loss = self._played(self._play, inputs, wanted)
        return loss

    def forget(self) -> None:
        """The model computes something else from now on: another layer is frozen, dropout has another rate."""
        self._stage, self._play = _first_stage(self._model), None
        self._usual, self._recorded, self._taken = [], [], 0

    def _earned(self, stands: bool) -> bool:
        """Whether recording a step is worth its time by now: a short one becomes much faster, others only a little."""
        return median(self._usual) <= SHORT or (stands and self._taken >= EARNED)

    def _timed(self, step: Callable[[], Tensor], times: list[float]) -> Tensor:
        """Takes a step and writes down its seconds."""
        begin = self._clock()
        loss = step()
        loss.item()  # waits for the device
        times.append(self._clock() - begin)
        return loss

    def _compared(self, usual: Callable[[], Tensor], recorded: Callable[[], Tensor]) -> Tensor:
        """A step by the way that has been timed less often; after enough of them the slower one is given up."""
        if len(self._usual) < len(self._recorded):
            loss = self._timed(usual, self._usual)
        else:
            loss = self._timed(recorded, self._recorded)
        if len(self._usual) == LOOKS == len(self._recorded):
            self._stage = "settled"
            if not pays(self._recorded, self._usual):
                self._play = None
        return loss

    def _try(self, ways: Ways, inputs: Tensors, wanted: Tensors) -> bool:
        """Records a step; True where it is proven."""
        self._usual, self._parameters = [], [one for one in self._model.parameters() if one.requires_grad]
        with _untouched(self._model) as put_back:
            write = capture if inputs[0].device.type == "cuda" else record  # both really take steps
            try:
                play = write(ways.priced, self._parameters, inputs, wanted, self._stopping)
                put_back()
                if play is not None and self._is_proven(ways.gradients, play, inputs, wanted, put_back):
                    self._play = play
            except RuntimeError:  # it cannot be played, or finds no room; where no step does, the next one says so
                self._play = None
        return self.taken

    def _played(self, play: Play, inputs: Tensors, wanted: Tensors) -> Tensor:
        loss, *gradients = play(*inputs, *wanted)
        for one, gradient in zip(self._parameters, gradients, strict=True):
            one.grad = gradient
        return loss

    def _is_proven(
        self, usual: Gradients, play: Play, inputs: Tensors, wanted: Tensors, put_back: Callable[[], None]
    ) -> bool:
        """Whether it gives the same bits and leaves the same behind it; False where the run is to end.

        Also with a batch of other numbers and another random state, as what was written down is of these.
        """

        def look(way: Gradients, batch: Tensors, answers: Tensors, drawn: int) -> Bits:
            torch.rand(drawn, device=batch[0].device)
            loss = way(batch, answers)
            gradients = [one.grad for one in self._parameters if one.grad is not None]
            random = RandomState.now()
            left = [*self._model.parameters(), *self._model.buffers(), *batch, *answers, random.cpu, *random.cuda]
            after = [*bits([loss, *gradients, *left]), *shared([*gradients, *batch])]
            put_back()
            return after

        others = tuple(map(_other, inputs)), tuple(map(_other, wanted))
        before = bits([*self._model.parameters(), *inputs, *wanted])
        for batch, answers, drawn in ((inputs, wanted, 0), (*others, 1)):
            found = []
            for way in (usual, partial(self._played, play)):
                if self._stopping():  # each may take as long as a step
                    return False
                found.append(look(way, batch, answers, drawn))
            if found[0] != found[1]:
                break
        else:
            return True
        if bits([*self._model.parameters(), *inputs, *wanted]) != before:
            raise EngineError("A recorded step wrote over the weights it read", hint="Train the run again")
        return False


def _other(batch: Tensor) -> Tensor:
    """A batch of other numbers, laid out alike: the examples the other way round, measured ones halved."""
    turned = torch.empty_like(batch).copy_(batch.flip(0))
    return turned.mul_(0.5) if turned.is_floating_point() else turned


def pays(recorded: Sequence[float], usual: Sequence[float]) -> bool:
    """Whether recorded steps are faster than usual ones, by the least seconds: what else goes on only adds to them."""
    return min(recorded) < min(usual)


@contextmanager
def _untouched(model: nn.Module) -> Iterator[Callable[[], None]]:
    """Gives what puts back buffers, gradients (there are none) and the random state as they were; it is called last."""
    random = RandomState.now()
    kept = [(buffer, buffer.clone()) for buffer in model.buffers()]

    def put_back() -> None:
        random.put_back()
        model.zero_grad(set_to_none=True)
        with torch.no_grad():
            for buffer, value in kept:
                buffer.copy_(value)

    try:
        yield put_back
    finally:
        put_back()


def _first_stage(model: nn.Module) -> Stage:
    return "looking" if can_be_recorded(model) else "settled"


def can_be_recorded(model: nn.Module) -> bool:
    """On the CPU or a CUDA card."""
    devices = {one.device.type for one in model.parameters()}
    return len(devices) == 1 and devices <= {"cpu", "cuda"}
