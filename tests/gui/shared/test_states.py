"""How long a run will go on and how it ended, in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data.dataset import Ticket
from engine.data.load import load
from engine.record.events import Ended, EpochEnd, Progress, Started
from engine.runs.summary import UNREADABLE
from engine.settings import EarlyStopping
from engine.starter import sample_project
from gui.live.run import LiveRun
from gui.shared.states import eta_words, state_words

ENDINGS = [kind.__name__.lower() for kind in Ended.__subclasses__()]


@pytest.mark.parametrize("state", [*ENDINGS, "running", "interrupted", UNREADABLE])
def test_every_state_has_words_of_its_own(state: str):
    known = [*ENDINGS, "running", "interrupted", UNREADABLE]
    words = [state_words(one) for one in known]
    assert len(set(words)) == len(words)
    spoken = {"earlystopped": "stopped early", "outofmemory": "out of memory"}
    assert state_words(state) == spoken.get(state, state)


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
