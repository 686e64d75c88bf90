"""The learning-rate finder: a curve and a rate that trains, nothing changed, ended in time."""

from __future__ import annotations

import math
import threading
from itertools import pairwise

import numpy as np
import pytest
import torch

from engine.choices.losses import MeanSquaredError
from engine.choices.optimizers import OPTIMIZERS, Adam, Sgd
from engine.errors import Cancelled, EngineError
from engine.layers.core.basics import Dense
from engine.network import Network
from engine.record.control import Control
from engine.record.events import EpochEnd, Snapshot
from engine.record.request import TrainingRequest
from engine.training.loop import train
from engine.training.probing import forecast, rate_finder
from engine.training.probing.rate_finder import Found, Tried, find, found
from tests.engine.toys import line, project, rings
from tests.engine.training.clocks import Counter


def searched(wanted, data, **limits) -> tuple[list[Tried], Found]:
    """However long it takes."""
    *points, last = find(wanted, data, **{"clock": Counter(1e-6), **limits})
    assert isinstance(last, Found)
    return points, last


def curve(losses) -> Found:
    """What the finder says of a curve of losses over rates from 1e-7 to 10."""
    rates = np.geomspace(1e-7, 10, len(losses))
    return found(
        [Tried(float(rate), float(loss), float(loss)) for rate, loss in zip(rates, losses, strict=True)], "worse"
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda kind: kind.title)
def test_the_suggested_rate_trains_with_every_optimizer(tmp_path, optimizer):
    wanted = project(optimizer=optimizer(), epochs=8)
    _, result = searched(wanted, rings())
    slow, right = (last_loss(wanted, result.suggestion * factor, tmp_path) for factor in (1e-3, 1))
    assert right < min(slow, 0.6)  # a guess costs 0.69


def last_loss(wanted, rate, folder) -> float:
    training = wanted.training.changed(optimizer=wanted.training.optimizer.changed(learning_rate=rate))
    request = TrainingRequest(wanted.changed(training=training), rings(), folder)
    ends = [event for event in train(request, Control()) if isinstance(event, EpochEnd)]
    return ends[-1].loss if ends else math.nan


def test_the_rate_grows_by_the_same_factor_and_ends_where_the_loss_has_grown():
    points, result = searched(project(optimizer=Sgd()), rings())
    factors = {round(after.rate / before.rate, 6) for before, after in pairwise(points)}
    assert len(factors) == 1
    assert points[0].rate == pytest.approx(1e-7)
    assert result.points == tuple(points)
    assert result.why in ("worse", "through")


def test_it_ends_at_four_times_the_best_smoothed_loss():
    points, result = searched(project(), rings())
    best = [min(point.smoothed for point in points[: place + 1]) for place in range(len(points))]
    assert result.why == "worse"
    assert points[-1].smoothed > 4 * best[-1]
    assert all(point.smoothed <= 4 * least for point, least in zip(points[:-1], best[:-1], strict=True))


def test_a_loss_that_is_lost_ends_it_and_is_no_point_of_the_curve():
    network = Network.stack(Dense(units=64), Dense(units=64), Dense(units=1, activation="none"))
    wanted = project(network, optimizer=Sgd(), loss=MeanSquaredError(), metrics=("r2",))
    points, result = searched(wanted, line(), low=1e-3, high=1e12, steps=12)
    assert result.why in ("lost", "worse")
    assert all(math.isfinite(point.loss) for point in points)


def test_the_steepest_descent_and_a_tenth_of_the_lowest():
    """A loss that falls from 2 to 1 around 1e-3, is lowest before 1e-1 and rises then."""
    exponents = np.linspace(-7, 1, 161)
    losses = 1.5 - 0.5 * np.tanh((exponents + 3) * 2) + np.where(exponents > -1, (exponents + 1) * 3, 0)
    result = curve(losses)
    assert math.log10(result.steepest) == pytest.approx(-3, abs=0.1)
    assert math.log10(result.tenth) == pytest.approx(-2, abs=0.4)
    assert result.suggestion == pytest.approx(result.steepest, rel=0.05)


def test_noise_before_anything_is_learned_is_no_descent():
    exponents = np.linspace(-7, 1, 161)
    noise = np.where(exponents < -4, np.random.default_rng(0).normal(0, 0.3, 161), 0)
    noise[40] += 5  # one odd batch
    losses = 2 - np.clip((exponents + 4) / 3, 0, 1) + np.where(exponents > -1, (exponents + 1) * 3, 0) + noise
    assert -4.2 < math.log10(curve(losses).steepest) < -1


def test_a_loss_that_only_rises_suggests_nothing():
    result = curve(np.linspace(1, 9, 100))
    assert (result.steepest, result.tenth, result.suggestion) == (None, None, None)


def test_nothing_is_changed_and_a_run_has_the_same_bits(tmp_path):
    request = TrainingRequest(project(), rings(), tmp_path)
    without = last_snapshot(request)
    torch.manual_seed(7)
    before, frozen = torch.get_rng_state(), request.project.model_dump_json()
    first = searched(request.project, request.dataset)
    assert torch.equal(torch.get_rng_state(), before)
    assert request.project.model_dump_json() == frozen
    after = last_snapshot(request)
    assert all(np.array_equal(without[name], after[name]) for name in without)
    assert searched(request.project, request.dataset) == first  # and it finds the same again


def last_snapshot(request):
    return [event for event in train(request, Control()) if isinstance(event, Snapshot)][-1].arrays


def test_between_two_points_the_random_state_is_the_callers():
    """A chart may draw it while something else draws random numbers; neither notices the other."""
    alone, _ = searched(project(), rings())
    torch.manual_seed(3)
    expected = torch.rand(len(alone))
    torch.manual_seed(3)
    drawn, points = [], []
    for point in find(project(), rings()):
        if isinstance(point, Tried):
            points.append(point)
            drawn.append(torch.rand(1))
    assert points == alone
    assert torch.equal(torch.cat(drawn), expected)


def test_it_gives_up_between_two_steps_and_lets_others_in():
    asked: list[int] = []

    def stopping() -> bool:
        asked.append(len(asked))
        return len(asked) > 9

    with pytest.raises(Cancelled):
        list(find(project(), rings(), stopping=stopping))
    assert not forecast.alone.locked()


def test_a_search_that_is_dropped_lets_others_in():
    search = find(project(), rings())
    next(search)
    assert forecast.alone.locked()
    search.close()
    assert not forecast.alone.locked()


def test_it_waits_for_a_forecast_that_goes_on():
    came: list[object] = []
    thread = threading.Thread(target=lambda: came.extend(find(project(), rings())))
    with forecast.alone:
        thread.start()
        thread.join(0.2)
        assert not came
    thread.join(30)
    assert isinstance(came[-1], Found)


def test_a_slow_network_tries_fewer_rates():
    points, _ = searched(project(optimizer=Adam()), rings(), seconds=1.0, clock=Counter(0.05))
    assert rate_finder.FEWEST / 2 <= len(points) <= rate_finder.FEWEST + 10  # ticks also pass between the steps


def test_a_first_loss_that_is_no_number_is_one_sentence():
    data = rings()
    data.train.inputs[:] = np.inf
    with pytest.raises(EngineError, match="not a number from the first step on"):
        list(find(project(), data))
