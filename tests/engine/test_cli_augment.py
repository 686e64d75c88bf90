"""`--augment`, as a person types it."""

from __future__ import annotations

import json

import pytest

from engine import project as projects
from engine.choices.augmentations import AUGMENTATIONS, Colour, Flip, Mixup, Shift
from engine.cli import main
from engine.runs.folder import RunFolder


@pytest.fixture
def digits(tmp_path):
    path = tmp_path / "digits.layerdeck"
    assert main(["new", "--sample", "digits", "--out", str(path), "--augment", "shift:distance=0.2", "flip"]) == 0
    return path


def test_new_writes_them_into_the_project_in_the_order_of_the_table(digits):
    assert projects.load(digits).training.augment == (Flip(), Shift(distance=0.2))


def test_train_takes_others_instead(digits, tmp_path):
    words = ["--augment", "mixup", "colour:hue=10,saturation=0"]
    assert main(["train", str(digits), "--out", str(tmp_path / "run"), "--epochs", "1", *words]) == 0
    assert RunFolder(tmp_path / "run").project().training.augment == (Colour(hue=10.0, saturation=0.0), Mixup())


def test_none_takes_them_out(digits, tmp_path):
    assert main(["train", str(digits), "--out", str(tmp_path / "run"), "--epochs", "1", "--augment", "none"]) == 0
    assert RunFolder(tmp_path / "run").project().training.augment == ()


def test_every_kind_has_a_name_that_the_command_takes(tmp_path):
    for one in AUGMENTATIONS:
        words = ["new", "--sample", "digits", "--out", str(tmp_path / f"{one().kind}.layerdeck"), "--augment"]
        assert main([*words, one().kind]) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["blur"], "--augment does not know blur. Give none, or some of: flip, shift,"),
        (["flip:sideways=1"], "--augment: flip has no sideways. It has: left_right, up_down"),
        (["flip:left_right=2"], "--augment: left_right of flip has to be less than or equal to 1"),
        (["shift", "shift"], "--augment: Shift is there twice: take one of them out"),
    ],
)
def test_wrong_words_are_one_sentence(tmp_path, capsys, words, said):
    assert main(["new", "--sample", "digits", "--out", str(tmp_path / "p.layerdeck"), "--augment", *words]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "p.layerdeck").exists()


def test_check_and_train_say_what_does_not_go(tmp_path, capsys):
    path = tmp_path / "iris.layerdeck"
    assert main(["new", "--sample", "iris", "--out", str(path), "--augment", "cutmix"]) == 0
    assert main(["train", str(path), "--out", str(tmp_path / "run")]) == 1
    assert "CutMix cuts a piece out of one picture" in capsys.readouterr().err


def test_check_says_what_has_no_effect(tmp_path, capsys):
    path = tmp_path / "iris.layerdeck"
    assert main(["new", "--sample", "iris", "--out", str(path), "--augment", "flip", "noise"]) == 0
    assert main(["check", str(path)]) == 0
    assert "Advice: Flip does nothing here: it is for pictures, and the data is numbers." in capsys.readouterr().out
    assert main(["check", str(path), "--json"]) == 0
    (advice,) = json.loads(capsys.readouterr().out)["advice"]
    assert advice["message"].startswith("Flip does nothing here")
