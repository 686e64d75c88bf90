"""Starter projects have no problems, whatever the data, and are the networks they should be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import pytest
import torch

from engine import analysis
from engine import project as projects
from engine.build import build
from engine.data.samples import SAMPLES
from engine.data.settings import DataSettings
from engine.data.sources import propose
from engine.facts import DataFacts, InputFact, Target
from engine.plan import plan_of
from engine.project import Project
from engine.shapes import Shape
from engine.starter import sample_project, starter, text_project
from tests.data_settings import picture_data, table_data, text_data
from tests.engine.data.helpers import birds, pictures, prepared, texts, write

CLASSES = Target("class", "classes", ("a", "b", "c"))
NUMBER = Target("y", "number", scaled=True)


def kinds(project: Project) -> list[str]:
    return [layer.kind for layer in project.network.layers[1:-1]]


def facts(
    kind: Literal["table", "images", "text"], shape: Shape, target: Target = CLASSES, train: int = 1000
) -> DataFacts:
    return DataFacts(kind, shape, target, train, 200, 200)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_ready_to_train(name: str) -> None:
    project = sample_project(name)
    assert project.data == SAMPLES[name].settings()
    assert project.about == SAMPLES[name].about
    report = analysis.report(project, prepared(SAMPLES[name].settings()).facts)
    assert report.problems == ()
    assert report.parameters > 0


def test_the_example_that_opens_many_a_course() -> None:
    project = sample_project("reviews")
    embedding, lstm, dense = project.network.layers[1:-1]
    assert (embedding.kind, embedding.vocabulary, embedding.dimensions) == ("embedding", 10_000, 128)
    assert (lstm.kind, lstm.units, lstm.returns) == ("lstm", 64, "last step")
    assert (dense.kind, dense.units, dense.activation) == ("dense", 2, "softmax")
    training = project.training
    assert (training.loss.kind, training.loss.target) == ("cross_entropy", "one-hot")
    assert (training.optimizer.kind, training.schedule.kind) == ("adam", "constant")
    assert (training.metrics, training.epochs, training.batch_size) == (("accuracy",), 10, 32)


def test_it_is_the_same_for_any_folder_of_texts(tmp_path: Path) -> None:
    for label in ("x", "y", "z"):
        texts(tmp_path / label, each=5)
    settings = propose(tmp_path)
    assert isinstance(settings, DataSettings)
    known = prepared(settings).facts
    project = text_project(settings, known)
    assert project == starter(settings, known)
    assert project.network.layer("dense").units == 3
    assert project.network.layers[1:3] == sample_project("reviews").network.layers[1:3]
    assert analysis.report(project, known).problems == ()


@pytest.mark.parametrize("target", [CLASSES, NUMBER])
@pytest.mark.parametrize("features", [1, 2, 9, 300])
@pytest.mark.parametrize("train", [3, 240, 40_000, 10_000_000])
def test_tables(features: int, train: int, target: Target) -> None:
    known = facts("table", Shape.of(feature=features), target, train)
    project = starter(table_data(path="t.csv", target="y"), known)
    assert analysis.report(project, known).problems == ()
    assert set(kinds(project)) == {"dense"}
    last = project.network.layers[-2]
    assert (last.units, last.activation) == ((3, "softmax") if target is CLASSES else (1, "none"))
    assert project.training.loss.kind == ("cross_entropy" if target is CLASSES else "mse")
    assert project.training.metrics == (("accuracy",) if target is CLASSES else ("r2", "mae"))
    assert 10 <= project.training.epochs <= 100


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("height", "width"), [(1, 1), (2, 50), (4, 4), (8, 8), (28, 28), (31, 100), (64, 64), (300, 7)]
)
def test_pictures_of_any_size(channels: int, height: int, width: int) -> None:
    known = facts("images", Shape.of(channel=channels, height=height, width=width))
    project = starter(picture_data(path="p", width=width, height=height), known)
    assert analysis.report(project, known).problems == ()
    if min(height, width) >= 4:
        assert kinds(project)[:4] == ["conv2d", "batch_norm", "activation", "max_pool2d"]
    assert kinds(project)[-1] == "dense"


@pytest.mark.parametrize("target", [CLASSES, NUMBER])
def test_texts(target: Target) -> None:
    known = facts("text", Shape.ids(500, time=30), target)
    project = starter(text_data(path="t", vocabulary=500, length=30), known)
    assert analysis.report(project, known).problems == ()
    assert kinds(project) == ["embedding", "lstm", "dense"]


def sources_of(folder: Path) -> list[DataSettings]:
    rows = "\n".join(f"{row},{row * 0.7:.1f}" for row in range(50))
    return [
        propose(birds(folder / "b")),
        propose(write(folder / "n" / "numbers.csv", f"x,y\n{rows}")),
        propose(pictures(folder / "p")),
        propose(texts(folder / "t")),
    ]


def test_from_a_file_or_folder_to_a_project_that_can_be_saved(tmp_path: Path) -> None:
    for number, settings in enumerate(sources_of(tmp_path)):
        known = prepared(settings).facts
        project = starter(settings, known)
        assert analysis.report(project, known).problems == ()
        file = tmp_path / f"{number}.layerdeck"
        projects.save(project, file)
        assert projects.load(file) == project
        assert json.loads(file.read_text())["format"] == projects.FORMAT


ROW, PICTURE, TEXT = Shape.of(feature=3), Shape.of(channel=1, height=8, width=8), Shape.ids(50, time=12)
PARTS = {"table": ROW, "picture": PICTURE, "text": TEXT}


@pytest.mark.parametrize("targets", [(CLASSES,), (NUMBER,), (CLASSES, NUMBER), (NUMBER, CLASSES)], ids=repr)
@pytest.mark.parametrize("names", [("table",), ("table", "picture"), ("picture", "text"), ("table", "picture", "text")])
def test_a_branch_for_each_input_and_an_output_for_each_target(
    names: tuple[str, ...], targets: tuple[Target, ...]
) -> None:
    first, *others = [InputFact(name, PARTS[name]) for name in names]
    known = DataFacts(
        "table",
        first.shape,
        targets[0],
        *(500, 100, 100),
        input_name=first.name,
        more_inputs=tuple(others),
        more_targets=targets[1:],
    )
    project = starter(table_data(path="t.csv", target="class"), known)
    assert analysis.report(project, known).problems == ()
    network = project.network
    if len(names) > 1:
        assert tuple(layer.source for layer in network.inputs) == names
        assert [layer.kind for layer in network.middle].count("concatenate") == 1
    made = plan_of(network, known, project.training)
    assert made.sources == names
    assert made.targets == tuple(target.name for target in targets)
    assert made.stage.outputs == tuple(target.output for target in targets)
    assert [project.training.loss_of(target, target is targets[0])[0].kind for target in targets] == [
        "cross_entropy" if target is CLASSES else "mse" for target in targets
    ]


@pytest.mark.parametrize(
    "shape", [ROW, Shape.of(feature=1), PICTURE, Shape.of(channel=3, height=32, width=20)], ids=str
)
def test_what_gives_the_input_back_is_narrow_in_its_middle(shape: Shape) -> None:
    known = facts("images" if "channel" in shape.names else "table", shape, Target("itself", "values", shape=shape))
    project = starter(table_data(path="t.csv", target=""), known)
    assert analysis.report(project, known).problems == ()
    made = plan_of(project.network, known, project.training)
    assert made.stage.output == shape
    assert min(step.output.count for step in made.stage.steps) <= max(1, shape.count // 4)
    assert project.training.metrics == ("r2", "mae")


def test_what_writes_word_by_word_never_looks_ahead() -> None:
    known = facts("text", Shape.ids(40, time=9), Target("next word", "tokens", shape=Shape.of(time=9, feature=40)))
    project = starter(text_data(path="t", vocabulary=1000, length=9, answer="next word"), known)
    assert analysis.report(project, known).problems == ()
    made = plan_of(project.network, known, project.training)
    assert made.stage.output == known.target.output
    model = build(made).eval()
    ids = torch.arange(9)[None] + 2
    later = ids.clone()
    later[0, 5:] = 30
    with torch.no_grad():
        one, other = model.logits(ids), model.logits(later)
    assert isinstance(one, torch.Tensor)
    assert isinstance(other, torch.Tensor)
    assert torch.allclose(one[0, :5], other[0, :5], atol=1e-6)
    assert not torch.allclose(one[0, 5:], other[0, 5:], atol=1e-3)


def test_long_texts_are_learned_slowly() -> None:
    rates = []
    for length in (60, 400):
        known = DataFacts("text", Shape.ids(500, time=length), Target("class", "classes", ("no", "yes")), 90, 5, 5)
        rates.append(
            starter(text_data(path="t", vocabulary=500, length=length), known).training.optimizer.learning_rate
        )
    assert rates == [0.001, 0.0005]
