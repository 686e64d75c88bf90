from __future__ import annotations

import numpy as np
import pytest

from gui.live.curves import BLOCK, Series, smoothed


def noise(count: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=count).astype(np.float32)


def test_values_are_kept_whole_however_they_came():
    values = noise(5000)
    series = Series()
    for part in np.split(values, [1, 3, 700, 701, 4000]):
        series.extend(part)
    np.testing.assert_array_equal(series.values, values)


def test_few_steps_are_drawn_one_by_one():
    series = Series(noise(90))
    x, y = series.outline(0, 90, 100)
    np.testing.assert_array_equal(x, np.arange(90))
    np.testing.assert_array_equal(y, series.values)


@pytest.mark.parametrize("count", [1_000, 20_000, 400_000])
def test_outline_has_the_low_and_high_of_each_column(count: int):
    values = noise(count)
    values[count // 3] = 99.0  # one spike among many steps must be seen
    values[count // 2] = -99.0
    series = Series(values)
    x, y = series.outline(0, count, 200)
    assert len(x) == len(y) <= 4 * 200
    assert y.max() == 99.0
    assert y.min() == -99.0
    assert abs(x[y.argmax()] - count / 3) <= count / 200 + BLOCK
    assert np.all(np.diff(x) >= 0)


def test_outline_of_a_part_stays_inside_it():
    series = Series(np.arange(300_000, dtype=np.float32))
    x, y = series.outline(100_000, 200_000, 100)
    assert x.min() >= 100_000 - BLOCK
    assert x.max() <= 200_000
    assert y.min() >= 100_000 - BLOCK
    assert y.max() <= 200_000


@pytest.mark.parametrize("count", [1_000, 300_000])
def test_means_are_those_of_the_columns(count: int):
    series = Series(np.arange(count, dtype=np.float32))
    x, y = series.means(0, count, 50)
    np.testing.assert_allclose(y, x, rtol=0.02, atol=BLOCK)


def test_smoothing_is_a_running_mean_that_starts_at_the_first_value():
    result = smoothed(np.array([2.0, 4.0, np.nan, 4.0]), 0.5)
    assert result[0] == pytest.approx(2.0)
    assert result[1] == pytest.approx((0.5 * 1.0 + 2.0) / 0.75)
    assert result[2] == result[1]  # what is not a number does not count
    assert np.all(np.isfinite(result))


@pytest.mark.parametrize("weight", [0.6, 0.9, 0.97])
def test_smoothing_begins_as_the_plain_mean(weight: float):
    values = np.linspace(8.0, 1.0, 40) + noise(40)
    plain, result = np.cumsum(values) / np.arange(1, 41), smoothed(values, weight)
    assert result[0] == pytest.approx(values[0], rel=1e-6), "not pulled to zero, nor held at the first value"
    assert result[1] == pytest.approx((weight * values[0] + values[1]) / (1 + weight), rel=1e-6)
    np.testing.assert_allclose(result[:3], plain[:3], rtol=(1 - weight) / 2)
    steady = smoothed(np.full(40, 3.0), weight)
    np.testing.assert_allclose(steady, 3.0, rtol=1e-6)


def test_no_smoothing_leaves_the_values():
    values = noise(50)
    np.testing.assert_allclose(smoothed(values, 0.0), values, rtol=1e-6)
