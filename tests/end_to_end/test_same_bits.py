"""The window and the command give the same weights, bit for bit, though one is watched and the other is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.project import save
from engine.starter import sample_project
from engine.training.checkpoint import snapshot as snapshots
from gui.shell.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("sample", ["moons", "digits"])
def test_the_window_and_the_command_give_the_same_bits(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, sample: str
) -> None:
    made = sample_project(sample)
    path = tmp_path / "p.layerdeck"
    save(made.changed(training=made.training.changed(threads=1, epochs=3)), path)
    command = [sys.executable, "main.py", "train", str(path), "--out", str(tmp_path / "command")]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    context = window.context
    with qtbot.waitSignal(window.opening.opened, timeout=60_000):
        window.opening.open(path)
    qtbot.waitUntil(lambda: context.loader.dataset is not None, timeout=60_000)
    window.train()
    qtbot.waitUntil(lambda: context.session.live is not None and context.session.state == "idle", timeout=120_000)
    assert context.session.live is not None
    here, there = (snapshots.read(folder).arrays for folder in (context.session.live.folder, tmp_path / "command"))
    assert here.keys() == there.keys()
    assert all(np.array_equal(here[name], there[name]) for name in here)
