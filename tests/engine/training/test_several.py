"""Training with several inputs and targets, with whole rows as answers, and with the next word at each step."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.build import build
from engine.choices.losses import CrossEntropy, Huber, MeanSquaredError
from engine.choices.optimizers import Adam
from engine.data.dataset import NO_WORD
from engine.layers.core.basics import Dense
from engine.layers.sequence.recurrent import Embedding, Lstm
from engine.network import Network
from engine.plan import plan_of
from engine.project import Project
from engine.record.control import Control
from engine.record.events import EpochEnd, Finished, Progress, Snapshot
from engine.record.request import TrainingRequest
from engine.settings import Head, TrainingSettings
from engine.training.learner import Learner
from engine.training.loop import train
from tests.engine.training import several

FAST = Adam(learning_rate=0.02)


def run(tmp_path, project, data, start=None, control=None):
    return list(train(TrainingRequest(project, data, tmp_path / "run"), control or Control(), start))


def last_epoch(events) -> EpochEnd:
    return [event for event in events if isinstance(event, EpochEnd)][-1]


def weights(events):
    return [event for event in events if isinstance(event, Snapshot)][-1].arrays


def learner(tmp_path, project, data) -> Learner:
    return Learner(TrainingRequest(project, data, tmp_path))


def test_two_targets_are_learned_at_once(tmp_path) -> None:
    project = several.two_project(epochs=30, optimizer=FAST)
    end = last_epoch(run(tmp_path, project, several.two()))
    assert list(end.metrics) == ["sign: accuracy", "sum: r2"]
    assert end.metrics["sign: accuracy"] > 0.8
    assert end.metrics["sum: r2"] > 0.9


@pytest.mark.parametrize("weight", [0.5, 1.0, 0.0, 3.0])
def test_the_loss_is_the_weighted_sum(tmp_path, weight: float) -> None:
    data = several.two()
    project = several.two_project(
        heads={"sum": Head(loss=Huber(), weight=weight), "sign": Head(loss=Huber(), weight=2)}
    )
    made = learner(tmp_path, project, data)
    made.model.eval()
    with torch.no_grad():
        signs, sums = made.model.logits(*made.inputs)
        wanted_sign = torch.from_numpy(data.train.targets)
        mean, deviation = several.SCALE
        wanted_sum = (torch.from_numpy(data.train.more_targets[0]).reshape(-1, 1) - mean) / deviation
        by_hand = 2 * torch.nn.functional.cross_entropy(signs, wanted_sign)
        by_hand = by_hand + weight * torch.nn.functional.huber_loss(sums, wanted_sum)
        assert float(made.loss((signs, sums), made.targets)) == pytest.approx(float(by_hand), rel=1e-5)
    measured = made.measure(data.train)
    assert measured is not None
    assert measured.loss == pytest.approx(float(by_hand), rel=1e-5)


def test_a_target_of_weight_0_teaches_nothing(tmp_path) -> None:
    silent = several.two_project(heads={"sum": Head(loss=MeanSquaredError(), weight=0)}, optimizer=FAST)
    arrays = weights(run(tmp_path, silent, several.two()))
    fresh = build(plan_of(silent.network, several.two().facts, silent.training), silent.training.seed).state_dict()
    np.testing.assert_array_equal(arrays["model.sum.weight"], fresh["sum.weight"].numpy())
    assert not np.array_equal(arrays["model.sign.weight"], fresh["sign.weight"].numpy())


def test_each_input_gets_the_data_it_names(tmp_path) -> None:
    data = several.two()
    straight = learner(tmp_path, several.two_project(), data)
    turned = learner(tmp_path, several.two_project(first="picture"), data)
    assert [tuple(one.shape[1:]) for one in straight.inputs] == [(2,), (1, 2, 2)]
    assert [tuple(one.shape[1:]) for one in turned.inputs] == [(1, 2, 2), (2,)]


def test_outputs_in_another_order_are_compared_with_their_own_targets(tmp_path) -> None:
    data = several.two()
    project = several.two_project(order=("sum", "sign"), epochs=30, optimizer=FAST)
    made = learner(tmp_path, project, data)
    assert [one.target.name for one in made.objectives] == ["sum", "sign"]
    assert [one.loss.kind for one in made.objectives] == ["mse", "cross_entropy"]
    assert [one.weight for one in made.objectives] == [0.5, 1.0]
    end = last_epoch(run(tmp_path, project, data))
    assert list(end.metrics) == ["sum: r2", "sign: accuracy"]
    assert min(end.metrics.values()) > 0.8


def test_answers_are_in_each_targets_own_unit(tmp_path) -> None:
    data = several.two()
    measured = learner(tmp_path, several.two_project(), data).measure(data.validation)
    assert measured is not None
    signs, sums = measured.answers
    assert signs.shape == (40, 2)
    np.testing.assert_allclose(signs.sum(axis=1), 1, atol=1e-5)
    assert 25 < float(sums.mean()) < 55


def test_resumed_with_two_outputs_bit_for_bit(tmp_path) -> None:
    data, project = several.two(), several.two_project(epochs=4)
    whole = run(tmp_path, project, data)
    control = Control()
    first = []
    for event in train(TrainingRequest(project, data, tmp_path / "run"), control):
        first.append(event)
        if isinstance(event, EpochEnd) and event.epoch == 2:
            control.stop()
    snapshot = [event for event in first if isinstance(event, Snapshot)][-1]
    assert 0 < snapshot.step < whole[-1].step
    rest = run(tmp_path, project, data, start=snapshot)
    assert isinstance(rest[-1], Finished)
    left, right = weights(whole), weights(rest)
    assert left.keys() == right.keys()
    assert all(np.array_equal(left[name], right[name]) for name in left)
    losses = [np.concatenate([e.losses for e in events if isinstance(e, Progress)]) for events in (whole, first, rest)]
    np.testing.assert_array_equal(losses[0], np.concatenate(losses[1:]))
    assert last_epoch(whole) == last_epoch(rest)


def test_the_thread_probe_with_several_inputs_leaves_no_trace(tmp_path) -> None:
    data = several.two()
    probed, plain = (learner(tmp_path, several.two_project(threads=threads), data) for threads in (0, 1))
    for name, tensor in plain.model.state_dict().items():
        assert torch.equal(tensor, probed.model.state_dict()[name])


def writer(data, **training) -> Project:
    layers = Embedding(vocabulary=8, dimensions=16), Lstm(units=16, returns="every step")
    network = Network.stack(*layers, Dense(units=8, activation="softmax"))
    values = {"epochs": 25, "batch_size": 12, "threads": 1, "optimizer": FAST, **training}
    return Project(network=network, training=TrainingSettings().changed(**values))


@pytest.mark.parametrize("form", ["index", "one-hot"])
def test_next_words_are_learned(tmp_path, form: str) -> None:
    data = several.words()
    events = run(tmp_path, writer(data, loss=CrossEntropy(form=form)), data)
    assert last_epoch(events).metrics == {"accuracy": 1.0}
    assert last_epoch(events).loss < 0.2


def test_steps_without_a_next_word_count_for_nothing(tmp_path) -> None:
    data = several.words()
    made = learner(tmp_path, writer(data), data)
    (objective,) = made.objectives
    with torch.no_grad():
        logits, wanted = made.model.logits(*made.inputs), made.targets[0]
        assert isinstance(logits, torch.Tensor)
        real = wanted != NO_WORD
        by_hand = torch.nn.functional.cross_entropy(logits[real], wanted[real])
        assert float(made.loss(logits, made.targets)) == pytest.approx(float(by_hand), rel=1e-6)
        assert objective.counted(wanted) == int(real.sum()) < wanted.numel()
    measured = made.measure(data.train)
    assert measured is not None
    assert measured.loss == pytest.approx(float(by_hand), rel=1e-5)
    (answers,) = measured.answers
    assert answers.dtype == np.int64
    assert answers.shape == data.train.inputs.shape  # the likeliest words alone, not the share of every word
    assert made.metrics(measured, data.train)["accuracy"] == pytest.approx(
        float((answers == data.train.targets)[data.train.targets != NO_WORD].mean())
    )


@pytest.mark.parametrize("loss", [MeanSquaredError(), Huber()])
def test_rows_are_given_back(tmp_path, loss) -> None:
    data = several.rows()
    network = Network.stack(Dense(units=2, activation="none"), Dense(units=4, activation="none"))
    settings = {"epochs": 60, "metrics": ("r2", "mse", "mae"), "optimizer": FAST, "threads": 1, "loss": loss}
    end = last_epoch(run(tmp_path, Project(network=network, training=TrainingSettings().changed(**settings)), data))
    assert list(end.metrics) == ["r2", "mse", "mae"]
    assert end.metrics["r2"] > 0.98  # two numbers are enough for four that hang together
    if loss.kind == "mse":
        assert end.loss == pytest.approx(end.metrics["mse"], rel=1e-4)
