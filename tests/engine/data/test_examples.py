"""Examples as people look at them: the rows, pictures and texts of a source, by their place in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.data.dataset import Ticket
from engine.data.examples import PictureExamples, TableExamples, TextExamples, examples
from engine.data.samples import SAMPLES
from tests.data_settings import picture_data, text_data
from tests.engine.data.helpers import birds, pictures, prepared, table, texts, write


def test_rows_of_a_table(tmp_path: Path) -> None:
    seen = examples(table(birds(tmp_path)), Ticket())
    assert isinstance(seen, TableExamples)
    assert seen.names == ("kind", "island", "bill", "mass", "sex")
    assert len(seen) == 60
    assert len(seen.head(50)) == 50
    assert seen.head(6)[5][2] == "NA"
    assert seen.picture(0, 20) is None
    iris = examples(SAMPLES["iris"].settings(), Ticket())
    assert isinstance(iris, TableExamples)
    assert iris.head(1) == [("5.1", "3.5", "1.4", "0.2", "setosa")]


def test_pictures_are_found_by_the_rows_of_the_prepared_data(tmp_path: Path) -> None:
    settings = picture_data(path=str(pictures(tmp_path, each=30)))
    seen = examples(settings, Ticket())
    assert isinstance(seen, PictureExamples)
    assert len(seen) == 60
    data = prepared(settings)
    for row, target in zip(data.test.rows, data.test.targets, strict=True):
        assert seen.labels[row] == data.facts.target.classes[target]
        small = seen.picture(int(row), 8)
        assert small is not None
        assert max(small.shape[:2]) == 8
        assert (float(np.mean(small)) > 127) == (seen.labels[row] == "bright")


def test_the_digits_are_shown_as_pictures() -> None:
    seen = examples(SAMPLES["digits"].settings(), Ticket())
    small = seen.picture(0, 32)
    assert small is not None
    assert small.shape == (32, 32, 3)


def test_a_picture_that_is_gone_or_of_another_format_is_not_shown(tmp_path: Path) -> None:
    gone, strange = tmp_path / "gone.png", tmp_path / "strange.png"
    strange.write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n")
    seen = PictureExamples([gone, strange], ["a", "a"])
    assert seen.picture(0, 8) is None
    assert seen.picture(1, 8) is None  # a program for another program: never handed on by its content


def test_texts_are_captioned_by_their_beginning(tmp_path: Path) -> None:
    texts(tmp_path)
    write(tmp_path / "neg" / "000.txt", "word " * 1000)
    seen = examples(text_data(path=str(tmp_path)), Ticket())
    assert isinstance(seen, TextExamples)
    assert len(seen.caption(0)) <= 162
    assert seen.caption(0).startswith("word word")
    assert seen.caption(0).endswith("…")
    assert set(seen.labels.values()) == {"neg", "pos"}
