"""A run ends when the loss no longer gets better, with the weights of its best epoch where that was asked for."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from engine.choices.optimizers import Adam
from engine.record.control import Control
from engine.record.early_stopping import Patience
from engine.record.events import EarlyStopped, EpochEnd, Finished, Noted, Snapshot
from engine.record.execution import Tactics
from engine.record.request import Rhythm, TrainingRequest
from engine.runs.evaluate import trained
from engine.settings import EarlyStopping
from engine.training.checkpoint import best
from engine.training.checkpoint.best import Best
from engine.training.checkpoint.snapshot import choose
from engine.training.learner import Learner
from engine.training.worker import run
from tests.engine import toys
from tests.engine.training.told import ALWAYS, go, same, weights

NEVER = Rhythm(bunch=0, snapshot=1e9)  # only where it has to be


def project(patience=2, restore=True, epochs=40, **more):
    """Learns in great leaps, so that the loss soon goes up and down."""
    stopping = EarlyStopping(patience=patience, restore_best=restore)
    return toys.project(epochs=epochs, early_stopping=stopping, optimizer=Adam(learning_rate=0.3), **more)


@pytest.mark.parametrize(
    ("losses", "by", "best_epoch", "waited"),
    [
        ([], 0, 0, 0),
        ([3, 2, 1], 0, 3, 0),
        ([3, 2, 2], 0, 2, 1),
        ([3, 1, 2, 2], 0, 2, 2),
        ([3, 2.95, 2.9, 2.85], 0.2, 4, 3),  # a little better each time is no reason to wait longer
        ([3, 2.9, 2.75], 0.2, 3, 0),  # but together they are
        ([math.nan, 5, math.nan], 0, 2, 1),
        ([math.nan, math.nan], 0, 0, 2),
        ([math.inf, 1], 0, 2, 0),
    ],
)
def test_patience_counts_epochs_without_a_better_loss(losses, by, best_epoch, waited):
    patience = Patience(EarlyStopping(patience=9, by=by), losses)
    assert (patience.best, patience.waited) == (best_epoch, waited)


def test_waiting_begins_anew_where_more_epochs_were_asked_for():
    stopping = EarlyStopping(patience=2)
    assert Patience(stopping, [1, 2, 2]).over
    again = Patience(stopping, [1, 2, 2], since=3)
    assert not again.over
    again.take(2)
    assert not again.over
    again.take(2)
    assert again.over
    assert again.best == 1


def test_a_run_ends_after_so_many_epochs_without_a_better_loss_and_says_which_was_best():
    told = go(project(patience=3))
    losses = told.epoch_losses()
    found = int(np.argmin(losses)) + 1
    assert isinstance(told.last, EarlyStopped)
    assert len(losses) == found + 3 < 40
    assert told.last.step == 8 * len(losses)
    assert f"after epoch {len(losses)}: no better validation loss for 3 epochs" in told.last.message
    assert f"The best was epoch {found} " in told.last.message


def test_patience_0_never_ends_a_run_early():
    assert go(project(patience=0, epochs=12)).last == Finished(12 * 8)


@pytest.mark.parametrize("rhythm", [NEVER, ALWAYS])
def test_the_best_epoch_is_a_snapshot_by_that_name(rhythm):
    told = go(project(restore=False), rhythm=rhythm)
    found = told.recall("best")
    place = int(np.argmin(told.epoch_losses())) + 1
    assert found.step == 8 * place
    assert found.loss == min(told.epoch_losses())
    there = []
    go(project(epochs=place, patience=0, restore=False), seen=there.append)
    assert same(found, next(event for event in reversed(there) if isinstance(event, Snapshot)))


def test_a_run_that_keeps_the_best_ends_with_its_weights_and_holds_what_it_came_to():
    told = go(project())
    last, found = told.recall("last"), told.recall("best")
    assert last.step == told.last.step > found.step
    assert all(np.array_equal(weights(last)[name], array) for name, array in weights(found).items())
    plain = go(project(restore=False)).recall("last")
    assert not np.array_equal(next(iter(weights(last).values())), next(iter(weights(plain).values())))
    assert same(best.to_go_on(last), plain)


def test_what_is_measured_and_exported_are_the_best_weights(tmp_path):
    request = TrainingRequest(project(), toys.rings(), tmp_path / "run")
    ends = [event for event in run(request, Control()) if isinstance(event, EpochEnd)]
    losses = [end.loss for end in ends]
    network = trained(tmp_path / "run")
    (answers,) = network.answers(toys.rings().validation.inputs)
    right = (answers.argmax(axis=1) == toys.rings().validation.targets).mean()
    assert right == pytest.approx(ends[int(np.argmin(losses))].metrics["accuracy"])
    found, _ = choose(tmp_path / "run", "best")
    assert found.loss == min(losses)


@pytest.mark.parametrize("rhythm", [NEVER, ALWAYS, Rhythm(bunch=0, snapshot=0.01, share=1e9)])
@pytest.mark.parametrize("event_number", [3, 21, 40, 57, 77, 90])
def test_killed_anywhere_it_stops_at_the_same_epoch_with_the_same_best(rhythm, event_number):
    whole = go(project(patience=4))
    count = 0

    def seen(_):
        nonlocal count
        count += 1
        return "kill" if count == event_number else ""

    cut = go(project(patience=4), rhythm=rhythm, seen=seen)
    assert not isinstance(cut.last, EarlyStopped)
    rest = go(project(patience=4), start=cut.recall("last"), earlier=cut)
    assert rest.last == whole.last
    assert same(rest.recall("last"), whole.recall("last"))
    assert same(rest.recall("best"), whole.recall("best"))


def test_killed_between_the_best_and_the_last_snapshot_nothing_is_lost():
    """A due snapshot writes first the best one, then itself: the kill comes between the two."""
    whole = go(project(patience=4))
    for nth in (1, 2, 3):
        times = 0

        def seen(event, nth=nth):
            nonlocal times
            times += isinstance(event, Snapshot) and event.names == ("best",)
            return "kill" if times == nth else ""

        cut = go(project(patience=4), rhythm=Rhythm(bunch=0, snapshot=0.02, share=1e9), seen=seen)
        rest = go(project(patience=4), start=cut.recall("last"), earlier=cut)
        assert rest.last == whole.last
        assert same(rest.recall("last"), whole.recall("last"))
        assert same(rest.recall("best"), whole.recall("best"))


def test_a_best_snapshot_that_lost_its_name_in_a_kill_gets_it_back():
    """Its file replaced another one of the same step, and the kill came before the folder knew what it is called."""
    whole = go(project(patience=4))
    nameless = replace(whole.recall("best"), names=())
    rest = go(project(patience=4), start=nameless)
    assert rest.written[0].names == ("best",)
    assert rest.last == whole.last
    assert same(rest.recall("last"), whole.recall("last"))


def test_killed_after_its_end_it_ends_again_without_another_step():
    whole = go(project())
    rest = go(project(), start=whole.recall("last"), earlier=whole)
    assert rest.last == whole.last
    assert rest.of(EpochEnd) == []
    assert same(rest.recall("last"), whole.recall("last"))


def test_best_weights_that_are_lost_are_said_to_be():
    whole = go(project(patience=4), rhythm=ALWAYS)
    after = next(one for one in whole.written if one.step > whole.recall("best").step)
    rest = go(project(patience=4), start=after)  # nothing earlier is there
    assert "are lost" in rest.of(Noted)[0].message
    assert rest.last.step == whole.last.step
    assert "kept" not in rest.last.message


def test_holding_the_best_costs_little(tmp_path):
    """Of a run of tiny epochs each of which is better: the room is made once."""
    learner = Learner(TrainingRequest(project(), toys.rings(), tmp_path), Tactics(1))
    held = Best()
    held.hold(learner, {"step": 1}, 1.0)
    places = {name: tensor.data_ptr() for name, tensor in held._room.items()}
    held.hold(learner, {"step": 2}, 0.5)
    assert {name: tensor.data_ptr() for name, tensor in held._room.items()} == places
    assert held.take().step == 2
    assert held.take() is None
