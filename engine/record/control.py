"""How a running training is asked to pause, go on, stop or show itself.

Thread-safe; the loop looks between two steps.
"""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass

LEARNING_RATE, WEIGHT_DECAY, DROPOUT, FROZEN = "learning_rate", "weight_decay", "dropout", "frozen"  # names of knobs


@dataclass(frozen=True)
class Knob:
    """A setting to be changed while the run goes on: name, value and layer as in KnobTurned."""

    name: str
    value: float | bool
    layer: str = ""


class Control:
    """Requests from outside. Asking is all it does: the loop answers with events."""

    def __init__(self) -> None:
        self._free = threading.Event()
        self._free.set()
        self._stop = threading.Event()
        self._watched: frozenset[str] = frozenset()
        self._turned: queue.SimpleQueue[Knob] = queue.SimpleQueue()

    def pause(self) -> None:
        """Wait between two steps until `go_on` or `stop`."""
        self._free.clear()

    def go_on(self) -> None:
        self._free.set()

    def stop(self) -> None:
        """End at the next step, with a snapshot; also while paused."""
        self._stop.set()
        self._free.set()

    def turn(self, knob: Knob) -> None:
        """Give a live knob another value, from the next step on; KnobTurned says when."""
        self._turned.put(knob)

    def turned(self) -> list[Knob]:
        """For the loop: what was asked for since the last look, oldest first."""
        found = []
        while not self._turned.empty():
            found.append(self._turned.get_nowait())
        return found

    @property
    def turning(self) -> bool:
        """Whether a knob waits to be turned."""
        return not self._turned.empty()

    def watch(self, name: str, *, on: bool) -> None:
        """Whether a look is wanted from time to time: a name of `engine.training.looks.LOOKS`. From one thread only."""
        self._watched = self._watched | {name} if on else self._watched - {name}

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    @property
    def paused(self) -> bool:
        return not self._free.is_set()

    @property
    def watched(self) -> frozenset[str]:
        """Names of the looks that are wanted now."""
        return self._watched

    def wait_until_free(self) -> None:
        """Blocks while paused."""
        self._free.wait()
