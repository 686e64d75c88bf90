"""Folders of pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine import system
from engine.data.collection.files import find_pictures
from engine.data.load import load
from engine.data.prepare import picture_pixels
from engine.errors import Cancelled, DataError
from engine.shapes import Shape
from tests.engine.data.helpers import Counting, image_data, pictures, prepared


def test_a_folder_a_class(tmp_path: Path) -> None:
    dataset = prepared(image_data(pictures(tmp_path, each=20)))
    facts = dataset.facts
    assert facts.kind == "images"
    assert facts.input == Shape.of(channel=1, height=6, width=8)
    assert facts.target.classes == ("bright", "dark")
    assert facts.class_counts == (20, 20)
    assert dataset.train.inputs.shape == (28, 1, 6, 8)
    assert dataset.train.inputs.dtype == np.float32
    assert (dataset.train.inputs.mean(axis=(1, 2, 3)) > 0).tolist() == (dataset.train.targets == 0).tolist()


def test_channels_are_normalised_by_the_training_pictures(tmp_path: Path) -> None:
    dataset = prepared(image_data(pictures(tmp_path, modes=("RGB",)), colour="colour"))
    assert np.abs(dataset.train.inputs.mean(axis=(0, 2, 3))).max() < 1e-5
    assert np.abs(dataset.train.inputs.std(axis=(0, 2, 3)) - 1).max() < 1e-5
    before = dataset.preparation
    Image.new("RGB", (9, 9), "red").save(sorted(tmp_path.rglob("*.png"))[int(dataset.test.rows[0])])
    assert prepared(image_data(tmp_path, colour="colour")).preparation == before


def test_pictures_are_resized_and_keep_their_place(tmp_path: Path) -> None:
    for label, side in (("left", 0), ("right", 20)):
        (tmp_path / label).mkdir()
        for number in range(10):
            picture = Image.new("L", (40, 30), 0)
            picture.paste(255, (side, 0, side + 20, 30))
            picture.save(tmp_path / label / f"{number}.png")
    train = prepared(image_data(tmp_path)).train
    halves = train.inputs[:, 0, :, :4].mean(axis=(1, 2)) > train.inputs[:, 0, :, 4:].mean(axis=(1, 2))
    assert halves.tolist() == (train.targets == 0).tolist()


@pytest.mark.parametrize("suffix", ["png", "jpg", "jpeg", "bmp", "gif", "webp"])
def test_formats(tmp_path: Path, suffix: str) -> None:
    for label, level in (("a", 250), ("b", 5)):
        (tmp_path / label).mkdir()
        for number in range(4):
            Image.new("L", (8, 6), level).save(tmp_path / label / f"{number}.{suffix.upper()}")
    dataset = prepared(image_data(tmp_path))
    assert dataset.facts.class_counts == (4, 4)
    assert dataset.facts.notes == () or "mixed" not in dataset.facts.notes[0]


@pytest.mark.parametrize(
    ("mode", "colour", "wanted"),
    [
        ("1", 1, [255, 255, 255]),
        ("L", 200, [200, 200, 200]),
        ("LA", (200, 255), [200, 200, 200]),
        ("RGBA", (10, 20, 30, 255), [10, 20, 30]),
        ("RGBA", (10, 20, 30, 0), [255, 255, 255]),
        ("CMYK", (0, 0, 0, 255), [0, 0, 0]),
        ("I;16", 51400, [200, 200, 200]),
    ],
)
def test_modes(mode: str, colour: object, wanted: list[int]) -> None:
    picture = Image.new(mode, (4, 4), colour)
    assert picture_pixels(picture, 3, 4, 4)[0][:, 0, 0].tolist() == wanted


def test_a_photo_taken_sideways_is_put_upright(tmp_path: Path) -> None:
    photo = Image.new("L", (20, 10), 0)
    photo.paste(255, (0, 0, 10, 10))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    photo.save(tmp_path / "photo.jpg", exif=exif)
    pixels, _ = picture_pixels(tmp_path / "photo.jpg", 1, 20, 10)
    assert pixels[0, 0, 5] > 250
    assert pixels[0, 19, 5] < 5


def test_grey_and_colour_mixed_is_noted(tmp_path: Path) -> None:
    folder = pictures(tmp_path, modes=("L", "RGB"))
    assert prepared(image_data(folder, colour="colour")).facts.notes == (
        "10 pictures are grey and 10 in colour: all are read in colour",
    )
    assert prepared(image_data(folder)).facts.notes == ("10 pictures are grey and 10 in colour: all are read grey",)


def test_the_folders_of_a_published_set_are_kept(tmp_path: Path) -> None:
    pictures(tmp_path / "train", each=10)
    pictures(tmp_path / "test", each=5)
    dataset = prepared(image_data(tmp_path))
    assert (dataset.facts.train, dataset.facts.validation, dataset.facts.test) == (17, 3, 10)
    parts = find_pictures(str(tmp_path), lambda _share, _text: None).parts
    assert {parts[row] for row in dataset.test.rows} == {"test"}
    assert {parts[row] for row in dataset.train.rows} == {"train"}
    assert dataset.facts.notes == (f"{tmp_path.name} comes with its own test and train folders",)


def test_what_is_no_class_is_noted(tmp_path: Path) -> None:
    pictures(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "__MACOSX").mkdir()
    Image.new("L", (3, 3)).save(tmp_path / "cover.png")
    assert prepared(image_data(tmp_path)).facts.notes == (
        "The folder empty has no pictures and is left out",
        "1 picture outside the class folders left out",
    )


def test_more_pictures_than_memory_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "whole_memory", lambda: 1_000_000)
    with pytest.raises(DataError, match=r"^These pictures need 0\.2 GB of memory at 1000 × 1000\. Choose a smaller"):
        prepared(image_data(pictures(tmp_path, each=20), width=1000, height=1000))


def test_reading_can_be_cancelled(tmp_path: Path) -> None:
    folder = pictures(tmp_path, each=60)
    ticket = Counting()
    load(image_data(folder), ticket)
    assert len([text for _, text in ticket.told if text.startswith("Reading pictures")]) == 6
    with pytest.raises(Cancelled):
        load(image_data(folder), Counting(until=4))
