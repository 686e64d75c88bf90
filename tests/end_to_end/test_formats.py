"""Tables of other formats from `new` to `predict`, as a person types it: their answers are those of the same CSV."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from engine.cli import main
from tests.engine.data.tables import write_database, write_workbook

BIRDS = pl.DataFrame(
    {
        "bill": [30 + 7 * (n % 3) + (n * 37 % 11) / 10 for n in range(120)],
        "mass": [None if n % 13 == 4 else 3_000 + 500 * (n % 3) + n % 7 for n in range(120)],
        "kind": ["ABC"[n % 3] for n in range(120)],
    }
)


def write_array(path: Path) -> None:
    rows = BIRDS.with_columns(pl.col("mass").fill_null(np.nan), pl.col("bill")).rows()
    np.save(path, np.array(rows, dtype=[("bill", "f8"), ("mass", "f8"), ("kind", "U1")]))


WRITERS: dict[str, Callable[[Path], None]] = {
    "birds.parquet": BIRDS.write_parquet,
    "birds.arrow": BIRDS.write_ipc,
    "birds.jsonl": BIRDS.write_ndjson,
    "birds.json": BIRDS.write_json,
    "birds.xlsx": partial(write_workbook, frame=BIRDS),
    "birds.sqlite": partial(write_database, frame=BIRDS),
    "birds.npy": write_array,
}


def test_every_format_is_opened_trained_on_and_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    BIRDS.write_csv(tmp_path / "birds.csv")
    said = {}
    for name in ("birds.csv", *WRITERS):
        path, project, run = tmp_path / name, tmp_path / f"{name}.layerdeck", tmp_path / f"run {name}"
        if name in WRITERS:
            WRITERS[name](path)
        assert main(["new", "--data", str(path), "--out", str(project)]) == 0
        assert main(["check", str(project)]) == 0
        assert main(["train", str(project), "--out", str(run), "--epochs", "2", "--threads", "1"]) == 0
        capsys.readouterr()
        assert main(["predict", str(run), str(path), "--json"]) == 0
        said[name] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(said["birds.csv"]) == 120
    assert {name for name, answers in said.items() if answers != said["birds.csv"]} == set()
