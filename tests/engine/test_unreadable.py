"""Files and folders that a person named and may not read, or not write: one sentence that says which."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.cli import main
from engine.runs import store
from tests.engine.export.test_answers import run_script

pytestmark = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs a system with users")
NOBODY = 65534
NAMES = ("new", "p", "run", "t")


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that everyone reaches, with data of every kind, a project and a run."""
    folder = Path(tempfile.mkdtemp(prefix="unreadable-"))
    folder.chmod(0o755)
    try:
        random = np.random.default_rng(0)
        for name in ("dark", "light"):
            (folder / "pictures" / name).mkdir(parents=True)
            (folder / "texts" / name).mkdir(parents=True)
            for index in range(12):
                pixels = random.integers(0, 255, (6, 6), dtype=np.uint8)
                Image.fromarray(pixels).save(folder / "pictures" / name / f"{index}.png")
                (folder / "texts" / name / f"{index}.txt").write_text(f"{name} words {index}")
        rows = [f"{x},{z},{20 * x - 7 * z:.2f}" for x, z in random.normal(0, 1, (60, 2)).round(3)]
        (folder / "t.csv").write_text("\n".join(["x,z,y", *rows]) + "\n")
        project = str(folder / "p.layerdeck")
        assert main(["new", "--data", str(folder / "t.csv"), "--target", "y", "--out", project]) == 0
        run = ["train", project, "--out", str(folder / "runs" / "run"), "--epochs", "1", "--threads", "1"]
        assert main(run) == 0
        if os.geteuid() == 0:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        yield folder
    finally:
        for path in folder.rglob("*"):
            path.chmod(0o755)
        shutil.rmtree(folder)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Permissions hold: the superuser, whom none stops, is someone else meanwhile."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def said(capsys, command):
    capsys.readouterr()
    with as_nobody():
        assert main(list(map(str, command))) == 1
    words = capsys.readouterr()
    assert words.err.count("\n") == 1, words.err
    return words.err


@pytest.mark.parametrize(
    "closed",
    ["pictures", "pictures/dark", "texts", "texts/light", "texts/dark/3.txt", "t.csv"],
)
def test_data(home, capsys, closed):
    path = home / closed
    path.chmod(0)
    whole = home / Path(closed).parts[0]
    words = said(capsys, ["new", "--data", whole, "--out", home / "new.layerdeck"])
    assert words == f"{path} cannot be read: permission denied. Allow reading it, or choose another.\n"


def test_a_folder_that_can_be_listed_but_not_entered(home, capsys):
    (home / "pictures").chmod(0o444)
    words = said(capsys, ["new", "--data", home / "pictures", "--out", home / "new.layerdeck"])
    assert "cannot be read: permission denied" in words


@pytest.mark.parametrize("command", ["evaluate", "resume", "export", "predict"])
def test_a_run(home, capsys, command):
    folder = home / "runs" / "run"
    more = {"export": ["--out", home / "out"], "predict": [home / "t.csv"], "resume": ["--epochs", 2]}.get(command, [])
    for path in (folder, folder / "run.db", folder / "project.layerdeck"):
        mode = path.stat().st_mode & 0o777
        path.chmod(0)
        words = said(capsys, [command, folder, *more])
        assert "cannot be read: permission denied" in words, path
        path.chmod(mode)


def test_a_project(home, capsys):
    (home / "p.layerdeck").chmod(0)
    path = home / "p.layerdeck"
    assert said(capsys, ["check", path]).startswith(f"{path} cannot be read: permission denied.")


def test_the_list_of_runs(home, capsys):
    shutil.copytree(home / "runs" / "run", home / "runs" / "other")
    (home / "runs" / "other").chmod(0)
    with as_nobody():
        good, bad = sorted(store.runs(home / "runs"), key=lambda run: run.state == "unreadable")
    assert (good.name, bad.name, bad.state) == ("run", "other", "unreadable")
    assert "cannot be read: permission denied" in bad.trouble
    (home / "runs").chmod(0)
    words = said(capsys, ["runs", "--root", home / "runs"])
    assert words.startswith(f"{home / 'runs'} cannot be read: permission denied.")


@pytest.mark.parametrize(
    "command",
    [
        ["new", "--data", "t.csv", "--out", "new.layerdeck"],
        ["train", "p.layerdeck", "--out", "new"],
        ["export", "runs/run", "--snapshot", "last", "--out", "new"],
        ["export", "runs/run", "--snapshot", "last", "--format", "weights", "--out", "new.safetensors"],
    ],
    ids=" ".join,
)
def test_a_place_that_may_not_be_written(home, capsys, command):
    home.chmod(0o555)
    first, *others = command
    words = said(capsys, [first, *(home / word if Path(word).stem in NAMES else word for word in others)])
    assert "cannot be written: permission denied" in words


def test_the_exported_script(home):
    assert main(["export", str(home / "runs" / "run"), "--out", str(home / "out")]) == 0
    (home / "t.csv").chmod(0)
    (home / "texts").chmod(0)
    script = home / "out" / "predict.py"
    for path in (home / "t.csv", home / "texts" / "rows.csv"):
        if os.geteuid() == 0:
            code = (
                "import os, runpy, sys; os.seteuid(65534); sys.argv = sys.argv[1:]; sys.path.insert(0, sys.argv.pop());"
            )
            code = f"import torch; {code} runpy.run_path(sys.argv[0], run_name='__main__')"
            words = [sys.executable, "-c", code, str(script), str(path), str(script.parent)]
            done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
        else:
            done = run_script(script, path, cwd=home)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1, done.stderr
        assert "cannot be read: permission denied" in done.stderr
