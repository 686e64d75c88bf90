"""Sets that other people made. Skipped where they are absent."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.data import prepare
from engine.data import rows as table_rows
from engine.data.collection.files import find_pictures, find_texts
from engine.data.feature.ignored import Ignored
from engine.data.settings import DataSettings
from engine.data.sources import columns, propose
from engine.errors import DataError
from tests.data_settings import picture_data, table_data, text_data
from tests.engine.data.helpers import prepared, shared, unpacked


def test_penguins() -> None:
    settings = propose(shared("tables/penguins.csv"))
    assert isinstance(settings, DataSettings)
    assert settings.targets == ("species",)
    dataset = prepared(settings)
    assert dataset.facts.target.classes == ("Adelie", "Chinstrap", "Gentoo")
    assert dataset.facts.class_counts == (152, 68, 124)
    assert dataset.facts.notes == ()
    assert "sex is missing" in dataset.facts.features
    rows = prepare.inputs_from_rows(json.loads(json.dumps(dataset.preparation)), table_rows.read_rows(settings.path))
    for part in (dataset.train, dataset.validation, dataset.test):
        assert part.inputs.tobytes() == rows[part.rows].tobytes()


def test_titanic_has_a_column_that_gives_the_answer_away() -> None:
    settings = propose(shared("tables/titanic.csv"))
    assert isinstance(settings, DataSettings)
    assert settings.targets == ("survived",)
    facts = prepared(settings).facts
    assert facts.target.classes == ("0", "1")
    assert facts.notes == ("alive tells survived exactly: ignore it if it is not known before the answer is",)
    assert prepared(settings.with_column("alive", Ignored())).facts.notes == ()
    roles = {column.name: (column.role, column.missing) for column in columns(settings.path)}
    assert (roles["age"], roles["deck"], roles["alone"]) == (("number", 177), ("category", 688), ("category", 0))


def test_mpg() -> None:
    settings = table_data(path=str(shared("tables/mpg.csv")), target="mpg")
    dataset = prepared(settings)
    assert dataset.facts.target.kind == "number"
    assert dataset.facts.target.minimum == 9.0
    assert dataset.facts.notes == ("name is not used: it is free text",)
    assert "horsepower is missing" in dataset.facts.features
    with pytest.raises(DataError, match=r"^The target name has 305 different texts, too many to be classes"):
        prepared(settings.with_targets("name"))


def test_diamonds_are_read_from_gz() -> None:
    settings = propose(shared("tables/diamonds.csv.gz"))
    assert isinstance(settings, DataSettings)
    assert settings.targets == ("price",)
    facts = prepared(settings).facts
    assert facts.train + facts.validation + facts.test == 53_940
    assert facts.input.count == 6 + 5 + 7 + 8


def test_a_checkpoint_is_no_table() -> None:
    with pytest.raises(DataError, match=r"^resnet20-cifar10.th is (a Python pickle|a ZIP archive)"):
        propose(shared("models/resnet20-cifar10.th"))


def test_mnist(tmp_path: Path) -> None:
    settings = propose(unpacked("images/mnist-10k.tar.gz", tmp_path))
    assert settings == picture_data(path=str(tmp_path / "mnist-10k"), width=28, height=28, colour="grey")
    dataset = prepared(settings)
    assert dataset.facts.class_counts == (1000,) * 10
    assert dataset.facts.notes == ()
    files = find_pictures(settings.path, lambda _share, _text: None)
    some = dataset.test.rows[:50]
    inputs = prepare.inputs_from_images(dataset.preparation, [files.pictures[row] for row in some])
    assert inputs.tobytes() == dataset.test.inputs[:50].tobytes()
    assert [files.labels[row] for row in some] == prepare.answers(
        dataset.preparation, np.eye(10)[dataset.test.targets[:50]]
    )


def test_movie_reviews(tmp_path: Path) -> None:
    settings = propose(unpacked("text/movie_reviews.zip", tmp_path))
    assert settings == text_data(path=str(tmp_path / "movie_reviews"), vocabulary=10_000, length=400, keep="last")
    dataset = prepared(settings)
    assert dataset.facts.target.classes == ("neg", "pos")
    assert dataset.facts.class_counts == (1000, 1000)
    assert len(dataset.preparation["words"]) == 10_000
    assert (dataset.train.inputs == 1).mean() < 0.1
    files = find_texts(settings.path, lambda _share, _text: None)
    some = [prepare.read_text(files[row].path) for row in dataset.test.rows[:20]]
    assert prepare.inputs_from_texts(dataset.preparation, some).tobytes() == dataset.test.inputs[:20].tobytes()
