"""When the next snapshot of a run is taken: by time, and never for more than a share of it."""

from __future__ import annotations

import time
from collections.abc import Callable

from engine.record.request import Rhythm
from engine.record.thinning import is_wanted


class Due:
    """What snapshots cost, writing included, has to be earned by training before there is another one.

    Nothing of it touches the result.
    """

    def __init__(self, rhythm: Rhythm, keep: int, clock: Callable[[], float] = time.perf_counter) -> None:
        """`keep`: snapshots to be kept along the run. `clock`: in seconds, that of `paid`."""
        self._rhythm, self._keep, self._clock = rhythm, keep, clock
        self._next = self._earned = clock()
        self._cost = 0.0  # of the latest one, in the training time that earns it

    @property
    def now(self) -> bool:
        """Whether one is to be taken, wherever the run stands."""
        return self._clock() >= self._next

    def at_end(self, epoch: int) -> bool:
        """Whether one is to be taken at the end of this epoch, 1-based.

        One that is to be kept need not wait for the rhythm: half of what the latest one cost has to be earned, and the
        one after it waits the longer.
        """
        return self.now or (is_wanted(epoch, self._keep) and self._clock() >= self._earned - self._cost / 2)

    def paid(self, begin: float, end: float) -> None:
        """One was taken and written."""
        self._cost = (end - begin) / self._rhythm.share
        self._earned = max(self._earned, end) + self._cost
        self._next = max(self._earned, end + self._rhythm.snapshot)
