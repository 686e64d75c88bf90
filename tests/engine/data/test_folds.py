"""Examples cut into folds: each validates once, all have the same size and every class in proportion."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from engine.data.settings import DataSettings, SplitSettings
from engine.data.splits import Split, deal
from engine.errors import DataError
from tests.data_settings import text_data
from tests.engine.data.helpers import birds, image_data, pictures, prepared, table, texts

LABELS = np.array([0] * 601 + [1] * 303 + [2] * 99)


def folds(count: int, labels: np.ndarray | None = None, k: int = 5, **values: object) -> list[Split]:
    return [deal(SplitSettings(folds=k, fold=fold, **values), count, labels) for fold in range(k)]


@pytest.mark.parametrize("k", [2, 5, 7])
def test_the_folds_are_disjoint_cover_all_and_leave_one_test_split_alone(k: int) -> None:
    splits = folds(1003, LABELS, k)
    assert len({tuple(split.test) for split in splits}) == 1
    validated = np.concatenate([split.validation for split in splits])
    assert sorted([*validated, *splits[0].test]) == list(range(1003))  # each once
    for split in splits:
        assert sorted([*split.train, *split.validation, *split.test]) == list(range(1003))


def test_the_folds_have_the_same_size_and_every_class_in_proportion() -> None:
    splits = folds(1003, LABELS, 6)
    sizes = [len(split.validation) for split in splits]
    assert max(sizes) - min(sizes) <= 1
    counts = np.array([np.bincount(LABELS[split.validation], minlength=3) for split in splits])
    assert (counts.max(axis=0) - counts.min(axis=0)).max() <= 1


def test_without_stratifying_the_classes_fall_as_they_come() -> None:
    splits = folds(1003, LABELS, 6, stratified=False)
    sizes = [len(split.validation) for split in splits]
    assert max(sizes) - min(sizes) <= 1
    counts = np.array([np.bincount(LABELS[split.validation], minlength=3) for split in splits])
    assert (counts.max(axis=0) - counts.min(axis=0)).max() > 1


def test_the_seed_decides() -> None:
    first, again, other = (folds(200, seed=seed)[1] for seed in (3, 3, 4))
    assert first.validation.tolist() == again.validation.tolist()
    assert first.validation.tolist() != other.validation.tolist()


def test_a_test_split_that_the_source_gives_is_kept_and_its_validation_split_is_dealt() -> None:
    given = ["train"] * 60 + ["validation"] * 20 + ["test"] * 20
    splits = [deal(SplitSettings(folds=4, fold=fold, test=0.5), 100, None, given) for fold in range(4)]
    assert all(split.test.tolist() == list(range(80, 100)) for split in splits)
    assert sorted(np.concatenate([split.validation for split in splits])) == list(range(80))


def test_the_shares_of_validation_play_no_part() -> None:
    assert len(deal(SplitSettings(validation=0.8, test=0.5, folds=5), 100).validation) == 10


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"folds": 5, "fold": 5}, "there is no fold 5 of 5: they count from 0 to 4"),
        ({"folds": 1}, "one fold leaves nothing to train on: set 2 folds or more, or 0 for none"),
    ],
)
def test_folds_that_cannot_be_are_refused(values: dict[str, int], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        SplitSettings(**values)


def test_more_folds_than_examples_are_refused() -> None:
    with pytest.raises(DataError, match=r"^4 examples cannot be cut into 5 folds\. Use fewer folds\.$"):
        deal(SplitSettings(folds=5, test=0.2), 5)


def dealt(data: DataSettings, k: int) -> list[np.ndarray]:
    """The rows that each fold validates, after checking that no row is in two parts."""
    found = []
    for fold in range(k):
        dataset = prepared(data.changed(split=data.split.changed(folds=k, fold=fold)))
        parts = (dataset.train.rows, dataset.validation.rows, dataset.test.rows)
        assert not set(parts[0]) & set(parts[1])
        assert not set(parts[2]) & (set(parts[0]) | set(parts[1]))
        found.append(dataset.validation.rows)
    return found


def test_tables_pictures_and_texts_are_dealt_so(tmp_path: Path) -> None:
    images, words = pictures(tmp_path / "pictures", each=13), texts(tmp_path / "texts", each=12)
    sources: list[tuple[DataSettings, int]] = [
        (table(birds(tmp_path)), 60),
        (image_data(images), 26),
        (text_data(path=str(words), length=6, vocabulary=50), 24),
    ]
    for data, count in sources:
        rows = dealt(data.changed(split=SplitSettings(test=0.0)), 4)
        assert sorted(np.concatenate(rows)) == list(range(count))
        assert max(map(len, rows)) - min(map(len, rows)) <= 1


def test_next_words_are_dealt_by_texts(tmp_path: Path) -> None:
    """All blocks of a text stand in one part, so that no fold is asked for what it has read."""
    source = text_data(path=str(texts(tmp_path, each=12)), length=3, vocabulary=50, answer="next word")
    rows = dealt(source.changed(split=SplitSettings(test=0.0)), 4)
    assert sorted({row for part in rows for row in part}) == list(range(24))
    assert sum(len(set(part)) for part in rows) == 24  # no text in two folds


def test_each_folds_preparation_is_fitted_on_what_it_trains_on(tmp_path: Path) -> None:
    data = table(birds(tmp_path))
    first, second = (prepared(data.changed(split=SplitSettings(folds=3, fold=fold))) for fold in (0, 1))
    assert first.preparation != second.preparation
