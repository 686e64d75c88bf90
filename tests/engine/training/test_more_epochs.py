"""A run that is over goes on for more epochs, with a schedule over the new total, and again exactly."""

from __future__ import annotations

import numpy as np
import pytest

from engine.choices.optimizers import Adam
from engine.choices.schedules import Cosine
from engine.errors import EngineError
from engine.record.control import Control
from engine.record.events import EarlyStopped, EpochEnd, Finished, Progress, Saved, Started
from engine.record.request import TrainingRequest
from engine.runs.folder import RunFolder
from engine.runs.longer import is_over, with_epochs
from engine.settings import EarlyStopping
from engine.training.checkpoint.snapshot import choose
from engine.training.worker import run
from tests.engine import toys
from tests.engine.training.told import go, same


def trained(folder, project):
    return list(run(TrainingRequest(project, toys.rings(), folder), Control()))


def gone_on(folder, project, control=None, *, longer=False):
    return run(TrainingRequest(project, toys.rings(), folder, resume=True, longer=longer), control or Control())


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
    assert any(isinstance(event, Started) for event in events)
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


def early(folder, epochs=40, restore=True):
    """A run that stopped early, long before its last epoch."""
    stopping = EarlyStopping(patience=2, restore_best=restore)
    project = toys.project(epochs=epochs, early_stopping=stopping, optimizer=Adam(learning_rate=0.3))
    last = trained(folder, project)[-1]
    assert isinstance(last, EarlyStopped)
    return RunFolder(folder), last.step // 8


@pytest.mark.parametrize("epochs", [30, 40, 50])
@pytest.mark.parametrize("restore", [True, False])
def test_a_run_that_stopped_early_goes_on_up_to_any_later_epoch(tmp_path, epochs, restore):
    folder, done = early(tmp_path / "run", restore=restore)
    assert done < 30
    ends = [one for one in gone_on(folder.path, with_epochs(folder, epochs), longer=True) if isinstance(one, EpochEnd)]
    assert len(ends) >= 2, "it waits as long as at first"
    assert ends[0].epoch == done + 1
    assert folder.status().total_steps == 8 * epochs


@pytest.mark.parametrize("epochs", [30, 40])
@pytest.mark.parametrize("more", [0, 1])
def test_killed_after_it_waits_anew_it_goes_on_to_the_same_end(tmp_path, epochs, more):
    """Killed within the first epochs of the second waiting, also with nothing done of them, it waits no third time."""
    whole, done = early(tmp_path / "whole")
    ending = list(gone_on(whole.path, with_epochs(whole, epochs), longer=True))[-1]
    cut, _ = early(tmp_path / "cut")
    events = gone_on(cut.path, with_epochs(cut, epochs), longer=True)
    if more:
        killed(events, done + more)
    else:
        next(event for event in events if isinstance(event, Saved))
        events.close()
    assert list(gone_on(cut.path, cut.project()))[-1] == ending
    assert same(choose(cut.path)[0], choose(whole.path)[0])
    assert same(choose(cut.path, "best")[0], choose(whole.path, "best")[0])
    assert cut.epochs() == whole.epochs()


def test_a_run_that_stopped_early_ends_again_where_nobody_asks_for_more(tmp_path):
    folder, done = early(tmp_path / "run")
    for _ in range(2):
        events = list(gone_on(folder.path, folder.project()))
        assert isinstance(events[-1], EarlyStopped)
        assert not [event for event in events if isinstance(event, EpochEnd)]
    assert len(folder.epochs()) == done
    list(gone_on(folder.path, with_epochs(folder, 30), longer=True))
    done = len(folder.epochs())
    assert not [event for event in gone_on(folder.path, folder.project()) if isinstance(event, EpochEnd)]
    assert len(folder.epochs()) == done


def test_asking_for_as_many_epochs_changes_nothing_for_a_run_that_still_waits(tmp_path):
    """It was killed while it waited: it goes on as if it had never been."""
    whole, done = early(tmp_path / "whole")
    killed(run(TrainingRequest(whole.project(), toys.rings(), tmp_path / "cut"), Control()), done - 1)
    cut = RunFolder(tmp_path / "cut")
    list(gone_on(cut.path, with_epochs(cut, 40), longer=True))
    assert cut.epochs() == whole.epochs()
    assert same(choose(cut.path)[0], choose(whole.path)[0])


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
