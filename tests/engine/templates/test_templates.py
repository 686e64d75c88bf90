"""Every template opens, has no problem, is built as printed, trains a step and survives being saved."""

from __future__ import annotations

import dataclasses
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from engine import analysis
from engine import project as projects
from engine.build import build
from engine.code.render import source
from engine.data.dataset import Dataset, Part
from engine.facts import DataFacts, Target
from engine.plan import plan_of
from engine.project import Project
from engine.record.control import Control
from engine.record.events import EpochEnd, Finished, Progress, Snapshot
from engine.record.request import TrainingRequest
from engine.shapes import Shape
from engine.starter import sample_project
from engine.templates.gallery import TEMPLATES
from engine.training.learner import Learner
from engine.training.loop import train
from tests.engine.data.helpers import prepared

PICTURES = ["perceptron", "mlp", "autoencoder", "lenet", "vgg", "resnet18", "unet", "vit"]
WISHED = {*PICTURES, "text_cnn", "lstm", "gru", "transformer", "gpt", "both"}
CLASSES = Target("class", "classes", tuple("abcdefghij"))
CIFAR = DataFacts("images", Shape.of(channel=3, height=32, width=32), CLASSES, 40_000, 10_000, 10_000)


@cache
def opened(name: str) -> tuple[Project, Dataset]:
    template = TEMPLATES[name]
    return template.sample_project(), prepared(template.sample())


def few(dataset: Dataset, rows: int) -> Dataset:
    """The first rows of each split."""
    parts = {name: cut(dataset.part(name), rows) for name in ("train", "validation", "test")}
    facts = dataclasses.replace(dataset.facts, **{name: len(part) for name, part in parts.items()})
    return dataclasses.replace(dataset, facts=facts, **parts)


def cut(part: Part, rows: int) -> Part:
    values = {field.name: getattr(part, field.name) for field in dataclasses.fields(part)}
    return Part(
        **{
            name: tuple(array[:rows] for array in value) if isinstance(value, tuple) else value[:rows]
            for name, value in values.items()
            if value is not None
        }
    )


def test_the_gallery_has_what_was_promised():
    assert set(TEMPLATES) == WISHED
    assert len({template.title for template in TEMPLATES.values()}) == len(WISHED)


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_opens_without_a_problem(name):
    project, dataset = opened(name)
    assert TEMPLATES[name].suits(dataset.facts)
    assert project.data == TEMPLATES[name].sample()
    report = analysis.report(project, dataset.facts)
    assert report.problems == ()
    assert report.parameters > 0


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_trains_a_step_and_is_measured(name, tmp_path):
    project, dataset = opened(name)
    short = project.changed(training=project.training.changed(batch_size=8, epochs=1, threads=1))
    request = TrainingRequest(short, few(dataset, 8), tmp_path)
    before = Learner(request).model.state_dict()
    events = list(train(request, Control()))
    assert events[-1] == Finished(step=1)
    [loss] = np.concatenate([event.losses for event in events if isinstance(event, Progress)])
    assert np.isfinite(loss)
    [end] = [event for event in events if isinstance(event, EpochEnd)]
    assert end.metrics.keys() >= set(project.training.metrics) or len(dataset.facts.targets) > 1
    assert end.metrics
    after = [event for event in events if isinstance(event, Snapshot)][-1].arrays
    learned = [key for key, _ in Learner(request).model.named_parameters()]
    assert all(not np.array_equal(before[key].numpy(), array_of(after, key)) for key in learned)


def array_of(arrays, key):
    """The weights of that name in a snapshot."""
    [found] = [array for name, array in arrays.items() if name in (key, f"model.{key}")]
    return found


@pytest.mark.parametrize("name", TEMPLATES)
def test_printed_code_is_the_network(name):
    project, dataset = opened(name)
    plan = plan_of(project.network, dataset.facts, project.training)
    model = build(plan, seed=1).eval()
    space: dict[str, object] = {}
    exec(compile(source(plan), f"{name}.py", "exec"), space)
    printed = space["Model"]().eval()
    printed.load_state_dict(model.state_dict())
    inputs = [torch.from_numpy(array[:2]) for array in few(dataset, 2).train.all_inputs]
    with torch.no_grad():
        given, wanted = printed(*inputs), model(*inputs)
    for one, other in zip(as_tuple(given), as_tuple(wanted), strict=True):
        assert torch.equal(one, other)
    assert sum(weights.numel() for weights in model.parameters()) == analysis.report(project, dataset.facts).parameters


def as_tuple(answer):
    return answer if isinstance(answer, tuple) else (answer,)


@pytest.mark.parametrize("name", TEMPLATES)
def test_saved_and_opened_again_it_is_equal(name, tmp_path: Path):
    project, _ = opened(name)
    projects.save(project, tmp_path / "it.layerdeck")
    assert projects.load(tmp_path / "it.layerdeck") == project


def test_resnet_18_is_the_one_of_the_paper():
    project = TEMPLATES["resnet18"].project(TEMPLATES["resnet18"].sample(), CIFAR)
    report = analysis.report(project, CIFAR)
    assert report.problems == ()
    assert report.parameters == 11_173_962


def test_lstm_sentiment_is_the_first_example():
    first = sample_project("reviews")
    project, _ = opened("lstm")
    assert (project.network, project.training) == (first.network, first.training)


def test_gpt_writes_with_the_table_it_reads_by_and_never_looks_ahead():
    project, dataset = opened("gpt")
    model = build(plan_of(project.network, dataset.facts, project.training), seed=1).eval()
    assert project.network.layer("dense").shares == "embedding"
    assert sum(key.startswith(("embedding", "dense")) for key in model.state_dict()) == 2  # the table and a bias
    words = torch.from_numpy(dataset.train.inputs[:2].copy())
    with torch.no_grad():
        before = model.logits(words)
        words[:, -1] = (words[:, -1] + 1) % 10
        after = model.logits(words)
    assert torch.allclose(before[:, :-1], after[:, :-1], atol=1e-5)
    assert not torch.allclose(before[:, -1], after[:, -1])


SIZES = [(1, 1), (2, 50), (4, 4), (8, 8), (15, 9), (28, 28), (32, 32), (64, 48), (224, 224)]


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize(("height", "width"), SIZES)
def test_pictures_of_any_size(name, height, width):
    template = TEMPLATES[name]
    shape = Shape.of(channel=3, height=height, width=width)
    for target in (CLASSES, Target("y", "number", scaled=True), Target("itself", "values", shape=shape)):
        facts = dataclasses.replace(CIFAR, train=5_000, validation=500, input=shape, target=target)
        if template.suits(facts):
            project = template.project(template.sample(), facts)
            assert analysis.report(project, facts).problems == (), (target.kind, height, width)


def test_who_has_no_pictures_is_not_offered_picture_networks():
    table = DataFacts("table", Shape.of(feature=4), CLASSES, 100, 20, 20)
    offered = {name for name, template in TEMPLATES.items() if template.suits(table)}
    assert {"perceptron", "mlp"} <= offered
    assert not offered & {"lenet", "vgg", "resnet18", "unet", "vit", "text_cnn", "lstm", "gpt", "both"}
