"""Finds out whether the recorded form of a step is worth it, proves that it gives the same bits, and takes it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from statistics import median
from typing import Protocol

import torch
from torch import Tensor, nn

from engine.training.batches import Tensors
from engine.training.devices import timed
from engine.training.graphed import capture
from engine.training.randomness import RandomState
from engine.training.recorded import Bits, Play, bits, record

LOOKS = 10  # steps that are timed before it is decided
LONGEST = 1.0  # seconds a step; in longer ones the arithmetic outweighs all else
WORTH = 500  # steps still to come, at least: to record one, prove it and time it takes some fifteen to a hundred

Gradients = Callable[[Tensors, Tensors], Tensor]


class Ways(Protocol):
    """What a learner offers."""

    def gradients(self, inputs: Tensors, wanted: Tensors) -> Tensor:
        """The usual way: leaves a batch's gradients in the model and gives its loss."""

    def priced(self, inputs: Tensors, wanted: Tensors) -> Tensor:
        """A batch's loss, from which autograd can go backwards."""


class Shortcut:
    """The gradients of batches of one size, by the shortest way known so far.

    It holds no learner, so that one that is no longer needed, and all its memory, is gone at once.

    Attributes:
        settling: whether the last batch of that size was timed or recorded, so that the next ones may be faster.
    """

    def __init__(self, model: nn.Module, size: int, stopping: Callable[[], bool] = bool) -> None:
        """Before the first batch.

        Args:
            size: examples in a batch; batches of another size go the usual way.
            stopping: whether the run is to end: then nothing is recorded any more.
        """
        self._model, self._size, self._stopping = model, size, stopping
        self.settling = False
        self._seconds: list[float] = []
        self._play: Play | None = None
        self._parameters: list[nn.Parameter] = []
        self._open = can_be_recorded(model)

    @property
    def taken(self) -> bool:
        """Whether steps are taken by a recording."""
        return self._play is not None

    def gradients(self, ways: Ways, inputs: Tensors, wanted: Tensors, left: int) -> Tensor:
        """Leaves a batch's gradients in the model, which has none; gives its loss.

        Args:
            left: steps still to come in the run.
        """
        if len(inputs[0]) != self._size:
            return ways.gradients(inputs, wanted)
        self.settling = False
        if self._open and len(self._seconds) == LOOKS:
            self.settling = self._may_pay(left)
            self._decide(ways, inputs, wanted, left)
        if self._play is not None:
            return self._played(self._play, inputs, wanted)
        if not self._open or left < WORTH:
            return ways.gradients(inputs, wanted)
        begin = time.perf_counter()
        loss = ways.gradients(inputs, wanted)
        self._seconds.append(time.perf_counter() - begin)
        self.settling = self._may_pay(left)
        return loss

    def forget(self) -> None:
        """The model computes something else from now on: another layer is frozen, dropout has another rate."""
        self._play, self._seconds = None, []
        self._open = can_be_recorded(self._model)

    def _may_pay(self, left: int) -> bool:
        """Whether a recording may pay, by the steps that were timed."""
        return left >= WORTH and median(self._seconds) <= LONGEST

    def _decide(self, ways: Ways, inputs: Tensors, wanted: Tensors, left: int) -> None:
        self._open = False
        if not self._may_pay(left):
            return
        self._parameters = [one for one in self._model.parameters() if one.requires_grad]
        with _untouched(self._model) as put_back:
            write = capture if inputs[0].device.type == "cuda" else record  # both really count batches meanwhile
            play = write(ways.priced, self._parameters, inputs, wanted, self._stopping)
            put_back()
            try:
                proven = play is not None and self._is_proven(ways.gradients, play, inputs, wanted, put_back)
            except RuntimeError:  # real kernels lay their results out in another way than traced, or need more room
                proven = False
            if proven:
                self._play = play

    def _played(self, play: Play, inputs: Tensors, wanted: Tensors) -> Tensor:
        loss, *gradients = play(*inputs, *wanted)
        for one, gradient in zip(self._parameters, gradients, strict=True):
            one.grad = gradient
        return loss

    def _is_proven(
        self, usual: Gradients, play: Play, inputs: Tensors, wanted: Tensors, put_back: Callable[[], None]
    ) -> bool:
        """Whether it gives the same bits, leaves the same behind it, and pays."""
        recorded: Gradients = partial(self._played, play)
        way = usual

        def take(other: Gradients) -> None:
            nonlocal way
            way = other

        def step() -> Tensor:
            self._model.zero_grad(set_to_none=True)
            return way(inputs, wanted)

        def look(other: Gradients, batch: Tensors) -> Bits:
            loss = other(batch, wanted)
            gradients = [one.grad for one in self._parameters if one.grad is not None]
            random = RandomState.now()
            after = bits([loss, *gradients, *self._model.buffers(), random.cpu, *random.cuda])
            put_back()
            return after

        turned = tuple(torch.empty_like(one).copy_(one.flip(0)) for one in inputs)  # what was written down is of others
        for batch in (inputs, turned):
            if self._stopping() or look(usual, batch) != look(recorded, batch):
                return False
        times = timed((usual, recorded), take, lambda: step().item(), self._stopping)  # waits for the device
        return times[recorded] < times[usual]


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


def can_be_recorded(model: nn.Module) -> bool:
    """On the CPU or a CUDA card."""
    devices = {one.device.type for one in model.parameters()}
    return len(devices) == 1 and devices <= {"cpu", "cuda"}
