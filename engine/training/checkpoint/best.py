"""The state of the best epoch so far: put aside at once, handed out to be written when a snapshot is due."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.memory.budget import HELD
from engine.record.events import Snapshot
from engine.record.snapshots import BEST
from engine.training.checkpoint import snapshot as snapshots
from engine.training.checkpoint.scratch import Scratch, Shelf
from engine.training.learner import Learner

SHARE = 0.1  # of the time since the one before, for putting it into the file, at most
LATER = "later."  # in front of the arrays to go on from, in a run's last snapshot where its weights are the best ones'


class Best:
    """The best epoch of a run, as long as it is not written.

    It is copied tensor by tensor into room that is kept, so that an epoch of a few steps costs no more than a step; it
    becomes a Snapshot, one to go on from like any other, only when it is to be written. What is large goes into a file
    without a name, as a second copy of all weights would be much memory, unless that takes long.
    """

    def __init__(self, scratch: Scratch | None = None, clock: Callable[[], float] = time.perf_counter) -> None:
        """`scratch`: opens such a file; None: there is none, all is held in memory. `clock`: says how long it takes."""
        self._clock = clock
        self._shelf = Shelf(scratch) if scratch else None
        self._room: dict[str, Tensor] = {}
        self._state: Mapping[str, Any] | None = None
        self._loss = 0.0
        self._last = -math.inf  # when one was held

    def hold(self, learner: Learner, state: Mapping[str, Any], loss: float) -> None:
        """Copies the learner as it is now."""
        self._state = None
        now = snapshots.live(learner)
        if not self._shelved(now):
            if self._room.keys() != now.keys():
                self._room = {name: torch.empty_like(tensor) for name, tensor in now.items()}
            with torch.no_grad():
                for name, tensor in now.items():
                    self._room[name].copy_(tensor)
        self._state, self._loss = dict(state), loss

    def forget(self) -> None:
        """What is held is not the best any more; the room stays."""
        self._state = None

    def take(self, *, lend: bool = False) -> Snapshot | None:
        """What is held, with its name; the room in memory goes with it. None where nothing is, or it is lost.

        Args:
            lend: what is in the file may be read from there, before the next epoch is held; else it is copied.
        """
        state, room = self._state, self._room
        if state is None:
            return None
        self._room, self._state = {}, None
        arrays: Mapping[str, NDArray[Any]] = {name: tensor.cpu().numpy() for name, tensor in room.items()}
        if not room and self._shelf:
            try:
                arrays = self._shelf.take()
            except OSError:
                return None
            arrays = arrays if lend else dict(arrays)
        return Snapshot(int(state["step"]), arrays, state, (BEST,), self._loss)

    def close(self) -> None:
        """The file is gone, and what it holds."""
        if self._shelf is not None:
            self._shelf.close()
            self._shelf = None

    def _shelved(self, tensors: Mapping[str, Tensor]) -> bool:
        """Whether they are in the file now; where it cannot be written, or takes long, there is none any more."""
        if self._shelf is None or sum(one.nbytes for one in tensors.values()) < HELD:
            return False
        begin, last = self._clock(), self._last
        try:
            self._shelf.put(tensors)
        except OSError:
            last = math.inf
        self._last = self._clock()
        if self._last - begin > SHARE * (self._last - last):
            self.close()
            return False
        self._room = {}
        return True


def ending(last: Snapshot, best: Snapshot) -> Snapshot:
    """A run's last snapshot where it ends with the weights of its best epoch: what reads it finds those.

    What the training itself came to stands beside them, for going on.
    """
    answering = (snapshots.MODEL, snapshots.AVERAGE)
    arrays = {name: array for name, array in best.arrays.items() if name.startswith(answering)}
    arrays |= {LATER + name: array for name, array in last.arrays.items()}
    return replace(last, arrays=arrays, names=(), loss=best.loss)


def to_go_on(snapshot: Snapshot) -> Snapshot:
    """The state that training goes on from: that of the last step, also where the weights are the best epoch's."""
    later = {name.removeprefix(LATER): array for name, array in snapshot.arrays.items() if name.startswith(LATER)}
    return replace(snapshot, arrays=later) if later else snapshot
