"""One measure decides which epoch is the best: for early stopping, the best snapshot and what a run ends with."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.choices.deciding import Decider, decider
from engine.choices.optimizers import Adam
from engine.data.dataset import Dataset
from engine.facts import Target
from engine.record.events import EarlyStopped, EpochEnd, Started
from engine.settings import EarlyStopping, TrainingSettings
from engine.shapes import Shape
from engine.training.checkpoint.best import to_go_on
from tests.engine import toys
from tests.engine.training.told import ALWAYS, go, same, weights


def noisy() -> Dataset:
    """Points of two classes of which a third has the wrong label: there is more to forget than to learn."""
    random = np.random.default_rng(3)
    inputs = random.normal(0, 1, (200, 4)).astype(np.float32)
    classes = ((inputs.sum(axis=1) > 0) ^ (random.random(200) < 0.33)).astype(np.int64)
    return toys.dataset(inputs, classes, Target("sign", "classes", ("low", "high")), Shape.of(feature=4))


def trained(project, **more):
    return go(project, data=noisy(), **more)


def project(best_by="f1", patience=3, epochs=40, **more):
    """Learns by heart, so that loss and metrics go up and down."""
    stopping = EarlyStopping(patience=patience, **more)
    return toys.project(epochs=epochs, best_by=best_by, early_stopping=stopping, optimizer=Adam(learning_rate=0.02))


def test_the_loss_decides_unless_something_else_was_chosen_and_no_bit_of_such_a_run_is_another():
    assert TrainingSettings().best_by == "loss"
    told = trained(project("loss"))
    assert told.of(Started)[0].best_by == "loss"
    assert "epoch_scores" not in told.recall("last").state
    assert set(told.of(EpochEnd)[0].metrics) == {"accuracy"}


def test_a_metric_stops_the_run_and_names_the_best():
    told = trained(project("f1"))
    scores = [end.metrics["f1"] for end in told.of(EpochEnd)]
    best = int(np.argmax(scores)) + 1
    assert told.of(Started)[0].best_by == "f1"
    assert isinstance(told.last, EarlyStopped)
    assert len(scores) == best + 3 < 40
    assert f"no better F1 (macro) for 3 epochs. The best was epoch {best} (F1 (macro) 0." in told.last.message
    assert told.recall("best").step == 8 * best
    losses = [end.loss for end in told.of(EpochEnd)]
    assert told.recall("best").loss == losses[best - 1]
    assert best != int(np.argmin(losses)) + 1, "both measures choose the same epoch: this says nothing"


def test_the_run_ends_with_the_weights_of_the_epoch_that_the_metric_names():
    told = trained(project("f1", restore_best=True))
    last, best = told.recall("last"), told.recall("best")
    assert last.step > best.step
    assert all(np.array_equal(weights(last)[name], array) for name, array in weights(best).items())
    assert same(to_go_on(last), trained(project("f1")).recall("last"))


def test_killed_and_gone_on_it_still_knows_what_was_best():
    whole = trained(project("f1"), rhythm=ALWAYS)
    cut = whole.of(EpochEnd)[len(whole.of(EpochEnd)) // 2].step
    first = trained(project("f1"), rhythm=ALWAYS, seen=lambda event: "kill" if event.step > cut else None)
    again = trained(project("f1"), start=first.recall("last"), earlier=first, rhythm=ALWAYS)
    assert same(again.recall("last"), whole.recall("last"))
    assert again.recall("best").step == whole.recall("best").step
    assert again.last == whole.last


@pytest.mark.parametrize(
    ("best_by", "targets", "validated", "name"),
    [
        ("loss", [("y", "classes")], True, "loss"),
        ("accuracy", [("y", "classes")], True, "accuracy"),
        ("accuracy", [("y", "number")], True, "loss"),
        ("accuracy", [("y", "classes")], False, "loss"),
        ("mae", [("digit", "classes"), ("sum", "number")], True, "sum: mae"),
    ],
)
def test_what_cannot_be_measured_does_not_decide(best_by, targets, validated, name):
    assert decider(best_by, targets, validated=validated) == Decider(name)


def test_values_are_compared_the_right_way_round_and_said_in_words():
    ends = [EpochEnd(n, n, 1.0, loss, {"accuracy": share}) for n, (loss, share) in enumerate([(0.5, 0.9), (0.4, 0.8)])]
    assert Decider().best(ends) is ends[1]
    assert Decider("accuracy").best(ends) is ends[0]
    assert Decider("mae").best(ends) is None
    assert Decider().clearly_worse(1.07, 0.41)
    assert not Decider().clearly_worse(0.42, 0.41)
    assert not Decider().clearly_worse(-0.98, -1.0)
    assert Decider("accuracy").clearly_worse(0.9, 0.93)
    assert not Decider("accuracy").clearly_worse(0.925, 0.93)
    assert Decider("y: mae").clearly_worse(3.0, 2.0)
    assert not Decider().clearly_worse(math.nan, 0.41)
    assert (Decider("y: accuracy").title(), Decider("y: accuracy").number(0.971)) == ("y: accuracy", "97.1 %")
    assert (Decider().title(), Decider().title(validated=False)) == ("validation loss", "training loss")
