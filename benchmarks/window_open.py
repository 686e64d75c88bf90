"""Training with the window open beside `python main.py train`, by turns in one run; how late the window's events are.

    python benchmarks/window_open.py [ROUNDS]

Prints one row a case: steps a second with the window open, over without it (min, median, max over the rounds), and the
99th percentile of how late a 10 ms timer of the window fires meanwhile. Writes the same to benchmarks/window_open.json.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from engine.data.settings import DataSettings, SourceSettings
from engine.layers.core.basics import Dense
from engine.network import Network
from engine.project import Project, save
from engine.record.files import RECORD
from engine.record.reading import read_status
from engine.starter import sample_project

ROOT = Path(__file__).resolve().parent.parent
CASES = ("spirals", "many-rows", "digits")


def main(rounds: int) -> int:
    """Runs all cases; the exit code is 0 whether or not the goals are reached: it measures."""
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            place = Path(folder) / case
            place.mkdir()
            path = place / f"{case}.layerdeck"
            save(project(case, place), path)
            rows[case] = measure(path, place, rounds)
            print(case, json.dumps(rows[case]), flush=True)
    (ROOT / "benchmarks" / "window_open.json").write_text(json.dumps(rows, indent=2) + "\n")
    return 0


def project(case: str, folder: Path) -> Project:
    """A case: the spirals with their surface, 20,000 rows through a 13-64-32-3 network, the digits' pictures."""
    if case == "many-rows":
        return many_rows(folder)
    sample = sample_project(case)
    epochs = {"spirals": 400, "digits": 30}[case]
    return sample.changed(training=sample.training.changed(epochs=epochs))


def many_rows(folder: Path) -> Project:
    """A small network, whose steps take the least time: where a window costs most."""
    lines = [",".join([*(f"x{n}" for n in range(13)), "kind"])]
    for row in range(20_000):
        cells = [f"{((row * 7919 + n * 104_729) % 1000) / 500 - 1:.3f}" for n in range(13)]
        lines.append(",".join([*cells, "abc"[(row * 7919) % 1000 // 334]]))
    (folder / "rows.csv").write_text("\n".join(lines) + "\n")
    network = Network.stack(Dense(units=64), Dense(units=32), Dense(units=3, activation="softmax"))
    training = sample_project("iris").training.changed(epochs=30, batch_size=32)
    return Project(
        data=DataSettings(source=SourceSettings(path=str(folder / "rows.csv")), targets=("kind",)),
        network=network,
        training=training,
    )


def measure(path: Path, folder: Path, rounds: int) -> dict[str, object]:
    """One case. The thread count that the first run without the window finds is used by all others."""
    alone(path, folder / "probe")
    threads = read_status(folder / "probe").threads
    document = json.loads(path.read_text())
    document["training"]["threads"] = threads
    path.write_text(json.dumps(document))
    ratios, late, steps = [], [], []
    for number in range(rounds):
        without = alone(path, folder / f"alone-{number}")
        with_window, lateness = in_window(path, folder / f"window-{number}")
        ratios.append(with_window / without)
        late.append(lateness)
        steps.append(without)
    return {
        "threads": threads,
        "ratio": {"min": min(ratios), "median": median(ratios), "max": max(ratios)},
        "late_99_ms": {"min": min(late), "median": median(late), "max": max(late)},
        "steps_per_second_alone": median(steps),
    }


def alone(path: Path, run: Path) -> float:
    """Steps a second of the command."""
    subprocess.run([sys.executable, "main.py", "train", str(path), "--out", str(run)], cwd=ROOT, check=True, stdout=-3)
    return speed(run)


def in_window(path: Path, runs: Path) -> tuple[float, float]:
    """Steps a second in the window, and the 99th percentile of lateness in ms."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = [sys.executable, str(ROOT / "benchmarks" / "window_child.py"), str(path), str(runs)]
    found = subprocess.run(child, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    (run,) = (entry.parent for entry in runs.glob(f"*/{RECORD}"))
    return speed(run), json.loads(found.stdout.splitlines()[-1])["late_99_ms"]


def speed(run: Path) -> float:
    """Steps a second as the run recorded them: training time, with measuring the validation split, without loading."""
    status = read_status(run)
    if status.state != "finished":
        raise RuntimeError(f"{run} is {status.state}: {status.message}")
    return status.step / status.seconds


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3))
