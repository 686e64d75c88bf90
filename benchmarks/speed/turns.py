"""How a contestant's process trains by turns: it waits for a line that says how many epochs, trains, and answers.

No torch and no engine here: every contestant uses it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

_now = time.perf_counter  # the real one: `stand_still` puts another in its place
WARM_SECONDS = 1.5
WARM_EPOCHS = 2


class Turns:
    """Make it when all is imported; call `epoch_done` after each epoch. It waits in there between two turns.

    The first turn is the warm-up: it ends by itself, and says that the contestant is ready. Answers are JSON lines.
    """

    def __init__(self) -> None:
        self._out = _own_output()
        self._base = memory("VmRSS")
        self._facts: dict[str, object] = {}
        self._left = self._epochs = 0  # 0: warming up
        self._begin = self._last = self._first = _now()
        self._warm = 0
        self._away = 0.0  # seconds of all waits
        self._waiting = False

    def tell(self, **facts: object) -> None:
        """What the contestant says of itself once it is ready, such as the parameters of its network."""
        self._facts.update(facts)

    def start(self) -> None:
        """Warming up begins; what was done since the start of the process is building."""
        self._begin = self._last = _now()

    def epoch_done(self, *, settling: bool = False) -> None:
        """One epoch more; returns when the next one shall begin. Ends the process when nobody wants more.

        Args:
            settling: whether the contestant is still finding out how it trains fastest: then it is not warm.
        """
        now = _now()
        if self._epochs:
            self._left -= 1
            if not self._left:
                self._answer(seconds=now - self._begin, epochs=self._epochs)
            return
        self._warm += 1
        latest, self._last = now - self._last, now
        if not settling and self._warm >= WARM_EPOCHS and now - self._begin >= WARM_SECONDS:
            self._answer(epoch=latest, before_first=self._begin - self._first, **self._facts)

    def stand_still(self) -> None:
        """The clocks that Python code reads stand still between turns: what is done every so often goes by turns."""
        time.perf_counter = time.monotonic = self.clock

    def clock(self) -> float:
        """Seconds without those between turns."""
        return (self._last if self._waiting else _now()) - self._away

    def _answer(self, **facts: object) -> None:
        peak = memory("VmHWM")
        facts["grown"] = peak - self._base if peak and self._base else None
        self._last, self._waiting = _now(), True
        self._out.write(json.dumps(facts) + "\n")
        self._out.flush()
        line = sys.stdin.readline().strip()
        if not line:
            os._exit(0)  # frameworks would want to say good-bye
        self._epochs = self._left = int(line)
        self._begin = _now()
        self._away += self._begin - self._last
        self._waiting = False


def _own_output() -> TextIO:
    """Standard output for the answers alone; what libraries print goes to standard error."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return out


def memory(name: str) -> int:
    """VmRSS (now) or VmHWM (at most) of this process, bytes; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines: Iterator[str] = iter(status.read_text().splitlines()) if status.is_file() else iter(())
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)
