"""Cells longer than the csv module takes by itself, and columns whose names say less than their numbers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.data.dataset import Ticket
from engine.data.load import load
from engine.data.rows import read_rows
from engine.data.sources import propose

ROOT = Path(__file__).parents[3]


def test_a_long_cell_in_the_first_lines_is_read(tmp_path):
    """In a process of its own: the limit of the csv module is raised for the whole process."""
    long = "word " * 40_000
    table = tmp_path / "t.csv"
    table.write_text(
        "text,class\n" + "".join(f'"{long if row == 3 else "few words"}",{"ab"[row % 2]}\n' for row in range(30))
    )
    words = [sys.executable, str(ROOT / "main.py"), "new", "--data", str(table), "--out", str(tmp_path / "p.layerdeck")]
    said = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert (said.returncode, said.stderr) == (0, "")
    assert read_rows(table)[3]["text"] == long.strip()


def test_a_table_of_very_many_columns_is_read(tmp_path):
    """Its lines are longer than the limit, its cells are not; without a separator in sight all of it is one cell."""
    names = [f"a long name of a column {number}" for number in range(6_000)]
    (tmp_path / "t.csv").write_text("\t".join(names) + "\n" + "\t".join("1" for _ in names) + "\n")
    code = "import sys; from engine.data.rows import read_rows; print(len(read_rows(sys.argv[1])[0]))"
    words = [sys.executable, "-c", code, str(tmp_path / "t.csv")]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert (said.returncode, said.stdout, said.stderr) == (0, "6000\n", "")


@pytest.mark.parametrize(
    ("name", "numbers_rows", "used"),
    [
        ("price_index", False, True),
        ("price_index", True, False),
        ("row index", True, False),
        ("index", False, False),
        ("order_no", False, False),
        ("customer_id", False, False),
    ],
)
def test_an_index_of_something_is_a_measure_where_it_does_not_number_the_rows(tmp_path, name, numbers_rows, used):
    random = np.random.default_rng(0)
    values = np.arange(60) if numbers_rows else random.permutation(5_000)[:60]
    rows = [
        f"{value},{x:.3f},{'ab'[row % 2]}"
        for row, (value, x) in enumerate(zip(values, random.normal(0, 1, 60), strict=True))
    ]
    (tmp_path / "t.csv").write_text("\n".join([f"{name},x,class", *rows]) + "\n")
    data = propose(tmp_path / "t.csv")
    assert data.targets == ("class",)
    assert (name in load(data, Ticket()).facts.features) is used
    before = data.changed(columns={})  # as older projects have it: they stay as they are
    assert name not in load(before, Ticket()).facts.features
