"""What people are shown of a batch is what a network gets."""

from __future__ import annotations

import numpy as np

from engine.choices.augmentations import Flip, Mixup, Shift, WordDropout
from engine.data.dataset import Ticket
from engine.data.load import load
from engine.record.request import TrainingRequest
from engine.starter import sample_project
from engine.training.augmentation.preview import shown
from engine.training.learner import Learner
from tests.engine import toys

MOVED = {"augment": [Flip(), Shift()], "batch_size": 16}


def digits():
    project = sample_project("digits")
    assert project.data is not None
    return project, load(project.data, Ticket())


def test_it_is_the_batch_that_is_learned_from(tmp_path):
    project, data = digits()
    project = project.changed(training=project.training.changed(**MOVED))
    found = shown(project.training, data, 2, 9)
    (inputs,), (wanted,) = next(iter(Learner(TrainingRequest(project, data, tmp_path)).batches(2)))
    mean, deviation = data.preparation["mean"][0], data.preparation["deviation"][0]
    learned = (inputs[:9, 0].numpy() * deviation + mean) * 255
    assert len(found) == 9
    assert np.allclose([one.picture[..., 0] for one in found], learned.clip(0, 255), atol=0.51)
    assert [one.answer for one in found] == [data.facts.target.classes[number] for number in wanted[:9]]


def test_without_any_it_is_the_picture_as_it_was_prepared():
    _, data = digits()
    plain = toys.project(batch_size=16).training
    first = shown(plain, data, 0, 4)
    pixels = data.train.inputs[:, 0] * data.preparation["deviation"][0] + data.preparation["mean"][0]
    known = {np.asarray(picture * 255).round().astype(np.uint8).tobytes() for picture in pixels}
    assert all(one.picture[..., 1].tobytes() in known for one in first)


def test_mixed_classes_are_said_with_their_shares():
    _, data = digits()
    found = shown(toys.project(augment=[Mixup(alpha=5.0)], batch_size=64).training, data, 0, 64)
    two = [one.answer for one in found if "," in one.answer]
    assert len(two) > 40
    for answer in two:
        parts = [part.rsplit(" ", 1) for part in answer.split(", ")]
        assert {name for name, _ in parts} <= set(data.facts.target.classes)
        assert 99 <= sum(int(share.rstrip("%")) for _, share in parts) <= 101


def test_rows_are_their_first_numbers_by_name():
    project = sample_project("iris")
    data = load(project.data, Ticket())
    found = shown(project.training, data, 0, 5)
    assert [one.picture for one in found] == [None] * 5
    names = data.facts.features
    values = {
        "  ".join(f"{name} {number:.2f}" for name, number in zip(names, row, strict=True)) for row in data.train.inputs
    }
    assert {one.line for one in found} <= values
    assert {one.answer for one in found} <= set(data.facts.target.classes)


def test_texts_are_the_words_that_are_left():
    project = sample_project("reviews")
    data = load(project.data, Ticket())
    plain = shown(project.training, data, 0, 8)
    dropped = shown(project.training.changed(augment=[WordDropout(chance=0.5)]), data, 0, 8)
    unknown = data.preparation["words"][1]
    for before, after in zip(plain, dropped, strict=True):
        pairs = list(zip(before.line.split(), after.line.split(), strict=True))
        assert all(new in (old, unknown) for old, new in pairs)
    assert sum(one.line.count(unknown) for one in dropped) > sum(one.line.count(unknown) for one in plain) + 8
