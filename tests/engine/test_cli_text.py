"""`--text`, as a person types it, and what comes of it: runs, answers and exports cut texts alike."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from engine import project as projects
from engine.cli import main
from tests.data_settings import text_of
from tests.engine.data.helpers import texts


def new(data: Path, out: Path, *words: str) -> int:
    return main(["new", "--data", str(data), "--out", str(out), "--text", *words])


def answers(written: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written)))


@pytest.mark.parametrize("tokens", ["bpe", "characters", "file"])
def test_a_run_and_its_export_answer_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str], tokens: str) -> None:
    data, path, run, out = (tmp_path / name for name in ("t", "p.layerdeck", "run", "out"))
    texts(data)
    words = [f"tokens={tokens}", "vocabulary=40", "length=12", "keep=both"]
    if tokens == "file":
        tokenizer = Tokenizer(models.WordLevel({"?": 0, "good": 1, "bad": 2, "film": 3}, unk_token="?"))
        tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
        words[0] = str(tmp_path / "tokenizer.json")
        tokenizer.save(words[0])
    assert new(data, path, *words) == 0
    told = text_of(projects.load(path).data)
    assert (told.tokens, told.length, told.keep) == (tokens, 12, "both")
    assert main(["train", str(path), "--out", str(run), "--epochs", "2"]) == 0
    assert main(["export", str(run), "--out", str(out)]) == 0
    files = [str(file) for file in sorted(data.rglob("*.txt"))[:6]]
    capsys.readouterr()
    assert main(["predict", str(run), *files]) == 0
    ours = answers(capsys.readouterr().out)
    alone = subprocess.run(
        [sys.executable, str(out / "predict.py"), *files],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
    )
    theirs = answers(alone.stdout)
    assert [row["prediction"] for row in ours] == [row["prediction"] for row in theirs]
    for mine, other in zip(ours, theirs, strict=True):
        assert float(mine["probability"]) == pytest.approx(float(other["probability"]), abs=1e-5)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["long"], "--text does not know long. Give some of: tokens=…, tokenizer=…, vocabulary=…, length=…, keep=…"),
        (["length=many"], "--text: length has to be a valid integer"),
        (["keep=middle"], "--text: keep has to be 'first', 'last' or 'both'"),
        (["mean=2"], "--text does not know mean=2"),
    ],
)
def test_wrong_words_are_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    texts(tmp_path / "t")
    assert new(tmp_path / "t", tmp_path / "p.layerdeck", *words) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "p.layerdeck").exists()


def test_data_without_texts_has_none_to_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "t.csv"
    table.write_text("a,b\n" + "1,x\n2,y\n" * 10)
    assert new(table, tmp_path / "p.layerdeck", "length=3") == 2
    assert "--text is for texts, and this data has none" in capsys.readouterr().err
    assert main(["new", "--sample", "reviews", "--out", str(tmp_path / "p.layerdeck"), "--text", "length=3"]) == 2
