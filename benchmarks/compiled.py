"""Whether torch.compile would pay: the same step of the engine's learner, as it is and compiled, by turns.

    PYTHONPATH=. python benchmarks/compiled.py [CASE ...]

Needs a C++ compiler. Prints for each case of benchmarks/speed how long compiling takes, the compiled step's speed over
the engine's own (above 1: compiled is faster), and how many steps it takes to earn the compiling. Writes
benchmarks/compiled.json when all cases were measured.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch import Tensor

from benchmarks.speed.cases import CASES, Case, write
from benchmarks.speed.ours import dataset_of, project_of
from engine.record.request import TrainingRequest
from engine.training.learner import Learner

RESULT = Path(__file__).with_suffix(".json")
SECONDS = 15.0  # of steps, for both together
RATE = 1e-3
Row = dict[str, Any]


def main(names: list[str]) -> None:
    """Measures the named cases, or all."""
    print(f"{'':18}{'compiling':>12}{'own ms':>10}{'compiled ms':>13}{'speed':>8}{'steps to earn it':>19}")
    rows: dict[str, Row] = {}
    for name in names or CASES:
        rows[name] = row = measured(CASES[name])
        earned = row["steps_to_earn"]
        print(
            f"{CASES[name].title:18}{row['compiling_s']:10.1f} s{row['own_ms']:10.3g}{row['compiled_ms']:13.3g}"
            f"{row['speed']:8.2f}{'never' if earned is None else f'{earned:,.0f}':>19}",
            flush=True,
        )
    if not names:
        RESULT.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def measured(case: Case) -> Row:
    """One case."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = folder  # nothing that was compiled before counts
        write(case, Path(folder))
        learner = Learner(TrainingRequest(project_of(case), dataset_of(case, Path(folder)), Path(folder)))
    inputs, wanted = next(iter(learner.batches(0)))
    compiled: Callable[..., Tensor] = torch.compile(lambda *batch: learner.priced((batch[0],), (batch[1],)))

    def own() -> None:
        learner.step(inputs, wanted, RATE).item()

    def other() -> None:
        learner.updater.clear()
        loss = compiled(inputs[0], wanted[0])
        torch.autograd.backward(loss)
        learner.updater.update(RATE, 1.0, 0)
        loss.item()

    for _ in range(40 if case.steps > 4 else 1):  # so that a small network's step is recorded
        own()
    begin = time.perf_counter()
    other()
    other()
    compiling = time.perf_counter() - begin
    times: dict[Callable[[], None], list[float]] = {own: [], other: []}
    while time.perf_counter() - begin < compiling + SECONDS:
        for step, taken in times.items():
            start = time.perf_counter()
            step()
            taken.append(time.perf_counter() - start)
    usual, quick = median(times[own]), median(times[other])
    earned = compiling / (usual - quick) if quick < usual else None
    row = {"own_ms": 1000 * usual, "compiled_ms": 1000 * quick, "speed": usual / quick}
    return {"compiling_s": compiling, **row, "steps_to_earn": earned}


if __name__ == "__main__":
    main(sys.argv[1:])
