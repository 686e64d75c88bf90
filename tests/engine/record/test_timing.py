"""What a run tells of how long the next one takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.choices.optimizers import Adam, Sgd
from engine.choices.schedules import Cosine
from engine.layers.core.basics import Dense
from engine.network import Network
from engine.record.files import RunStatus
from engine.record.timing import machine, seconds_per_epoch, tells, work
from engine.runs.folder import RunFolder
from tests.engine import toys
from tests.engine.runs import recorded


@pytest.mark.parametrize(
    "settings", [{"epochs": 90}, {"seed": 3}, {"optimizer": Adam(learning_rate=0.5)}, {"schedule": Cosine()}]
)
def test_what_changes_nothing_of_the_time_is_the_same_work(settings):
    assert work(toys.project(**settings)) == work(toys.project())


@pytest.mark.parametrize("settings", [{"batch_size": 8}, {"threads": 2}, {"optimizer": Sgd()}, {"averaging": 0.9}])
def test_what_may_take_longer_is_other_work(settings):
    assert work(toys.project(**settings)) != work(toys.project())
    assert work(toys.project(Network.stack(Dense(units=99)))) != work(toys.project())


def test_an_epoch_takes_what_its_share_of_the_run_took():
    status = RunStatus(step=150, total_steps=400, epochs=4, seconds=3.0)
    assert seconds_per_epoch(status) == pytest.approx(2.0)
    assert seconds_per_epoch(replace(status, step=50)) is None
    assert seconds_per_epoch(replace(status, seconds=0.01)) is None


def test_a_run_tells_of_its_own_work_data_and_machine_alone(tmp_path):
    status = RunFolder(recorded.run(tmp_path)).status()
    project, data = recorded.request(tmp_path).project, status.data
    assert status.machine == machine()
    assert tells(status, project, data)
    assert not tells(replace(status, machine="another"), project, data)
    assert not tells(status, project, "other data")
    assert not tells(status, toys.project(batch_size=8), data)
    assert not tells(RunStatus(), project, "")
