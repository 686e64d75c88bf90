"""How fast a table becomes ready to train, beside polars reading it alone; prints ratios, writes benchmarks/data.json.

    PYTHONPATH=. python benchmarks/data.py [ROWS]

Writes a table of ROWS (1 million) rows and 13 numbers as CSV and as Parquet, then takes turns, each in a process of its
own once all is imported: polars reading the file; our first look (kind, columns, target); our data ready to train. The
goals: a look within 1 s; ready within 2.5 times polars of a CSV and 1.5 times of a Parquet file.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 3
COLUMNS = 13
GOALS = {"csv": 2.5, "parquet": 1.5}


def child(who: str, file: str) -> dict[str, float]:
    """Seconds of one contestant, and megabytes at most."""
    import resource

    import polars as pl

    from engine.data.dataset import Ticket
    from engine.data.load import load
    from engine.data.sources import propose

    path = Path(file)
    begin = time.perf_counter()
    if who == "polars":
        frame = pl.read_csv(path) if path.suffix == ".csv" else pl.read_parquet(path)
        frame.to_numpy().astype("float32")
        found = {"seconds": time.perf_counter() - begin}
    else:
        settings = propose(path)
        look = time.perf_counter() - begin
        dataset = load(settings, Ticket())
        assert len(dataset.train)
        found = {"seconds": time.perf_counter() - begin, "look": look}
    return {**found, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def write(folder: Path, rows: int) -> list[Path]:
    """The same table in both formats."""
    import numpy as np
    import polars as pl

    values = np.random.default_rng(0).normal(size=(rows, COLUMNS)).round(4)
    frame = pl.DataFrame(values, schema=[f"x{number}" for number in range(COLUMNS)], orient="row")
    files = [folder / "rows.csv", folder / "rows.parquet"]
    frame.write_csv(files[0])
    frame.write_parquet(files[1])
    return files


def measured(file: Path) -> dict[str, object]:
    """Both contestants by turns."""
    turns: dict[str, list[dict[str, float]]] = {"polars": [], "ours": []}
    for _ in range(ROUNDS):
        for who, times in turns.items():
            command = [sys.executable, __file__, "child", who, str(file)]
            said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
            times.append(json.loads(said))
    ratios = [ours["seconds"] / theirs["seconds"] for ours, theirs in zip(turns["ours"], turns["polars"], strict=True)]
    return {"ratio": median(ratios), "least": min(ratios), "most": max(ratios), **turns}


def main(rows: int) -> None:
    """One line a format."""
    result: dict[str, object] = {"rows": rows, "columns": COLUMNS}
    with tempfile.TemporaryDirectory() as folder:
        for file in write(Path(folder), rows):
            kind = file.suffix.removeprefix(".")
            found = measured(file)
            result[kind] = found
            ours = found["ours"]
            assert isinstance(ours, list)
            look, most = median(one["look"] for one in ours), max(one["megabytes"] for one in ours)
            print(
                f"{kind}: ready in {found['ratio']:.2f} ({found['least']:.2f} to {found['most']:.2f}) times polars, "
                f"goal {GOALS[kind]}; first look {look:.2f} s, goal 1; {most:,.0f} MB",
                flush=True,
            )
    Path(__file__).with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        print(json.dumps(child(*sys.argv[2:])))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
