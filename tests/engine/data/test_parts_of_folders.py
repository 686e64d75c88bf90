"""Folders that their authors divided: by whatever usual name, with classes in them or without."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.collection.folders import part_of
from engine.data.sources import propose
from engine.errors import DataError
from tests.engine.data.helpers import pictures, prepared, texts


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("train", "train"),
        ("Train", "train"),
        ("training_set", "train"),
        ("seg_train", "train"),
        ("train_images", "train"),
        ("trainset", "train"),
        ("training-data", "train"),
        ("test", "test"),
        ("Testing", "test"),
        ("test_set", "test"),
        ("seg_test", "test"),
        ("test images", "test"),
        ("val", "validation"),
        ("valid", "validation"),
        ("dev", "validation"),
        ("validation_set", "validation"),
        ("eval", "validation"),
        ("trained", ""),
        ("tests of strength", ""),
        ("value", ""),
        ("cat", ""),
        ("data", ""),
    ],
)
def test_usual_names(name: str, part: str) -> None:
    assert part_of(Path(name)) == part


@pytest.mark.parametrize(
    ("train", "test"),
    [("training_set", "test_set"), ("seg_train/seg_train", "seg_test/seg_test"), ("Train", "Testing")],
)
def test_the_sets_own_parts_are_kept(tmp_path: Path, train: str, test: str) -> None:
    pictures(tmp_path / "archive" / train, each=10)
    pictures(tmp_path / "archive" / test, each=5)
    dataset = prepared(propose(tmp_path))
    facts = dataset.facts
    assert facts.target.classes == ("bright", "dark")
    assert (facts.train, facts.validation, facts.test) == (17, 3, 10)
    first = (test.partition("/")[0], train.partition("/")[0])
    assert facts.notes == (f"archive comes with its own {' and '.join(sorted(first))} folders",)


def test_a_test_folder_without_classes_is_no_class(tmp_path: Path) -> None:
    pictures(tmp_path / "train", each=12)
    flat = pictures(tmp_path / "elsewhere", each=10) / "dark"
    flat.rename(tmp_path / "test")
    facts = prepared(propose(tmp_path)).facts
    assert facts.target.classes == ("bright", "dark")
    assert facts.class_counts == (12, 12)
    assert facts.test > 0
    assert facts.notes == (
        "10 pictures in test without classes left out: predict answers for them",
        "The folder elsewhere stands beside the training folder and is left out",
    )


def test_a_class_in_test_alone_is_left_out(tmp_path: Path) -> None:
    texts(tmp_path / "train")
    texts(tmp_path / "test", each=5)
    (tmp_path / "test" / "pos").rename(tmp_path / "test" / "unknown")
    facts = prepared(propose(tmp_path)).facts
    assert facts.target.classes == ("neg", "pos")
    assert "5 texts of unknown left out: this class is in test alone" in facts.notes


def test_parts_without_any_classes_are_refused(tmp_path: Path) -> None:
    both = pictures(tmp_path)
    (both / "bright").rename(both / "train")
    (both / "dark").rename(both / "test")
    with pytest.raises(DataError, match=r"^The folders test and train of .* have no class folders in them"):
        prepared(propose(tmp_path))


def test_trains_may_be_a_class(tmp_path: Path) -> None:
    folder = pictures(tmp_path)
    (folder / "bright").rename(folder / "train")
    (folder / "dark").rename(folder / "bus")
    facts = prepared(propose(tmp_path)).facts
    assert facts.target.classes == ("bus", "train")
    assert facts.notes == ()


def test_reviews_as_their_authors_pack_them(tmp_path: Path) -> None:
    texts(tmp_path / "aclImdb" / "train")
    texts(tmp_path / "aclImdb" / "test", each=5)
    (tmp_path / "aclImdb" / "train" / "unsup").mkdir()
    (tmp_path / "aclImdb" / "train" / "unsup" / "0_0.txt").write_text("who knows")
    facts = prepared(propose(tmp_path)).facts
    assert facts.target.classes == ("neg", "pos")
    assert facts.test == 10
    assert facts.notes == (
        "aclImdb comes with its own test and train folders",
        "The folder unsup has examples without a class and is left out",
    )
