"""A run done again, as the Runs page asks for it: the same bits, whatever was measured and turned the first time."""

from __future__ import annotations

import numpy as np

from engine.record.control import Control, Knob
from engine.record.events import Progress
from engine.record.execution import Tactics
from engine.record.request import Rhythm, TrainingRequest
from engine.runs.folder import RunFolder
from engine.training.checkpoint import snapshot as snapshots
from engine.training.worker import run
from tests.engine import toys


def test_done_again_with_its_tactics_and_knobs_a_run_gives_the_same_bits(tmp_path):
    project, data, control = toys.project(epochs=6, threads=0), toys.rings(), Control()
    for event in run(TrainingRequest(project, data, tmp_path / "first", rhythm=Rhythm(bunch=0)), control):
        if isinstance(event, Progress) and event.step == 9:
            control.turn(Knob("learning_rate", 0.02))
    first = RunFolder(tmp_path / "first")
    assert [knob.step for knob in first.knobs()] == [9]
    again = TrainingRequest(project, data, tmp_path / "again", tactics=first.tactics(), replay=tuple(first.knobs()))
    list(run(again, Control()))
    one, two = (snapshots.choose(tmp_path / name)[0].arrays for name in ("first", "again"))
    assert all(np.array_equal(one[name], two[name]) for name in one)
    assert np.array_equal(first.losses(), RunFolder(tmp_path / "again").losses())


def test_tactics_are_recorded_and_kept(tmp_path):
    wanted = Tactics(1, "bfloat16")
    list(run(TrainingRequest(toys.project(), toys.rings(), tmp_path, tactics=wanted), Control()))
    assert RunFolder(tmp_path).tactics() == wanted
