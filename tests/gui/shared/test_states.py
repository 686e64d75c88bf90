"""How long a run will go on and how it ended, in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data.dataset import Ticket
from engine.data.load import load
from engine.record.events import Ended, EpochEnd, Progress, Started
from engine.record.states import MEANINGS, RunState
from engine.settings import EarlyStopping
from engine.starter import sample_project
from gui.live.run import LiveRun
from gui.shared.states import STATES, eta_words, state_words

NEVER_AN_ENDING = {RunState.RUNNING, RunState.INTERRUPTED, RunState.UNREADABLE}


def test_every_state_has_a_sign_and_words_of_its_own():
    assert set(STATES) == set(MEANINGS) == set(RunState)
    assert len({state_words(state) for state in RunState}) == len(RunState)
    spoken = {"earlystopped": "stopped early", "outofmemory": "out of memory"}
    for state in RunState:
        assert state_words(state) == MEANINGS[state].words == spoken.get(state, state)


def test_every_ending_is_a_state():
    endings = [kind for kind in Ended.__subclasses__() if kind.__module__ == Ended.__module__]
    assert {kind.state for kind in endings} == set(RunState) - NEVER_AN_ENDING


@pytest.mark.parametrize(("patience", "said"), [(0, "ETA 0:02"), (3, "ETA at most 0:02")])
def test_early_stopping_can_only_make_it_sooner(patience: int, said: str):
    project = sample_project("circle")
    assert project.data is not None
    project = project.changed(training=project.training.changed(early_stopping=EarlyStopping(patience=patience)))
    now = [100.0]
    live = LiveRun(project, load(project.data, Ticket()), Path("run"), lambda: now[0])
    assert eta_words(live) == ""
    live.feed(Started("cpu", 1, 50, 200))
    now[0] += 2.0
    live.feed(Progress(100, np.ones(100, np.float32), 0.01, 2.0))
    live.feed(EpochEnd(2, 100, 0.5, 0.4))
    assert eta_words(live) == said
