"""What a network has learned so far is shown as it is when a run pauses."""

from __future__ import annotations

from engine.record.control import Control
from engine.record.events import Paused, Surface
from engine.record.request import TrainingRequest
from engine.training.loop import train
from tests.engine import toys


def test_the_surface_at_a_pause_is_that_of_its_step(tmp_path):
    control = Control()
    control.ask_surface(True)
    surfaces, seen = [], 0
    for event in train(TrainingRequest(toys.project(epochs=50), toys.rings(), tmp_path), control):
        if isinstance(event, Surface):
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
