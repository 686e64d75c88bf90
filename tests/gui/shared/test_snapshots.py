"""The pickers of weights name a run's snapshots as the commands do."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from engine.runs.folder import RunFolder
from gui.shared.snapshots import SnapshotPicker, options
from tests.engine.runs import recorded


def picker(qtbot: QtBot, folder: Path) -> SnapshotPicker:
    made = SnapshotPicker("results.snapshot")
    qtbot.addWidget(made)
    made.show_run(folder)
    return made


def test_what_was_kept_is_offered_by_its_epoch_and_chosen_by_its_step(qtbot: QtBot, tmp_path: Path):
    recorded.run(tmp_path / "r", 12, {6: ("best",)}, keep_snapshots=5)
    infos = [info for info in reversed(RunFolder(tmp_path / "r").snapshots()) if info.whole]
    assert options(infos, "accuracy") == [
        ("last", "last · step 1,200"),
        ("best", "best by accuracy · epoch 6"),
        (1_100, "epoch 11 · step 1,100"),
        (800, "epoch 8 · step 800"),
        (400, "epoch 4 · step 400"),
    ]
    shown = picker(qtbot, tmp_path / "r")
    shown.set_value(800)
    assert shown.snapshot == 800
    assert RunFolder(tmp_path / "r").snapshot("epoch 8").step == shown.snapshot


def test_one_within_an_epoch_is_offered_by_its_step(tmp_path: Path):
    events = [recorded.started(0, 40), recorded.snapshot(4_050), recorded.snapshot(4_090)]
    recorded.tell(recorded.request(tmp_path / "r", epochs=50, keep_snapshots=5), events)
    assert options(list(reversed(RunFolder(tmp_path / "r").snapshots())), "")[1:] == [(4_050, "step 4,050")]
