"""What a network has learned so far is shown as it is when a run pauses."""

from __future__ import annotations

import numpy as np

from engine.record.control import Control
from engine.record.events import Look, Paused, Snapshot
from engine.record.request import Rhythm, TrainingRequest
from engine.training.looks import LOOKS, Kind
from engine.training.loop import train
from tests.engine import toys


def test_the_surface_at_a_pause_is_that_of_its_step(tmp_path):
    control = Control()
    control.watch("surface", on=True)
    surfaces, seen = [], 0
    for event in train(TrainingRequest(toys.project(epochs=50), toys.rings(), tmp_path), control):
        if isinstance(event, Look):
            surfaces.append(event.step)
            if not seen:
                seen = 1
                control.pause()
        if isinstance(event, Paused):
            assert surfaces[-1] == event.step
            assert len(surfaces) > 1
            seen = 2
            control.stop()
    assert seen == 2


def test_another_look_is_one_row_and_changes_no_bit(tmp_path, monkeypatch):
    def loss_of_all(learner):
        assert not learner.model.training
        return float(learner.model(learner.inputs[0]).square().mean())

    monkeypatch.setitem(LOOKS, "toy", Kind(loss_of_all, 1e9))
    plain = list(train(_request(tmp_path), Control()))
    control = Control()
    control.watch("toy", on=True)
    control.watch("unknown", on=True)
    watched = list(train(_request(tmp_path), control))
    looks = [event for event in watched if isinstance(event, Look)]
    assert {look.name for look in looks} == {"toy"}
    assert looks[-1].step == watched[-1].step
    left, right = ([event for event in run if isinstance(event, Snapshot)][-1].arrays for run in (plain, watched))
    assert left.keys() == right.keys()
    assert all(np.array_equal(left[name], right[name]) for name in left)


def _request(tmp_path):
    return TrainingRequest(toys.project(), toys.rings(), tmp_path, rhythm=Rhythm(bunch=0))
