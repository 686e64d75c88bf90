from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from gui.shell.collecting import Collecting


class Knot:
    """A cycle that writes down on which thread it was taken apart."""

    def __init__(self, ends: list[threading.Thread]) -> None:
        self.me, self.ends = self, ends

    def __del__(self) -> None:
        self.ends.append(threading.current_thread())


@pytest.fixture
def running() -> list[bool]:
    return [False]


@pytest.fixture
def collecting(qtbot: QtBot, running: list[bool]) -> Iterator[Collecting]:
    gc.collect()
    gc.enable()  # as an app begins
    collecting = Collecting(lambda: running[0])
    collecting.start()
    yield collecting
    collecting.stop()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def many_cycles(ends: list[threading.Thread]) -> None:
    kept = []
    for _ in range(3 * gc.get_threshold()[0]):
        Knot(ends)
        kept.append([])


@pytest.mark.usefixtures("collecting")
def test_cycles_of_another_thread_are_taken_apart_on_this_one(qtbot: QtBot) -> None:
    ends: list[threading.Thread] = []
    thread = threading.Thread(target=many_cycles, args=(ends,))
    thread.start()
    thread.join()
    assert ends == []
    qtbot.waitUntil(lambda: bool(ends), timeout=5000)
    assert set(ends) == {threading.main_thread()}


def test_nothing_is_collected_before_its_time(collecting: Collecting) -> None:
    gc.collect()
    assert collecting.look() is None


def old_garbage(collecting: Collecting) -> set[int | None]:
    """Makes enough for every generation to be due; which ones were collected."""
    found: set[int | None] = set()
    for _ in range((gc.get_threshold()[1] + 2) * (gc.get_threshold()[2] + 2)):
        kept = [[] for _ in range(2 * gc.get_threshold()[0])]
        found.add(collecting.look())
        del kept
    return found


def test_the_oldest_waits_while_a_run_goes_on(
    collecting: Collecting, running: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.shell.collecting.SELDOM", -1.0)
    monkeypatch.setattr(Collecting, "_in_front", staticmethod(lambda: True))
    running[0] = True
    assert old_garbage(collecting) == {0, 1}
    running[0] = False
    assert 2 in old_garbage(collecting)


def test_a_look_is_short_once_all_is_frozen(collecting: Collecting) -> None:
    before = gc.get_freeze_count()
    kept = [{"a": [n]} for n in range(50_000)]
    collecting.freeze()
    assert gc.get_freeze_count() >= before + 2 * len(kept)
    assert collecting.look() is None
    assert len(gc.get_objects()) < len(kept)  # there is little left to look through
