"""The report of a project: shapes, counts, problems pinned to layers, and that each first fix cures."""

from __future__ import annotations

import subprocess
import sys

import pytest

from engine import system
from engine.analysis import report
from engine.choices.losses import BinaryCrossEntropy, CrossEntropy, MeanSquaredError, Poisson
from engine.data.samples import SAMPLES
from engine.data.settings import DataSettings
from engine.facts import DataFacts, Target
from engine.layers import Block
from engine.layers.core.basics import ActivationLayer, Dense, Dropout
from engine.layers.image.convolution import Conv2d
from engine.layers.image.pooling import GlobalPool2d
from engine.layers.join.joining import Add
from engine.layers.normalise.normalisation import BatchNorm
from engine.layers.sequence.recurrent import Embedding, Lstm, Rnn
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.project import Project
from engine.settings import TrainingSettings
from engine.shapes import Shape
from tests.data_settings import picture_data, picture_of, table_data
from tests.engine.data.helpers import prepared

TWO, THREE = Target("mood", "classes", ("neg", "pos")), Target("species", "classes", ("a", "b", "c"))
NUMBER = Target("mpg", "number", scaled=True, minimum=9.0)
SOFTMAX = Dense(units=3, activation="softmax")


def facts(shape: Shape, target: Target = THREE, train: int = 100) -> DataFacts:
    return DataFacts("table", shape, target, train, 20, 20)


TABLE, PICTURE, TEXT = Shape.of(feature=4), Shape.of(channel=1, height=8, width=8), Shape.ids(10_000, time=200)


def project(*layers, loss=None, metrics=("accuracy",)) -> Project:
    training = TrainingSettings(loss=loss or CrossEntropy(), metrics=metrics)
    return Project(data=table_data(path="t.csv", target="y"), network=Network.stack(*layers), training=training)


def with_batch(base: Project, size: int) -> Project:
    return base.changed(training=base.training.changed(batch_size=size))


def test_the_example_that_started_the_project_has_the_counts_of_the_text_book():
    found = report(project(Embedding(), Lstm(units=64), Dense(units=2, activation="softmax")), facts(TEXT, TWO))
    rows = found.layers
    assert str(rows["embedding"].output) == "time 200 × feature 128"
    assert rows["embedding"].parameters == 1_280_000
    assert rows["lstm"].parameters == 4 * 64 * (128 + 64) + 2 * 4 * 64
    assert rows["lstm"].macs == 200 * 4 * 64 * (128 + 64)
    assert "nn.LSTM(128, 64, batch_first=True)" in rows["lstm"].source[0]
    assert found.parameters == 1_280_000 + rows["lstm"].parameters + 64 * 2 + 2
    assert not found.problems


def test_without_data_shapes_are_unknown_and_the_problem_says_why():
    found = report(project(SOFTMAX), None)
    assert found.layers["dense"].output is None
    assert [problem.message for problem in found.problems] == ["t.csv is being read"]


BROKEN = {
    "picture into dense": (project(SOFTMAX), facts(PICTURE), "dense", "Put Flatten above"),
    "words into dense": (project(Lstm(), SOFTMAX), facts(TEXT), "lstm", "Put Embedding above"),
    "small vocabulary": (
        project(Embedding(vocabulary=500), Lstm(), SOFTMAX),
        facts(TEXT),
        "embedding",
        "Set vocabulary to 10,000",
    ),
    "lstm on lstm": (
        project(Embedding(), Lstm(), Lstm(), SOFTMAX),
        facts(TEXT),
        "lstm_2",
        "Return every step in LSTM 1",
    ),
    "window too large": (
        project(Conv2d(kernel=9, padding="valid"), Flatten(), SOFTMAX),
        facts(PICTURE),
        "conv2d",
        "Set window to 8",
    ),
    "too many units": (
        project(Dense(units=10, activation="softmax")),
        facts(TABLE),
        "dense",
        "Set units to 3",
    ),
    "no dense at the end": (
        project(Dense(units=8), Dropout()),
        facts(TABLE),
        "output",
        "Add Dense with 3 units",
    ),
    "sequence out": (
        project(Embedding(), Lstm(units=3, returns="every step")),
        facts(TEXT),
        "output",
        "Return the last step in LSTM",
    ),
    "sigmoid before cross-entropy": (
        project(Dense(units=3, activation="sigmoid")),
        facts(TABLE),
        "dense",
        "Set activation to softmax",
    ),
    "softmax before binary cross-entropy": (
        project(Dense(units=2, activation="softmax"), loss=BinaryCrossEntropy()),
        facts(TABLE, TWO),
        "dense",
        "Set activation to sigmoid",
    ),
    "sigmoid for a number": (
        project(Dense(units=1, activation="sigmoid"), loss=MeanSquaredError(), metrics=("r2",)),
        facts(TABLE, NUMBER),
        "dense",
        "Set activation to none",
    ),
    "cross-entropy for a number": (
        project(Dense(units=1, activation="none"), metrics=("r2",)),
        facts(TABLE, NUMBER),
        "",
        "Use mean squared error",
    ),
    "mean squared error on class numbers": (
        project(SOFTMAX, loss=MeanSquaredError()),
        facts(TABLE),
        "",
        "Set target to one-hot",
    ),
    "accuracy of a number": (
        project(Dense(units=1, activation="none"), loss=MeanSquaredError()),
        facts(TABLE, NUMBER),
        "",
        "Measure R2",
    ),
    "softmax twice": (
        project(SOFTMAX, ActivationLayer(activation="softmax")),
        facts(TABLE),
        "activation",
        "Take Activation out",
    ),
    "softmax before dropout": (project(SOFTMAX, Dropout()), facts(TABLE), "dropout", "Take Dropout out"),
    "log-softmax before flatten": (
        project(Dense(units=3, activation="log_softmax"), Flatten()),
        facts(TABLE),
        "dense",
        "Set activation to none",
    ),
    "softmax as a layer before dropout": (
        project(Dense(units=3, activation="none"), ActivationLayer(activation="softmax"), Dropout()),
        facts(TABLE),
        "dropout",
        "Take Dropout out",
    ),
    "softmax in a block": (
        project(Block(layers=(SOFTMAX, Flatten()), repeat=2)),
        facts(TABLE),
        "block.dense",
        "Set activation to none",
    ),
    "softmax above a block that only hands on": (
        project(SOFTMAX, Block(layers=(Flatten(),))),
        facts(TABLE),
        "dense",
        "Set activation to none",
    ),
    "sigmoid before dropout": (
        project(Dense(units=2, activation="sigmoid"), Dropout(), loss=BinaryCrossEntropy()),
        facts(TABLE, TWO),
        "dropout",
        "Take Dropout out",
    ),
    "ReLU for a scaled number": (
        project(Dense(units=1, activation="relu"), loss=MeanSquaredError(), metrics=("r2",)),
        facts(TABLE, NUMBER),
        "dense",
        "Set activation to none",
    ),
    "softmax for a number": (
        project(Dense(units=1, activation="softmax"), loss=MeanSquaredError(), metrics=("r2",)),
        facts(TABLE, Target("y", "number", maximum=1.0)),
        "dense",
        "Set activation to none",
    ),
    "add with one input": (
        project(Dense(units=6), Dropout(), Add(), SOFTMAX),
        facts(TABLE),
        "add",
        "Read Dense 1 too",
    ),
    "batch norm of one example": (
        with_batch(project(Dense(), BatchNorm(), SOFTMAX), 1),
        facts(TABLE),
        "batch_norm",
        "Set batch size to 2",
    ),
    "batch norm of one example in a block": (
        with_batch(project(Block(layers=(Dense(), BatchNorm())), SOFTMAX), 1),
        facts(TABLE),
        "block.batch_norm",
        "Set batch size to 2",
    ),
    "counts below zero": (
        project(Dense(units=1, activation="none"), loss=Poisson(), metrics=("r2",)),
        facts(TABLE, Target("y", "number", minimum=-3.0)),
        "",
        "Use mean squared error",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_problem_is_pinned_to_its_layer_and_its_first_fix_cures_it(name):
    broken, data, layer, fix = BROKEN[name]
    problem = report(broken, data).problems[0]
    assert (problem.layer, problem.fixes[0].text) == (layer, fix)
    cured = report(problem.fixes[0].apply(broken), data)
    assert [other.message for other in cured.problems] == []


def test_a_loss_that_does_not_suit_is_cured_before_the_activation():
    broken = project(Dense(units=1, activation="sigmoid"), metrics=("r2",))
    assert [problem.field for problem in report(broken, facts(TABLE, NUMBER)).problems] == ["loss"]


def test_a_scaled_target_does_not_suit_poisson_and_the_fix_turns_scaling_off():
    broken = project(Dense(units=1, activation="none"), loss=Poisson(), metrics=("r2",))
    problem = report(broken, facts(TABLE, NUMBER)).problems[0]
    cured = problem.fixes[0].apply(broken)
    assert isinstance(cured.data, DataSettings)
    assert not cured.data.scale_target


def test_one_unit_is_enough_for_two_classes_with_binary_cross_entropy():
    one = project(Dense(units=1, activation="sigmoid"), loss=BinaryCrossEntropy())
    assert not report(one, facts(TABLE, TWO)).problems
    assert report(one, facts(TABLE, THREE)).problems


def test_layers_below_a_problem_are_unknown_and_not_blamed():
    found = report(project(Dense(units=8), Dense(units=8), SOFTMAX), facts(PICTURE))
    assert [problem.layer for problem in found.problems] == ["dense"]
    assert found.layers["dense_2"].output is None


def test_add_of_unequal_shapes_says_both():
    network = Network.stack(Dense(units=8, id="first"), Dense(units=6, id="second"))
    network, joined = network.insert(Add(inputs=("first", "second")))
    network, _ = network.insert(SOFTMAX)
    problem = report(Project(network=network), facts(TABLE)).problems[0]
    assert problem.layer == joined
    assert "feature 8 and feature 6" in problem.message


def test_a_network_without_weights_has_nothing_to_learn():
    found = report(project(ActivationLayer(activation="softmax")), facts(Shape.of(feature=3)))
    assert "nothing to learn" in found.problems[0].message


def test_memory_grows_with_the_batch():
    small, large = (
        report(base.changed(training=base.training.changed(batch_size=size)), facts(TABLE)).memory
        for base, size in ((project(SOFTMAX), 1), (project(SOFTMAX), 65))
    )
    assert large - small >= 64 * 3 * 4


def test_a_recurrent_layer_at_the_end_keeps_its_own_activation():
    found = report(project(Embedding(), Rnn(units=3)), facts(TEXT))
    assert found.problems == ()


def test_a_softmax_that_is_not_the_last_layer_cannot_be_left_to_the_loss():
    network = Network.stack(SOFTMAX, Flatten())
    problem = report(Project(network=network), facts(TABLE)).problems[0]
    assert problem.message == "Softmax stands before the end: cross-entropy applies it itself"
    assert not report(problem.fixes[0].apply(Project(network=network)), facts(TABLE)).problems


@pytest.mark.parametrize(
    ("activation", "target", "fits"),
    [
        ("sigmoid", Target("y", "number", minimum=0.0, maximum=1.0), True),
        ("sigmoid", Target("y", "number", minimum=0.0, maximum=1.5), False),
        ("sigmoid", Target("y", "number", minimum=-0.1, maximum=1.0), False),
        ("sigmoid", Target("y", "number", scaled=True, maximum=1.0), False),
        ("softplus", Target("y", "number", maximum=90.0), True),
        ("softplus", Target("y", "number", scaled=True, maximum=90.0), False),
    ],
)
def test_the_last_activation_has_to_reach_a_number(activation, target, fits):
    made = project(Dense(units=1, activation=activation), loss=MeanSquaredError(), metrics=("r2",))
    assert (not report(made, facts(TABLE, target)).problems) == fits


def test_the_data_says_how_far_a_number_goes():
    made = prepared(SAMPLES["surface"].settings())
    assert made.facts.target.maximum == made.train.targets.max() > made.facts.target.minimum


def test_what_does_not_fit_can_always_be_taken_out():
    problem = report(project(Lstm(), Conv2d(), SOFTMAX), facts(TABLE)).problems[0]
    assert problem.fixes[-1].text == "Take LSTM out"
    after = report(problem.fixes[-1].apply(project(Lstm(), Conv2d(), SOFTMAX)), facts(TABLE))
    assert [other.layer for other in after.problems] == ["conv2d"]


def test_a_network_larger_than_the_machine_gets_a_smaller_batch(monkeypatch):
    monkeypatch.setattr(system, "whole_memory", lambda: 1_000_000)
    large = with_batch(project(Dense(units=1000), SOFTMAX), 4096)
    problem = report(large, facts(TABLE, train=4096)).problems[0]
    assert problem.layer == "dense"
    assert "this machine has 1.0 MB" in problem.message
    cured = problem.fixes[0].apply(large)
    assert not report(cured, facts(TABLE, train=4096)).problems
    assert report(with_batch(large, cured.training.batch_size * 2), facts(TABLE, train=4096)).problems
    assert not report(large, facts(TABLE, train=10)).problems  # no batch is larger than the split


def test_data_larger_than_the_machine_asks_for_smaller_pictures(monkeypatch):
    monkeypatch.setattr(system, "whole_memory", lambda: 1_000_000)
    pictures = picture_data(path="p", width=64, height=32)
    large = project(GlobalPool2d(), SOFTMAX).changed(data=pictures)
    problem = report(large, facts(Shape.of(channel=1, height=32, width=64), train=1_000)).problems[0]
    assert (problem.layer, problem.kind) == ("", "memory")
    assert "The prepared data takes about 8.4 MB, this machine has 1.0 MB" in problem.message
    cured = problem.fixes[0].apply(large)
    assert picture_of(cured.data) == picture_of(pictures).changed(width=32, height=16)


def test_analysis_does_not_load_torch():
    code = "import sys, engine.analysis; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
