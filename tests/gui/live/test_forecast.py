from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine import system
from engine.layers import Block
from engine.layers.core.basics import Dense
from engine.layers.image.convolution import Conv2d
from engine.memory import training_bytes
from engine.record.events import Finished, Progress, Searching, Started
from engine.record.request import TrainingRequest
from engine.runs.folder import RunFolder
from engine.training.probing import forecast as engine_forecast
from gui.kit.amounts import size
from gui.live.forecast import Forecast
from gui.shared.context import Context
from gui.shell.strip.outlook import duration, plan, waits
from gui.shell.strip.strip import Strip
from tests.engine.runs import recorded
from tests.gui.runs_helpers import SECONDS, ready, small


@pytest.fixture
def forecast(context: Context) -> Iterator[Forecast]:
    engine_forecast._known.clear()
    yield context.forecast
    assert context.forecast.shutdown(30)


def known(qtbot: QtBot, forecast: Forecast) -> None:
    qtbot.waitUntil(lambda: forecast.speed is not None, timeout=SECONDS)


def test_memory_is_known_at_once_and_time_after_a_probe(qtbot: QtBot, context: Context, forecast: Forecast) -> None:
    project = small("circle")
    ready(qtbot, context, project)
    assert context.document.facts is not None
    assert forecast.memory == training_bytes(project, context.document.facts)
    assert forecast.largest == context.document.facts.train
    assert forecast.seconds is None
    forecast.begin()
    known(qtbot, forecast)
    assert forecast.speed is not None
    assert forecast.seconds == pytest.approx(3 * forecast.speed.seconds_per_epoch)
    assert sum(forecast.share_of(layer.id) or 0.0 for layer in context.document.network.layers) == pytest.approx(1)
    part, share = forecast.ms_of("dense"), forecast.share_of("dense")
    assert part is not None
    assert share is not None
    assert part == pytest.approx(1000 * share * forecast.speed.seconds_per_step)
    assert forecast.ms_of("input") is None


def test_an_edit_asks_anew_and_more_epochs_do_not(qtbot: QtBot, context: Context, forecast: Forecast) -> None:
    ready(qtbot, context, small("circle"))
    forecast.begin()
    known(qtbot, forecast)
    first, project = forecast.speed, context.document.project
    context.document.edit("Set epochs", project.changed(training=project.training.changed(epochs=50)))
    assert forecast.speed is first
    assert first is not None
    assert forecast.seconds == pytest.approx(50 * first.seconds_per_epoch)
    context.document.edit("Set units", context.document.network.with_values("dense", units=8))
    assert forecast.speed is None
    known(qtbot, forecast)
    assert forecast.speed is not first


def test_nothing_is_forecast_for_what_cannot_train(qtbot: QtBot, context: Context, forecast: Forecast) -> None:
    ready(qtbot, context, small("circle"))
    forecast.begin()
    last = context.document.network.layers[-2].id
    context.document.edit("Set units", context.document.network.with_values(last, units=7))
    assert context.document.report.problems
    assert forecast.memory is None
    assert forecast.largest is None
    assert not forecast._later.isActive()


def test_a_run_sends_the_probe_away_and_has_the_same_bits(qtbot: QtBot, context: Context, forecast: Forecast) -> None:
    ready(qtbot, context, small("circle"))
    plain = losses(qtbot, context)
    forecast.begin()
    qtbot.waitUntil(lambda: forecast._probing.busy, timeout=SECONDS)
    job = forecast._probing._job
    assert job is not None
    watched = losses(qtbot, context)
    assert np.array_equal(plain, watched)
    assert job.wait(30)


def losses(qtbot: QtBot, context: Context) -> np.ndarray:
    context.session.train()
    assert context.session.state == "starting"
    assert not context.forecast._probing.busy
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    assert context.session.live is not None
    return RunFolder(context.session.live.folder).losses()


def test_the_strip_says_what_training_costs(qtbot: QtBot, context: Context, forecast: Forecast) -> None:
    ready(qtbot, context, small("circle"))
    strip = Strip(context)
    qtbot.addWidget(strip)
    assert forecast.memory is not None
    text = strip.lines.text()
    assert "3 epochs · 42 steps of 32" in text
    assert f"{size(forecast.memory)} of memory · any batch fits" in text
    assert "on this machine" not in text
    forecast.begin()
    known(qtbot, forecast)
    assert "on this machine" in strip.lines.text()


def test_the_largest_batch_is_one_that_this_process_may_have_the_memory_for(
    qtbot: QtBot, context: Context, forecast: Forecast, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = small("digits")
    ready(qtbot, context, project)
    facts = context.document.facts
    assert facts is not None
    limit = training_bytes(project.changed(training=project.training.changed(batch_size=100)), facts)
    monkeypatch.setattr(system, "whole_memory", lambda: limit)
    context.document.edit("Set note", project.changed(training=project.training.changed(batch_size=16)))
    assert forecast.largest == 64
    strip = Strip(context)
    qtbot.addWidget(strip)
    assert strip.lines.text().endswith("of memory · largest batch 64")


def test_the_strip_says_what_is_waited_for(qtbot: QtBot, context: Context) -> None:
    ready(qtbot, context, small("circle", epochs=100_000))
    strip = Strip(context)
    qtbot.addWidget(strip)
    session, before = context.session, []
    session.happened.connect(lambda _: (strip.refresh(), before.append(strip.lines.text())))
    session.train()
    strip.refresh()
    assert strip.lines.text() == "The engine is being loaded"
    qtbot.waitUntil(lambda: session.live is not None and session.live.eta is not None, timeout=SECONDS)
    assert session.live is not None
    assert before[0] == "Making the network ready"
    assert before[1].startswith("step 0 of 1,400,000")
    strip.refresh()
    assert strip.eta.text()
    session.live.feed(Searching(session.live.step))
    strip.refresh()
    said = strip.title.text(), strip.eta.text(), strip.lines.text()
    assert said == ("Memory ran out", "", "Looking for a batch size that fits")
    session.stop()
    qtbot.waitUntil(lambda: session.state == "idle", timeout=SECONDS)
    assert strip.title.text().startswith("Stopped at step")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "a second"),
        (41, "41 s"),
        (160, "2 min 40 s"),
        (3_600 + 300, "1 h 5 min"),
        (2 * 86_400 + 3_600, "2 days 1 h"),
    ],
)
def test_a_stretch_of_time(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_the_strip_names_a_layer_inside_a_block(qtbot: QtBot, context: Context, forecast: Forecast) -> None:
    ready(qtbot, context, small("circle"))
    block = Block(layers=(Dense(id="dense", units=64), Conv2d(id="conv2d")))
    context.document.edit("Add block", context.document.network.insert(block, 2)[0])
    assert context.document.report.problems[0].layer == "block.conv2d"
    assert waits(context.document).endswith(": Conv 2D")
    strip = Strip(context)
    qtbot.addWidget(strip)
    with qtbot.waitSignal(strip.problem_clicked) as pressed:
        strip.problem.click()
    assert pressed.args == ["block.conv2d"]
    assert strip.problem.toolTip() == context.document.report.reason


def test_what_a_run_took_beats_the_probe(qtbot: QtBot, context: Context, forecast: Forecast) -> None:
    """Beside a finished run of the same settings nothing else is said than what it took; other work is probed."""
    project, took = small("circle", epochs=3), 12.0
    ready(qtbot, context, project)
    dataset = context.loader.dataset
    assert dataset is not None
    losses = np.ones(9, np.float32)
    events = [Started("cpu", 1, 3, 9), Progress(9, losses, 0.1, took), Finished(9)]
    recorded.tell(TrainingRequest(project, dataset, context.session.root / "earlier"), events)
    forecast.begin()
    qtbot.waitUntil(lambda: forecast.learned, timeout=SECONDS)
    assert forecast.seconds == pytest.approx(took)
    context.document.edit("Epochs", project.changed(training=project.training.changed(epochs=9)))
    assert forecast.seconds == pytest.approx(3 * took)
    assert any("as in an earlier run" in line for line in plan(context.document, forecast))
    dense = context.document.network.layers[1]
    context.document.edit("Units", context.document.network.with_values(dense.id, units=50))
    assert not forecast.learned
    known(qtbot, forecast)
    assert not forecast.learned
