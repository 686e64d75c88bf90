"""How fast runs open and how little recording costs; writes benchmarks/runs.json.

    PYTHONPATH=. python benchmarks/runs.py

Four things: a list of 1,000 runs of 50 epochs with an index and without one, each in a new process, imports counted
apart; a curve of 10 million steps read; what the recorder adds to a Progress, over 30 seconds of them
in a row, commits included; and the same while they come 30 times a second, as in a real run, with a commit a second.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.record.events import EpochEnd, Event, Finished, Progress, Started
from engine.record.files import INDEX, RECORD
from engine.record.request import TrainingRequest
from engine.runs.folder import RunFolder
from engine.training.recorder import record
from tests.engine import toys

RESULT = Path(__file__).with_name("runs.json")
RUNS, EPOCHS, STEPS = 1_000, 50, 10_000_000
BUNCH = 500  # steps in a Progress: 15,000 steps a second
OPEN = """
import sys, time
begin = time.perf_counter()
from pathlib import Path
from engine.runs import store
imported = time.perf_counter()
found = store.runs(Path(sys.argv[1]))
print(imported - begin, time.perf_counter() - imported, len(found), "torch" in sys.modules)
"""


def main() -> int:
    """Measures and writes the result."""
    with tempfile.TemporaryDirectory() as folder:
        result = {
            "list": listing(Path(folder) / "runs"),
            "curve": curve(Path(folder) / "long"),
            "progress": progress(Path(folder) / "busy"),
        }
    result["within budget"] = result["list"]["with index, s"] <= 1.0 and result["curve"]["load, s"] <= 1.0
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))
    return 0 if result["within budget"] else 1


def listing(root: Path) -> dict[str, float]:
    """Seconds until 1,000 runs are there, in a new process."""
    tell(root / "run-0", events(EPOCHS, 100))
    for number in range(1, RUNS):
        shutil.copytree(root / "run-0", root / f"run-{number}")
    long_ago = time.time() - 3600
    for path in root.glob(f"*/{RECORD}"):
        os.utime(path, (long_ago, long_ago))
    without, with_index = [], []
    for _ in range(5):
        (root / INDEX).unlink(missing_ok=True)
        without.append(opened(root))
        with_index.append(opened(root))
    imports, lists = zip(*with_index, strict=True)
    return {
        "runs": RUNS,
        "imports, s": statistics.median(imports),
        "without index, s": statistics.median(seconds for _, seconds in without),
        "with index, s": statistics.median(lists),
    }


def opened(root: Path) -> tuple[float, float]:
    """Seconds of imports and of one list in a new process."""
    command = [sys.executable, "-c", OPEN, str(root)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    if said[2:] != [str(RUNS), "False"]:
        raise RuntimeError(f"the list is not what it should be: {said}")
    return float(said[0]), float(said[1])


def curve(folder: Path) -> dict[str, float]:
    """Seconds until 10 million losses are there."""
    losses = np.random.default_rng(0).random(STEPS, np.float32)
    bunches = [Progress(end, losses[end - 100_000 : end], 0.1, 0.0) for end in range(100_000, STEPS + 1, 100_000)]
    tell(folder, iter([Started("cpu", 1, STEPS, STEPS), *bunches, Finished(STEPS)]))
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        found = RunFolder(folder).losses()
        times.append(time.perf_counter() - begin)
        if not np.array_equal(found, losses):
            raise RuntimeError("the curve is not what was written")
    return {"steps": STEPS, "load, s": statistics.median(times), "bytes": (folder / RECORD).stat().st_size}


def progress(folder: Path) -> dict[str, float]:
    """Microseconds that the recorder adds to one Progress."""
    losses = np.random.default_rng(0).random(BUNCH, np.float32)
    count = 0
    seen: list[float] = []

    def told() -> Iterator[Event]:
        nonlocal count
        yield Started("cpu", 1, 1_000_000, 1_000_000_000)
        end = time.perf_counter() + 30
        while time.perf_counter() < end:
            count += 1
            yield Progress(count * BUNCH, losses, 0.1, 0.0)

    def paced() -> Iterator[Event]:
        yield Started("cpu", 1, 1_000_000, 1_000_000_000)
        for number in range(1, 301):
            time.sleep(1 / 30)
            yield Progress(number * BUNCH, losses, 0.1, 0.0)

    begin = time.perf_counter()
    for _ in record(request(folder), told()):
        pass
    spent = time.perf_counter() - begin
    stream = record(request(folder.with_name("paced")), timed(paced(), seen))
    for _ in stream:
        pass
    return {
        "in a row, us": spent / count * 1e6,
        "in a real run, us": statistics.mean(seen) * 1e6,
        "in a real run, longest, ms": max(seen) * 1e3,
    }


def timed(events: Iterator[Event], seen: list[float]) -> Iterator[Event]:
    """The events; how long the reader was busy with each Progress goes into `seen`."""
    for event in events:
        begin = time.perf_counter()
        yield event
        if isinstance(event, Progress):
            seen.append(time.perf_counter() - begin)


def events(epochs: int, steps: int) -> Iterator[Event]:
    """A run that ends well."""
    random = np.random.default_rng(0)
    yield Started("cpu", 1, steps, steps * epochs)
    for epoch in range(1, epochs + 1):
        yield Progress(epoch * steps, random.random(steps, np.float32), 0.1, float(epoch))
        yield EpochEnd(epoch, epoch * steps, 1 / epoch, 1.1 / epoch, {"accuracy": 1 - 0.5 / epoch})
    yield Finished(epochs * steps)


def request(folder: Path) -> TrainingRequest:
    """What is asked for does not matter here, but has to be written too."""
    return TrainingRequest(toys.project(epochs=EPOCHS), toys.rings(), folder)


def tell(folder: Path, told: Iterator[Event]) -> None:
    """Records all of these."""
    for _ in record(request(folder), told):
        pass


if __name__ == "__main__":
    sys.exit(main())
