"""Writes runs and is killed in the middle of it: `python -m tests.engine.runs.killed_writer FOLDER TIMES SEED`.

Each time a child records into FOLDER/NUMBER without end and gets SIGKILL at a random moment after its first
snapshot, while it writes others too.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from engine.record.events import Event, Saved
from engine.training.recorder import record
from tests.engine.runs import recorded

SIZE = 200_000  # numbers in a snapshot, so that writing one takes a while


def endless() -> Iterator[Event]:
    yield recorded.started(0, 1_000_000)
    for epoch in range(1, 1_000_000):
        yield from recorded.epoch_events(epoch, *(("best",) if epoch % 3 == 0 else ()), size=SIZE)


def main(folder: Path, times: int, seed: int) -> None:
    """Kills that many children."""
    chance = random.Random(seed)
    for number in range(times):
        begun, tell = os.pipe()
        child = os.fork()
        if child == 0:
            for event in record(recorded.request(folder / str(number)), endless()):
                if isinstance(event, Saved):
                    os.write(tell, b".")
        os.read(begun, 1)  # there is a first snapshot
        time.sleep(chance.uniform(0.0, 0.3))  # not a wait for something: the moment of the kill
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(begun)
        os.close(tell)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
