"""The commands of the main job on real sets, from the data file to predictions of the exported folder."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real sets are not beside the project")


def layerdeck(folder: Path, *words: object) -> str:
    """Runs a command in a folder; its output. Fails with what it said on stderr."""
    command = [sys.executable, str(ROOT / "main.py"), *map(str, words)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def journey(folder: Path, data: Path, *new: object) -> tuple[dict[str, float], float]:
    """new, check, train, evaluate: the metrics on the test split, and the seconds that training took."""
    layerdeck(folder, "new", "--data", data, *new, "--out", "p.layerdeck")
    layerdeck(folder, "check", "p.layerdeck")
    begin = time.monotonic()
    layerdeck(folder, "train", "p.layerdeck", "--out", "run")
    seconds = time.monotonic() - begin
    found = json.loads(layerdeck(folder, "evaluate", "run", "--json"))
    assert found["split"] == "test"
    assert found["examples"] > 0
    return found["metrics"], seconds


def test_penguins_and_the_exported_folder(tmp_path):
    data = DATA / "tables" / "penguins.csv"
    metrics, _ = journey(tmp_path, data, "--target", "species")
    assert metrics["accuracy"] >= 0.95
    layerdeck(tmp_path, "export", "run", "--format", "torch", "--out", "out")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    predict = [sys.executable, str(tmp_path / "out" / "predict.py"), str(data)]
    told = subprocess.run(predict, cwd="/", env=environment, capture_output=True, text=True, check=True).stdout
    with data.open(newline="") as file:
        wanted = [row["species"] for row in csv.DictReader(file)]
    answers = [row["prediction"] for row in csv.DictReader(told.splitlines())]
    assert len(answers) == len(wanted)
    assert sum(map(str.__eq__, answers, wanted)) / len(wanted) >= 0.95


def test_mpg_is_explained(tmp_path):
    metrics, _ = journey(tmp_path, DATA / "tables" / "mpg.csv", "--target", "mpg")
    assert metrics["r2"] >= 0.80


@pytest.mark.slow
def test_mnist_is_read_within_three_minutes(tmp_path):
    with tarfile.open(DATA / "images" / "mnist-10k.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    metrics, seconds = journey(tmp_path, tmp_path / "mnist-10k")
    assert metrics["accuracy"] >= 0.97
    assert seconds < 180


@pytest.mark.slow
def test_movie_reviews_run_to_the_end_with_the_sample_project(tmp_path):
    with zipfile.ZipFile(DATA / "text" / "movie_reviews.zip") as archive:
        archive.extractall(tmp_path)
    metrics, _ = journey(tmp_path, tmp_path / "movie_reviews", "--sample", "reviews")
    assert metrics["accuracy"] >= 0.65  # 0.55 with torch's own initialisation and the first words
