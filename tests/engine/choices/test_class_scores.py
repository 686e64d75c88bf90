"""Precision, recall and F1 of each class beside those of torchmetrics, and what guessing gives."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torchmetrics.functional.classification import multiclass_f1_score, multiclass_precision, multiclass_recall

from engine.choices.class_scores import ClassScore, Guess, class_scores, commonest

NAMES = ("cat", "dog", "owl")


def test_a_class_is_counted_by_hand():
    confusion = np.array([[8, 2, 0], [1, 4, 0], [0, 0, 5]])
    cat, dog, owl = class_scores(confusion, NAMES)
    assert cat == ClassScore("cat", 10, 8 / 9, 8 / 10, 16 / 19)
    assert dog == ClassScore("dog", 5, 4 / 6, 4 / 5, 8 / 11)
    assert owl == ClassScore("owl", 5, 1.0, 1.0, 1.0)
    assert commonest(confusion, NAMES) == Guess("cat", 0.5)


def test_what_cannot_be_said_is_not_said():
    confusion = np.array([[3, 0, 0], [2, 0, 0], [0, 0, 0]])
    _, dog, owl = class_scores(confusion, NAMES)
    assert (dog.precision, dog.recall, dog.f1) == (None, 0.0, 0.0)
    assert owl == ClassScore("owl", 0, None, None, None)


def test_the_same_as_torchmetrics_where_all_is_defined():
    generator = torch.Generator().manual_seed(0)
    true, said = (torch.randint(0, 3, (200,), generator=generator) for _ in range(2))
    confusion = np.zeros((3, 3), np.int64)
    np.add.at(confusion, (true.numpy(), said.numpy()), 1)
    scores = class_scores(confusion, NAMES)
    measures = {"precision": multiclass_precision, "recall": multiclass_recall, "f1": multiclass_f1_score}
    for name, theirs in measures.items():
        wanted = theirs(said, true, num_classes=3, average="none").tolist()
        assert [getattr(score, name) for score in scores] == pytest.approx(wanted)
