"""Starter projects have no problems, whatever the data, and are the networks they should be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import pytest

from engine import analysis
from engine import project as projects
from engine.data.samples import SAMPLES
from engine.data.sources import propose
from engine.facts import DataFacts, Target
from engine.project import Project
from engine.settings import AnyData, ImageData, TableData, TextData
from engine.shapes import Shape
from engine.starter import sample_project, starter, text_project
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
    assert isinstance(settings, TextData)
    known = prepared(settings).facts
    project = text_project(settings, known)
    assert project == starter(settings, known)
    assert project.network.layer("dense").units == 3
    assert project.network.layers[1:3] == sample_project("reviews").network.layers[1:3]
    assert analysis.report(project, known).problems == ()
    assert starter(settings.changed(vocabulary=500), known).network.layer("embedding").vocabulary == 500


@pytest.mark.parametrize("target", [CLASSES, NUMBER])
@pytest.mark.parametrize("features", [1, 2, 9, 300])
@pytest.mark.parametrize("train", [3, 240, 40_000, 10_000_000])
def test_tables(features: int, train: int, target: Target) -> None:
    known = facts("table", Shape.of(feature=features), target, train)
    project = starter(TableData(path="t.csv", target="y"), known)
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
    project = starter(ImageData(path="p", width=width, height=height), known)
    assert analysis.report(project, known).problems == ()
    if min(height, width) >= 4:
        assert kinds(project)[:4] == ["conv2d", "batch_norm", "activation", "max_pool2d"]
    assert kinds(project)[-1] == "dense"


@pytest.mark.parametrize("target", [CLASSES, NUMBER])
def test_texts(target: Target) -> None:
    known = facts("text", Shape.ids(500, time=30), target)
    project = starter(TextData(path="t", vocabulary=500, length=30), known)
    assert analysis.report(project, known).problems == ()
    assert kinds(project) == ["embedding", "lstm", "dense"]


def sources_of(folder: Path) -> list[AnyData]:
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
