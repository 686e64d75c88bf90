"""The forecast of memory while training beside the measured peak, for every sample project, template and some networks.

`python -m benchmarks.memory [NAME ...]` prints a table and writes benchmarks/memory.json. Measured: the sum of what
torch's allocator gave and took back, in a child process that trains two epochs and records them as runs do, with
one snapshot on the way as runs of more than five seconds take it; the data, which torch only borrows, is added.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULT = Path(__file__).with_suffix(".json")
CHILD = "benchmarks.memory_child"
SECONDS = 300  # a network may take


def main(names: list[str]) -> None:
    """Measures the named projects, or all of them."""
    rows = []
    for name in names or listed():
        row = measured(name)
        if row is None:
            continue
        rows.append(row)
        if not names:
            RESULT.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
        sizes = "  ".join(f"{what} {row[what] / 1e6:9.3f} MB" for what in ("measured", "forecast", "grew"))
        print(f"{row['name']:34} batch {row['batch']:5,}  {sizes}  ratio {row['ratio']:.3f}", flush=True)
    worst = max(rows, key=lambda row: abs(row["ratio"] - 1))
    print(f"{len(rows)} networks; worst: {worst['name']} {worst['ratio']:.3f}")


def listed() -> list[str]:
    """Every name that the child knows."""
    return _child("--list")["names"]


def measured(name: str) -> dict[str, Any] | None:
    """One row, from a process of its own; None, with a line that says why, where it does not train."""
    try:
        return _child(name)
    except subprocess.CalledProcessError as error:
        print(f"{name:34} does not train: {error.stderr.strip().splitlines()[-1][:120]}")
        return None


def _child(argument: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        command = [sys.executable, "-m", CHILD, argument, str(answer)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=SECONDS, env=os.environ)
        return json.loads(answer.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(sys.argv[1:])
