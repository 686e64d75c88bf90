"""Long jobs: exactly one ending, on the GUI thread, with progress and cancelling."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from engine.data.dataset import Ticket
from engine.errors import EngineError
from gui.kit.background import Job, Latest


@pytest.fixture
def owner() -> QObject:
    return QObject()


def endings(job: Job) -> list[tuple[str, object, int]]:
    """Which ending came with what, on which thread."""
    heard: list[tuple[str, object, int]] = []
    job.done.connect(lambda value: heard.append(("done", value, threading.get_ident())))
    job.failed.connect(lambda value: heard.append(("failed", value, threading.get_ident())))
    job.cancelled.connect(lambda: heard.append(("cancelled", None, threading.get_ident())))
    return heard


def test_the_result_comes_back_on_the_gui_thread(qtbot: QtBot, owner: QObject) -> None:
    worked_on: list[int] = []

    def work(ticket: Ticket) -> int:
        worked_on.append(threading.get_ident())
        ticket.tell(0.5, "half")
        return 42

    job = Job(work, owner)
    heard = endings(job)
    told: list[tuple[float, str]] = []
    job.told.connect(lambda done, text: told.append((done, text)))
    with qtbot.waitSignal(job.done, timeout=5000):
        job.start()
    assert heard == [("done", 42, threading.get_ident())]
    assert worked_on != [threading.get_ident()]
    assert told == [(0.5, "half")]


def test_one_that_has_ended_is_freed_with_nothing_in_it(qtbot: QtBot, owner: QObject) -> None:
    """As its child the timer would be freed twice, once by Python and once by Qt, which ends the process."""
    held = [Job(lambda ticket: 42, owner)]
    freed: list[bool] = []
    held[0].destroyed.connect(lambda: freed.append(True))
    with qtbot.waitSignal(held[0].done, timeout=5000):
        held[0].start()
    assert held[0].parent() is None
    qtbot.waitUntil(lambda: not held[0].children(), timeout=5000)
    held.clear()
    assert freed, "nothing but the person who made it holds it"


def test_an_error_comes_back_as_itself(qtbot: QtBot, owner: QObject) -> None:
    def work(ticket: Ticket) -> int:
        raise ValueError("no")

    job = Job(work, owner)
    heard = endings(job)
    with qtbot.waitSignal(job.failed, timeout=5000):
        job.start()
    assert [(how, str(value)) for how, value, _ in heard] == [("failed", "no")]


def test_cancelling_ends_it_at_its_next_word(qtbot: QtBot, owner: QObject) -> None:
    begun, go_on = threading.Event(), threading.Event()
    after: list[str] = []

    def work(ticket: Ticket) -> None:
        begun.set()
        go_on.wait(5)
        ticket.tell(0.5, "half")
        after.append("went on")

    job = Job(work, owner)
    heard = endings(job)
    with qtbot.waitSignal(job.cancelled, timeout=5000):
        job.start()
        begun.wait(5)
        job.cancel()
        go_on.set()
    assert [how for how, _, _ in heard] == ["cancelled"]
    assert after == []


def test_a_result_that_comes_after_cancelling_is_dropped(qtbot: QtBot, owner: QObject) -> None:
    go_on = threading.Event()

    def work(ticket: Ticket) -> str:
        go_on.wait(5)
        return "late"

    job = Job(work, owner)
    heard = endings(job)
    with qtbot.waitSignal(job.cancelled, timeout=5000):
        job.start()
        job.cancel()
        go_on.set()
    assert [how for how, _, _ in heard] == ["cancelled"]


def test_a_job_outlives_its_page_quietly(qtbot: QtBot, owner: QObject) -> None:
    go_on = threading.Event()
    ended = threading.Event()

    def work(ticket: Ticket) -> str:
        go_on.wait(5)
        ticket.tell(0.9, "nearly")
        ended.set()
        return "too late"

    job = Job(work, owner).start()
    heard = endings(job)
    owner.deleteLater()
    with qtbot.waitSignal(owner.destroyed, timeout=5000):
        pass
    go_on.set()
    qtbot.waitUntil(ended.is_set, timeout=5000)
    qtbot.waitUntil(lambda: all(thread.name != "layerdeck-job" for thread in threading.enumerate()), timeout=5000)
    assert heard == []


def test_of_two_jobs_only_the_latest_is_heard(qtbot: QtBot, owner: QObject) -> None:
    go_on = threading.Event()
    latest, heard = Latest(owner), list[str]()
    latest.done.connect(heard.append)
    latest.ended.connect(lambda: heard.append("ended"))

    def slow(ticket: Ticket) -> str:
        go_on.wait(5)
        return "slow"

    latest.begin(slow)
    latest.begin(lambda ticket: "quick")
    go_on.set()
    qtbot.waitUntil(lambda: not latest.busy, timeout=5000)
    qtbot.waitUntil(lambda: all(thread.name != "layerdeck-job" for thread in threading.enumerate()), timeout=5000)
    qtbot.wait(50)
    assert heard == ["ended", "quick"]


def test_what_a_person_can_mend_is_told_and_a_defect_goes_to_the_hook(qtbot: QtBot, owner: QObject) -> None:
    latest, heard = Latest(owner), list[object]()
    latest.failed.connect(lambda _: heard.append("failed"))
    latest.refused.connect(lambda error: heard.append(str(error)))

    def refuse(ticket: Ticket) -> None:
        raise EngineError("The file is gone")

    def break_down(ticket: Ticket) -> None:
        raise ZeroDivisionError("a defect")

    latest.begin(refuse)
    qtbot.waitUntil(lambda: not latest.busy, timeout=5000)
    assert heard == ["failed", "The file is gone."]
    with qtbot.captureExceptions() as defects:
        latest.begin(break_down)
        qtbot.waitUntil(lambda: bool(defects), timeout=5000)
    assert [str(error) for _, error, _ in defects] == ["a defect"]
    assert heard == ["failed", "The file is gone.", "failed"]
    assert not latest.busy


def test_a_job_that_is_given_up_is_not_heard(qtbot: QtBot, owner: QObject) -> None:
    latest, heard = Latest(owner), list[object]()
    for signal in (latest.done, latest.refused):
        signal.connect(heard.append)
    latest.begin(lambda ticket: "late")
    assert latest.cancel()
    assert not latest.cancel()
    assert latest.shutdown(5)
    qtbot.waitUntil(lambda: all(thread.name != "layerdeck-job" for thread in threading.enumerate()), timeout=5000)
    qtbot.wait(50)
    assert heard == []
