"""A run that is over goes on for more epochs, with a schedule over the new total, and again exactly."""

from __future__ import annotations

import numpy as np
import pytest

from engine.choices.optimizers import Adam
from engine.choices.schedules import Cosine
from engine.errors import EngineError
from engine.runs.folder import RunFolder
from engine.runs.longer import is_over, with_epochs
from engine.settings import EarlyStopping
from engine.training.control import Control
from engine.training.events import EarlyStopped, EpochEnd, Finished, Progress, Started
from engine.training.request import TrainingRequest
from engine.training.snapshot import choose
from engine.training.worker import run
from tests.engine import toys
from tests.engine.training.told import go, same


def trained(folder, project):
    return list(run(TrainingRequest(project, toys.rings(), folder), Control()))


def gone_on(folder, project, control=None):
    return run(TrainingRequest(project, toys.rings(), folder, resume=True), control or Control())


def killed(events, epochs):
    """Takes events until some epochs are done, then lets the run be."""
    for event in events:
        if isinstance(event, EpochEnd) and event.epoch == epochs:
            break
    events.close()


def test_without_a_schedule_it_is_as_if_it_had_been_asked_for_from_the_start(tmp_path):
    trained(tmp_path / "long", toys.project(epochs=6))
    trained(tmp_path / "short", toys.project(epochs=3))
    folder = RunFolder(tmp_path / "short")
    assert is_over(folder)
    events = list(gone_on(folder.path, with_epochs(folder, 6)))
    assert events[-1] == Finished(48)
    assert same(choose(tmp_path / "short")[0], choose(tmp_path / "long")[0])
    assert np.array_equal(folder.losses(), RunFolder(tmp_path / "long").losses())
    assert folder.epochs() == RunFolder(tmp_path / "long").epochs()
    assert folder.status().epochs == folder.project().training.epochs == 6
    assert folder.status().total_steps == 48


def test_the_schedule_runs_over_the_new_total_from_there():
    project = toys.project(schedule=Cosine(warm_up=0), epochs=3)
    first = go(project)
    rest = go(toys.project(schedule=Cosine(warm_up=0), epochs=6), start=first.recall("last"), earlier=first)
    rates = [event.learning_rate for event in rest.of(Progress)]
    wanted = [0.001 * Cosine(warm_up=0).factor(step, 48, 8, []) for step in range(24, 48)]
    assert rates == pytest.approx(wanted)


def test_killed_after_it_went_on_it_goes_on_to_the_same_end(tmp_path):
    project = toys.project(schedule=Cosine(), epochs=3, optimizer=Adam(learning_rate=0.05))
    for name in ("whole", "cut"):
        trained(tmp_path / name, project)
    list(gone_on(tmp_path / "whole", with_epochs(RunFolder(tmp_path / "whole"), 8)))
    cut = RunFolder(tmp_path / "cut")
    killed(gone_on(cut.path, with_epochs(cut, 8)), 5)
    assert cut.project().training.epochs == 8  # it needs no reminding
    list(gone_on(cut.path, cut.project()))
    assert same(choose(cut.path)[0], choose(tmp_path / "whole")[0])


def test_killed_before_its_first_new_snapshot_it_knows_how_many_epochs_were_asked_for(tmp_path):
    trained(tmp_path / "run", toys.project(epochs=3))
    folder = RunFolder(tmp_path / "run")
    events = gone_on(folder.path, with_epochs(folder, 5))
    assert isinstance(next(events), Started)
    events.close()
    assert list(gone_on(folder.path, folder.project()))[-1] == Finished(40)


def test_a_run_that_stopped_early_waits_anew(tmp_path):
    stopping = EarlyStopping(patience=2, restore_best=True)
    project = toys.project(epochs=20, early_stopping=stopping, optimizer=Adam(learning_rate=0.3))
    first = trained(tmp_path / "run", project)[-1]
    assert isinstance(first, EarlyStopped)
    folder = RunFolder(tmp_path / "run")
    assert is_over(folder)
    ends = [event for event in gone_on(folder.path, with_epochs(folder, 40)) if isinstance(event, EpochEnd)]
    assert len(ends) >= 2
    assert ends[0].step == first.step + 8


def test_a_run_that_ends_with_its_best_weights_goes_on_from_its_last_ones():
    optimizer = Adam(learning_rate=0.3)
    keeps = EarlyStopping(restore_best=True)
    first = go(toys.project(epochs=5, early_stopping=keeps, optimizer=optimizer))
    assert first.recall("best").step < first.recall("last").step  # otherwise this test shows nothing
    rest = go(
        toys.project(epochs=9, early_stopping=keeps, optimizer=optimizer), start=first.recall("last"), earlier=first
    )
    whole = go(toys.project(epochs=9, early_stopping=keeps, optimizer=optimizer))
    assert same(rest.recall("last"), whole.recall("last"))
    assert same(rest.recall("best"), whole.recall("best"))


def test_fewer_epochs_than_are_done_is_one_sentence(tmp_path):
    trained(tmp_path / "run", toys.project(epochs=3))
    with pytest.raises(EngineError, match=r"has trained 3 epochs already\. Ask for more than 3\.") as error:
        with_epochs(RunFolder(tmp_path / "run"), 3)
    assert error.value.field == "epochs"
    with pytest.raises(EngineError, match="epochs at most"):
        with_epochs(RunFolder(tmp_path / "run"), 10**9)
