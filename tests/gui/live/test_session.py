from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.choices.optimizers import Sgd
from engine.record.events import (
    Diverged,
    EpochEnd,
    Event,
    Finished,
    Paused,
    Preparing,
    Progress,
    Resumed,
    Started,
    Stopped,
)
from engine.runs.folder import RunFolder
from gui.shared.context import Context
from tests.gui.runs_helpers import SECONDS, ready, small, trained


@pytest.fixture
def events(context: Context) -> list[Event]:
    seen: list[Event] = []
    context.session.happened.connect(seen.append)
    return seen


def idle(qtbot: QtBot, context: Context) -> None:
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)


def running(qtbot: QtBot, context: Context, steps: int = 1) -> None:
    live = context.session.live
    assert live is not None
    qtbot.waitUntil(lambda: live.step >= steps, timeout=SECONDS)


def test_a_run_goes_from_starting_to_finished(qtbot: QtBot, context: Context, events: list[Event]):
    states: list[str] = []
    context.session.state_changed.connect(lambda: states.append(context.session.state))
    folder = trained(qtbot, context, small("circle"))
    assert states == ["starting", "running", "idle"]
    assert events[0] == Preparing()
    assert isinstance(events[1], Started)
    assert isinstance(events[-1], Finished)
    assert sum(isinstance(event, EpochEnd) for event in events) == 3
    live = context.session.live
    assert live is not None
    assert live.progress == 1.0
    np.testing.assert_array_equal(live.losses, RunFolder(folder).losses())
    assert RunFolder(folder).status().state == "finished"
    assert context.session.chosen.folder == folder


def test_everything_reaches_the_screen_on_the_gui_thread(qtbot: QtBot, context: Context):
    threads: set[threading.Thread] = set()
    for signal in (context.session.happened, context.session.drained, context.session.state_changed):
        signal.connect(lambda *_: threads.add(threading.current_thread()))
    trained(qtbot, context, small("circle"))
    assert threads == {threading.main_thread()}


def test_the_time_left_does_not_hang_on_when_the_screen_looks(qtbot: QtBot, context: Context):
    session, left = context.session, list[float | None]()
    ready(qtbot, context, small("circle"))
    session._runner.made.connect(lambda: session._runner.wait(60))  # all that it says is taken in at one moment
    session.happened.connect(lambda event: left.append(session.live.eta) if isinstance(event, EpochEnd) else None)
    session.train()
    idle(qtbot, context)
    assert len(left) == 3
    assert left[0] is not None
    assert left[0] > 0


def test_the_timer_lives_only_while_a_run_does(qtbot: QtBot, context: Context):
    timer = context.session._timer
    assert not timer.isActive()
    ready(qtbot, context, small("circle", epochs=10_000))
    context.session.train()
    running(qtbot, context)
    assert timer.isActive()
    context.session.stop()
    idle(qtbot, context)
    assert not timer.isActive()


def test_pause_waits_between_two_steps_and_goes_on(qtbot: QtBot, context: Context, events: list[Event]):
    ready(qtbot, context, small("circle", epochs=10_000))
    context.session.train()
    running(qtbot, context)
    context.session.pause()
    qtbot.waitUntil(lambda: context.session.state == "paused", timeout=SECONDS)
    live = context.session.live
    assert live is not None
    step = live.step
    qtbot.wait(200)
    assert live.step == step
    context.session.go_on()
    running(qtbot, context, step + 1)
    assert context.session.state == "running"
    context.session.stop()
    assert context.session.state == "stopping"
    idle(qtbot, context)
    kinds = [type(event) for event in events]
    assert kinds.index(Paused) < kinds.index(Resumed) < kinds.index(Stopped)
    assert RunFolder(live.folder).trained


def test_stop_while_the_engine_is_starting_ends_in_a_named_event(qtbot: QtBot, context: Context, events: list[Event]):
    ready(qtbot, context, small("circle", epochs=10_000))
    context.session.train()
    context.session.stop()
    assert context.session.state == "stopping"
    idle(qtbot, context)
    assert isinstance(events[-1], Stopped)


def test_a_learning_rate_that_is_far_too_large_is_one_sentence(qtbot: QtBot, context: Context):
    told: list[str] = []
    context.session.told.connect(told.append)
    project = small("diabetes", epochs=200)
    project = project.changed(training=project.training.changed(optimizer=Sgd(learning_rate=100.0)))
    trained(qtbot, context, project)
    live = context.session.live
    assert live is not None
    assert isinstance(live.ended, Diverged)
    assert len(told) == 1
    assert "learning rate" in told[0]
    assert not np.isfinite(live.losses[-1]) or len(live.losses) == 0


def test_without_data_train_says_what_it_waits_for(context: Context):
    told: list[str] = []
    context.session.told.connect(told.append)
    context.session.train()
    assert context.session.state == "idle"
    assert context.session.live is None
    assert len(told) == 1
    assert "data" in told[0].lower()


def test_a_problem_keeps_train_waiting(qtbot: QtBot, context: Context):
    ready(qtbot, context, small("iris"))
    dense = context.document.network.layers[-2]
    context.document.edit("Units", context.document.network.with_values(dense.id, units=7))
    assert context.session.obstacle() == context.document.report.problems[0].message
    context.session.train()
    assert context.session.state == "idle"


def test_a_run_is_frozen_edits_count_for_the_next(qtbot: QtBot, context: Context):
    ready(qtbot, context, small("circle", epochs=10_000))
    context.session.train()
    running(qtbot, context)
    project = context.document.project
    context.document.edit("Batch", project.changed(training=project.training.changed(batch_size=7)))
    live = context.session.live
    assert live is not None
    assert live.project.training.batch_size != 7
    context.session.stop()
    idle(qtbot, context)
    assert RunFolder(live.folder).project().training.batch_size != 7


def test_only_one_run_at_a_time(qtbot: QtBot, context: Context):
    ready(qtbot, context, small("circle", epochs=10_000))
    context.session.train()
    first = context.session.live
    context.session.train()
    assert context.session.live is first
    context.session.stop()
    idle(qtbot, context)


def test_shutdown_stops_saves_and_waits(qtbot: QtBot, context: Context, events: list[Event]):
    ready(qtbot, context, small("circle", epochs=10_000))
    context.session.train()
    running(qtbot, context)
    assert context.session.shutdown(30)
    assert context.session.state == "idle"
    assert isinstance(events[-1], Stopped)
    assert context.session.live is not None
    assert RunFolder(context.session.live.folder).trained


def test_a_folder_that_cannot_be_written_is_refused_in_one_sentence(qtbot: QtBot, context: Context):
    context.session.root.parent.mkdir(parents=True, exist_ok=True)
    context.session.root.write_text("a file stands where the folder should be")
    told: list[str] = []
    context.session.told.connect(told.append)
    ready(qtbot, context, small("circle"))
    context.session.train()
    assert (context.session.state, context.session.live) == ("idle", None)
    assert len(told) == 1
    assert "cannot be written" in told[0]


def test_events_come_in_order_with_every_step_once(qtbot: QtBot, context: Context, events: list[Event]):
    trained(qtbot, context, small("moons", epochs=4))
    steps = [event.step for event in events if isinstance(event, Progress)]
    counts = [len(event.losses) for event in events if isinstance(event, Progress)]
    assert steps == list(np.cumsum(counts))


def test_another_project_forgets_the_run_of_the_last_one(qtbot: QtBot, context: Context):
    trained(qtbot, context, small("circle"), "first")
    changes: list[object] = []
    context.session.state_changed.connect(lambda: changes.append(context.session.live))
    context.document.open(small("iris"), None, "second")
    assert context.session.live is None
    assert context.session.chosen.folder is None
    assert changes == [None], "who shows the run is told"


def test_saving_keeps_the_run(qtbot: QtBot, context: Context, tmp_path: Path):
    folder = trained(qtbot, context, small("circle"))
    context.document.save(tmp_path / "a.layerdeck")
    assert context.session.live is not None
    assert context.session.chosen.folder == folder


def test_a_run_goes_on_by_its_own_name_and_is_forgotten_when_it_ends(qtbot: QtBot, context: Context):
    said: list[str] = []
    context.session.noted.connect(said.append)
    ready(qtbot, context, small("circle", epochs=10_000), "first")
    context.session.train()
    running(qtbot, context)
    assert context.session.other == ""
    context.document.open(small("iris"), None, "second")
    live = context.session.live
    assert live is not None
    assert context.session.other == "first"
    context.session.stop()
    idle(qtbot, context)
    assert context.session.live is None
    assert context.session.other == ""
    assert context.session.chosen.folder is None
    assert len(said) == 1
    assert "first" in said[0]
    assert RunFolder(live.folder).status().state == "stopped"
