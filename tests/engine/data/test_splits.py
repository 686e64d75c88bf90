"""Dealing examples out: disjoint, complete, in proportion, the same each time."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data.settings import SplitSettings
from engine.data.splits import Split, deal, remarks
from engine.errors import DataError

LABELS = np.array([0] * 600 + [1] * 300 + [2] * 100)


def everything(split: Split) -> list[int]:
    return sorted([*split.train, *split.validation, *split.test])


def test_each_split_has_every_class_in_proportion() -> None:
    split = deal(SplitSettings(validation=0.2, test=0.1), 1000, LABELS)
    assert everything(split) == list(range(1000))
    for part, size in ((split.train, 700), (split.validation, 200), (split.test, 100)):
        assert len(part) == size
        assert np.abs(np.bincount(LABELS[part]) / size - [0.6, 0.3, 0.1]).max() <= 0.011


def test_the_seed_decides() -> None:
    first, again, other = (deal(SplitSettings(seed=seed), 1000, LABELS) for seed in (4, 4, 5))
    assert first.test.tolist() == again.test.tolist()
    assert first.test.tolist() != other.test.tolist()
    assert len(set(first.test) & set(other.test)) < 60  # really another draw


def test_numbers_are_dealt_without_classes() -> None:
    split = deal(SplitSettings(), 100)
    assert everything(split) == list(range(100))
    assert (len(split.train), len(split.validation), len(split.test)) == (70, 15, 15)


def test_without_stratifying_the_classes_fall_as_they_come() -> None:
    labels = np.repeat([0, 1], 50)
    counts = {
        tuple(np.bincount(labels[deal(SplitSettings(seed=seed, stratified=False), 100, labels).test], minlength=2))
        for seed in range(8)
    }
    assert len(counts) > 1


@pytest.mark.parametrize("seed", range(10))
def test_the_only_example_of_a_class_is_trained_on(seed: int) -> None:
    labels = np.array([0] * 20 + [1] + [0] * 20)
    split = deal(SplitSettings(validation=0.4, test=0.4, seed=seed), 41, labels)
    assert 20 in split.train
    assert remarks(split, labels, ("usual", "rare")) == [
        "The class rare has only 1 example: none of them in validation or test"
    ]


def test_parts_that_the_source_gives_are_kept() -> None:
    given = ["train"] * 80 + ["test"] * 20
    split = deal(SplitSettings(validation=0.25, test=0.5), 100, np.tile([0, 1], 50), given)
    assert split.test.tolist() == list(range(80, 100))
    assert len(split.validation) == 20
    assert max(split.validation) < 80
    assert everything(split) == list(range(100))


def test_shares_that_leave_nothing_are_refused() -> None:
    with pytest.raises(DataError, match=r"^Validation and test take 120% of the examples. Give them less.$"):
        deal(SplitSettings(validation=0.6, test=0.6), 100)


def test_a_share_of_none_gives_an_empty_split() -> None:
    split = deal(SplitSettings(validation=0.0, test=0.0), 9)
    assert len(split.train) == 9
    assert not len(split.validation)
    assert split.test.dtype == np.int64


def test_many_small_classes_are_told_in_one_sentence() -> None:
    labels = np.repeat(np.arange(20), 2)
    notes = remarks(deal(SplitSettings(), 40, labels), labels, [str(number) for number in range(20)])
    assert notes == ["20 classes have too few examples to stand in training, validation and test"]
