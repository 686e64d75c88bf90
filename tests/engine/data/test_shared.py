"""A source is read once for all who ask for it while it stays as it is."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest

from engine.data.dataset import Ticket
from engine.data.load import load, load_shared
from engine.data.samples import settings as sample_settings
from engine.data.shared import Shared, stamp
from engine.data.tables import read_table
from engine.errors import Cancelled, DataError
from tests.data_settings import table_data


class Thing:
    """Something that can be referred to weakly."""


def no_wait() -> None:
    raise AssertionError("nobody else makes it")


def quiet(done: float, text: str) -> None:
    pass


def test_it_is_made_once_and_large_things_live_as_long_as_somebody_holds_them():
    small, large = Shared[Thing](lambda _: 1, most=10), Shared[Thing](lambda _: 100, most=10)
    first = small.get("a", Thing, no_wait)
    assert small.get("a", Thing, no_wait) is first
    assert small.get("b", Thing, no_wait) is not first
    held = large.get("a", Thing, no_wait)
    assert large.get("a", Thing, no_wait) is held
    number = id(held)
    del held
    assert large._known.get("a") is None, number


def test_who_asks_meanwhile_waits_and_gets_the_same():
    shared, begun, free = Shared[Thing](lambda _: 1, most=10), threading.Event(), threading.Event()
    found: list[Thing] = []

    def slow() -> Thing:
        begun.set()
        assert free.wait(30)
        return Thing()

    waits: list[None] = []

    def wait() -> None:
        waits.append(None)
        free.set()

    thread = threading.Thread(target=lambda: found.append(shared.get("a", slow, no_wait)))
    thread.start()
    assert begun.wait(30)
    second = shared.get("a", Thing, wait)
    thread.join(30)
    assert waits
    assert found == [second]


def test_who_gives_up_waiting_does_and_a_failed_reading_is_tried_again():
    shared, begun, free = Shared[Thing](lambda _: 1, most=10), threading.Event(), threading.Event()

    def failing() -> Thing:
        begun.set()
        assert free.wait(30)
        raise Cancelled

    def impatient() -> None:
        raise Cancelled

    def first() -> None:
        with pytest.raises(Cancelled):
            shared.get("a", failing, no_wait)

    thread = threading.Thread(target=first)
    thread.start()
    assert begun.wait(30)
    with pytest.raises(Cancelled):
        shared.get("a", Thing, impatient)
    free.set()
    thread.join(30)
    assert isinstance(shared.get("a", Thing, no_wait), Thing)


def test_a_file_that_was_changed_is_read_again(tmp_path: Path):
    file = tmp_path / "rows.csv"
    file.write_text("a,y\n" + "\n".join(f"{n},{'xy'[n % 2]}" for n in range(40)))
    data = table_data(path=str(file), target="y")
    first, table = load_shared(data, Ticket()), read_table(str(file), quiet)
    assert load_shared(data, Ticket()) is first
    assert read_table(str(file), quiet) is table
    assert load_shared(data.changed(scale_target=False), Ticket()) is not first
    file.write_text(file.read_text().replace("39,", "77,"))
    os.utime(file, ns=(1, 1))
    again = load_shared(data, Ticket())
    assert again.fingerprint != first.fingerprint
    assert again.fingerprint == load(data, Ticket()).fingerprint
    assert np.array_equal(again.train.targets, first.train.targets)
    file.unlink()
    with pytest.raises(DataError):
        load_shared(data, Ticket())


def test_a_folder_is_another_when_anything_in_it_is(tmp_path: Path):
    (tmp_path / "pos").mkdir()
    (tmp_path / "pos" / "1.txt").write_text("good")
    stamps = [stamp(str(tmp_path))]
    (tmp_path / "pos" / "2.txt").write_text("fine")
    stamps.append(stamp(str(tmp_path)))
    (tmp_path / "pos" / "1.txt").write_text("very good")
    stamps.append(stamp(str(tmp_path)))
    assert len(set(stamps)) == 3
    assert stamp(str(tmp_path)) == stamps[-1]
    assert stamp(str(tmp_path / "gone")) == ""


def test_a_folder_behind_a_link_is_looked_into_and_a_link_to_itself_has_an_end(tmp_path: Path):
    far, near = tmp_path / "far", tmp_path / "near"
    far.mkdir()
    near.mkdir()
    (far / "1.txt").write_text("good")
    (near / "pos").symlink_to(far)
    (near / "round").symlink_to(near)
    stamps = [stamp(str(near))]
    (far / "1.txt").write_text("very good")
    stamps.append(stamp(str(near)))
    (far / "2.txt").write_text("fine")
    stamps.append(stamp(str(near)))
    assert len(set(stamps)) == 3
    assert stamp(str(near)) == stamps[-1] != ""


def test_a_sample_is_read_once():
    data = sample_settings("iris")
    first = load_shared(data, Ticket())
    assert load_shared(data, Ticket()) is first
