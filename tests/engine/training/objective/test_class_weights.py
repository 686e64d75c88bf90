"""Class weights and balanced sampling: as torch weighs, as often as promised, and gone on with exactly."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as f

from engine.choices.losses import BinaryCrossEntropy, CrossEntropy, Hinge, KullbackLeibler, MeanSquaredError
from engine.choices.optimizers import Adam
from engine.data.dataset import NO_WORD
from engine.facts import Target
from engine.layers.core.basics import Dense
from engine.network import Network
from engine.record.request import TrainingRequest
from engine.shapes import Shape
from engine.training.batches import sampling
from engine.training.learner import Learner
from engine.training.objective import class_weights
from tests.engine import toys
from tests.engine.training import by_hand, several
from tests.engine.training.test_several import writer


def uneven(classes: int = 3, examples: int = 300, seed: int = 0):
    """Classes of 1, 2, 3, ... parts of the examples."""
    random = np.random.default_rng(seed)
    chances = np.arange(1, classes + 1) / sum(range(1, classes + 1))
    answers = random.choice(classes, examples, p=chances).astype(np.int64)
    inputs = (random.normal(0, 1, (examples, 2)) + answers[:, None]).astype(np.float32)
    target = Target("y", "classes", tuple("abcdef"[:classes]))
    return toys.dataset(inputs, answers, target, Shape.of(feature=2))


def weights_of(data, classes: int) -> torch.Tensor:
    counts = np.bincount(data.train.targets, minlength=classes)
    return torch.tensor(len(data.train) / (classes * counts), dtype=torch.float32)


def learner(units: int, data, loss, **training) -> Learner:
    network = Network.stack(Dense(units=units, activation="none"))
    return Learner(TrainingRequest(toys.project(network, loss=loss, **training), data, None))


WEIGHED = {
    "cross-entropy": (CrossEntropy(), 3, lambda x, y, w: f.cross_entropy(x, y, weight=w)),
    "smoothed": (
        CrossEntropy(label_smoothing=0.2),
        3,
        lambda x, y, w: f.cross_entropy(x, y, weight=w, label_smoothing=0.2),
    ),
    "one-hot": (CrossEntropy(form="one-hot"), 3, lambda x, y, w: f.cross_entropy(x, y, weight=w)),
    "hinge": (Hinge(), 3, lambda x, y, w: f.multi_margin_loss(x, y, weight=w)),
    "columns": (
        BinaryCrossEntropy(),
        3,
        lambda x, y, w: f.binary_cross_entropy_with_logits(x, f.one_hot(y, 3).float(), weight=w[y][:, None]),
    ),
    "one unit": (
        BinaryCrossEntropy(),
        1,
        lambda x, y, w: f.binary_cross_entropy_with_logits(x[:, 0], y.float(), weight=w[y]),
    ),
    "kl": (KullbackLeibler(), 3, lambda x, y, w: -(x.log_softmax(1)[range(len(y)), y] * w[y]).mean()),
    "mse": (
        MeanSquaredError(form="one-hot"),
        3,
        lambda x, y, w: ((x - f.one_hot(y, 3)).square().mean(1) * w[y]).mean(),
    ),
}


@pytest.mark.parametrize("name", WEIGHED)
def test_each_loss_weighs_classes_as_by_hand(name):
    loss, units, hand = WEIGHED[name]
    classes = 2 if units == 1 else 3
    data = uneven(classes)
    made = learner(units, data, loss, class_weights="balanced")
    targets = torch.from_numpy(data.train.targets)
    with torch.no_grad():
        logits = made.model.logits(*made.inputs)
        wanted = float(hand(logits, targets, weights_of(data, classes)))
        assert float(made.loss(logits, made.targets)) == pytest.approx(wanted, rel=1e-5)
        plain = learner(units, data, loss)
        assert float(plain.loss(logits, plain.targets)) != pytest.approx(wanted, rel=1e-3)
    measured = made.measure(data.train)  # in several batches or one: the same mean
    assert measured is not None
    assert measured.loss == pytest.approx(wanted, rel=1e-5)


def test_measured_in_parts_it_is_the_weighted_mean_of_all(monkeypatch):
    data = uneven()
    made = learner(3, data, CrossEntropy(), class_weights="balanced")
    whole = made.measure(data.train)
    monkeypatch.setattr("engine.plan.MEASURE_BATCH", 7)
    parts = made.measure(data.train)
    assert whole is not None
    assert parts is not None
    assert parts.loss == pytest.approx(whole.loss, rel=1e-5)


def test_weights_are_1_in_the_mean_and_a_class_without_examples_changes_nothing():
    classes = np.array([0, 0, 0, 2], np.int64)
    found = class_weights.balanced(classes, 3)
    assert found.tolist() == pytest.approx([4 / 6, 1.0, 2.0])
    assert float(found[torch.from_numpy(classes)].mean()) == pytest.approx(1)


def test_a_target_without_classes_is_not_weighed():
    made = learner(1, toys.line(), MeanSquaredError(), class_weights="balanced", sampling="balanced")
    assert made.objectives[0].class_weights is None
    assert sorted(torch.cat([x[:, 0] for (x,), _ in made.batches(0)]).tolist()) == sorted(made.inputs[0][:, 0].tolist())


def test_only_the_target_with_classes_of_several_is_weighed():
    project = several.two_project(class_weights="balanced")
    made = Learner(TrainingRequest(project, several.two(), None))
    assert [one.class_weights is None for one in made.objectives] == [False, True]


def test_smoothing_suits_words_where_some_have_no_next_one():
    data = several.words()
    made = Learner(TrainingRequest(writer(data, loss=CrossEntropy(label_smoothing=0.3)), data, None))
    with torch.no_grad():
        logits, wanted = made.model.logits(*made.inputs), made.targets[0]
        assert isinstance(logits, torch.Tensor)
        shares, real = logits.log_softmax(-1), wanted != NO_WORD
        hit = shares.gather(-1, wanted.clamp(min=0)[..., None])[..., 0]
        by_hand_ = -(0.7 * hit + 0.3 * shares.mean(-1))[real].mean()
        assert float(made.loss(logits, made.targets)) == pytest.approx(float(by_hand_), rel=1e-5)


def test_a_run_with_class_weights_is_as_by_hand_and_goes_on_exactly(tmp_path):
    data = uneven(2)
    project = toys.project(class_weights="balanced", batch_size=18, optimizer=Adam(learning_rate=0.01))
    model, weights = by_hand.network(), weights_of(data, 2)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, fused=True)
    for inputs, targets in by_hand.batches(project, data):
        optimizer.zero_grad()
        f.cross_entropy(model(inputs), targets, weight=weights).backward()
        optimizer.step()
    by_hand.close(by_hand.learned(project, data, tmp_path), model)
    by_hand.goes_on_exactly(project, data, tmp_path)


@pytest.mark.parametrize("counts", [(5, 20, 65), (1, 1, 1), (30, 30, 31), (1, 99)])
def test_each_class_comes_equally_often_and_no_example_twice_before_all(counts):
    classes = torch.cat([torch.full((count,), number) for number, count in enumerate(counts)])
    order = sampling.balanced(classes, torch.Generator().manual_seed(0))
    assert len(order) == len(classes)
    drawn = torch.bincount(classes[order], minlength=len(counts))
    assert int(drawn.max() - drawn.min()) <= 1
    for number, count in enumerate(counts):
        times = torch.bincount(order[classes[order] == number], minlength=len(classes))[classes == number]
        assert int(times.max() - times.min()) <= 1
        assert int(times.sum()) == int(drawn[number])
        assert count == len(times)


def test_the_order_hangs_on_seed_and_epoch_alone():
    data = uneven()
    made = learner(3, data, CrossEntropy(), sampling="balanced")
    first, again, other = ([y[0].tolist() for _, y in made.batches(epoch)] for epoch in (0, 0, 1))
    assert first == again != other
    assert [y[0].tolist() for _, y in made.batches(0, skip=2)] == first[2:]
    counts = np.bincount(np.concatenate(first))
    assert counts.max() - counts.min() <= 1
    assert np.ptp(np.bincount(data.train.targets)) > 20


def test_a_run_with_balanced_sampling_goes_on_exactly(tmp_path):
    project = toys.project(sampling="balanced", batch_size=18)
    by_hand.goes_on_exactly(project, uneven(2), tmp_path)
