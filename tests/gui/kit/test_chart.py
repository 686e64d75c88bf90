from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.record.events import EpochEnd
from gui.kit import theme
from gui.kit.chart import Chart, Ticks, _Pen
from gui.kit.numbers import measured, plain
from gui.live.curves import Series
from gui.shared.drawing import RunCurve, draw_losses, losses_at
from tests.gui.drawn import points_of


@pytest.fixture
def chart(qtbot: QtBot) -> Chart:
    chart = Chart()
    qtbot.addWidget(chart)
    chart.resize(600, 300)
    chart.show()
    return chart


def curve(steps: int) -> RunCurve:
    losses = np.linspace(2.0, 0.1, steps, dtype=np.float32)
    half = steps // 2
    return RunCurve(Series(losses), [EpochEnd(1, half, 1.0, 0.9), EpochEnd(2, steps, 0.5, 0.4)], 0, half)


def test_a_million_steps_are_drawn_with_at_most_four_points_a_column(chart: Chart):
    draw_losses(chart, curve(1_000_000), axis="step", smooth=0.9, colours=("training", "validation"))
    x, y = points_of(chart, "training")
    assert 0 < len(x) == len(y) <= 4 * chart.columns
    assert x[-1] == pytest.approx(1_000_000, rel=0.01)
    assert y.max() == pytest.approx(2.0, abs=0.01)


def test_counted_in_epochs_the_axis_ends_at_the_last_epoch(chart: Chart):
    draw_losses(chart, curve(100), axis="epoch", smooth=0.0, colours=("training", "validation"))
    assert points_of(chart, "training")[0][-1] == pytest.approx(2.0)
    assert list(points_of(chart, "validation")[0]) == [1.0, 2.0]


def test_smoothing_is_drawn_only_when_it_is_on(chart: Chart):
    draw_losses(chart, curve(100), axis="step", smooth=0.0, colours=("training", "validation"))
    assert len(points_of(chart, "smoothed")[0]) == 0
    draw_losses(chart, curve(100), axis="step", smooth=0.9, colours=("training", "validation"))
    assert len(points_of(chart, "smoothed")[0]) == 100


def test_a_logarithmic_axis_shows_the_numbers_themselves(chart: Chart):
    chart.set_log(True)
    chart.set_line("a", np.array([1.0, 2.0]), np.array([0.01, 100.0]), "training")
    np.testing.assert_allclose(points_of(chart, "a")[1], [-2.0, 2.0])
    values = chart.left.tickValues(-2.0, 2.0, 300)[0][1]
    assert chart.left.tickStrings(values, 1, 1) == ["0.01", "0.1", "1", "10", "100"]


def test_zero_on_a_logarithmic_axis_is_the_bottom_not_an_error(chart: Chart):
    chart.set_log(True)
    chart.set_line("a", np.array([1.0, 2.0]), np.array([0.0, 1.0]), "training")
    assert np.isfinite(points_of(chart, "a")[1]).all()


def test_losses_that_are_not_numbers_do_not_break_the_range(chart: Chart):
    chart.set_line("a", np.arange(3.0), np.array([1.0, np.nan, np.inf]), "training")
    chart.fit()
    low, high = chart.plot.getPlotItem().getViewBox().viewRange()[1]
    assert np.isfinite([low, high]).all()


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 0.003), (-5, 5), (0, 123_456)])
def test_ticks_are_few_round_and_inside(low: float, high: float):
    ticks = Ticks("left", most=6)
    values = ticks.tickValues(low, high, 300)[0][1]
    assert 3 <= len(values) <= 8
    assert all(low <= value <= high for value in values)


def test_the_readout_says_the_loss_of_a_step_and_the_last_measured_epoch():
    line = curve(100)
    assert losses_at(line, 1) == (pytest.approx(2.0), None)
    assert losses_at(line, 75)[1] == 0.9
    assert losses_at(line, 100) == (pytest.approx(0.1), 0.4)
    assert losses_at(line, 5000)[0] is None


def test_numbers_are_written_short():
    assert [plain(value) for value in (0.09412, 2.3, 99.0, 18_400.0, 1.2e-5, None, float("nan"))] == [
        "0.094",
        "2.300",
        "99",
        "18,400",
        "1.2e-5",
        "–",
        "not a number",
    ]
    assert measured("accuracy", 0.9718) == "97.2 %"
    assert measured("mae", 44.51) == "44.5"


def test_another_theme_takes_the_chart_along(qtbot: QtBot, qapp: QApplication, chart: Chart):
    chart.set_dots("a", np.array([1.0, 2.0]), np.array([1.0, 2.0]), "training")
    chart.fit()
    try:
        theme.apply(qapp, "light")
        assert chart.plot.backgroundBrush().color().name() == theme.LIGHT.panel
        image = chart.grab().toImage()
        assert image.pixelColor(2, 2).name() == theme.LIGHT.panel
    finally:
        theme.apply(qapp, "dark")


def test_an_empty_chart_has_no_numbers(chart: Chart):
    assert chart.left.tickValues(0, 1, 300) == []
    chart.set_line("a", np.arange(3.0), np.arange(3.0), "training")
    assert chart.left.tickValues(0, 1, 300)
    chart.remove_all()
    assert chart.left.tickValues(0, 1, 300) == []


def test_validation_is_dashed_where_the_colour_does_not_tell(chart: Chart):
    draw_losses(chart, curve(4), axis="step", smooth=0.0, colours=("#ff0000", "#ff0000"))
    assert chart._pens["validation"].pen(1.0).dashPattern()
    assert not chart._pens["training"].pen(1.0).dashPattern()
    draw_losses(chart, curve(4), axis="step", smooth=0.0, colours=("training", "validation"))
    assert not chart._pens["validation"].pen(1.0).dashPattern()


@pytest.mark.parametrize("ratio", [1.0, 2.0, 1.5])
def test_a_line_is_as_wide_as_asked_on_a_screen_of_any_density(chart: Chart, ratio: float):
    assert _Pen("training", 2.0).pen(ratio).widthF() == 2.0 * ratio
    assert _Pen("training", 0.5).pen(ratio).widthF() == 1.0  # never less than a pixel of the screen
    assert _Pen("training", 0.5, 0.35).pen(ratio).color().alpha() == 255


def test_a_pale_line_lies_below_the_others_and_takes_a_new_themes_ground(chart: Chart, qapp: QApplication):
    chart.set_line("raw", np.arange(3.0), np.arange(3.0), "training", pale=0.35)
    chart.set_line("mean", np.arange(3.0), np.arange(3.0), "training", width=2.0)
    assert chart._lines["raw"].zValue() < chart._lines["mean"].zValue()
    before = chart._lines["raw"].opts["pen"].color()
    try:
        theme.apply(qapp, "light" if theme.tokens() is theme.DARK else "dark")
        after = chart._lines["raw"].opts["pen"].color()
        assert before != after
        assert abs(after.lightness() - chart._lines["mean"].opts["pen"].color().lightness()) > 40
    finally:
        theme.apply(qapp, "dark")


def test_names_of_axes_can_be_read_after_a_switch_of_theme(chart: Chart, qapp: QApplication):
    chart.name_axes("true y", "answered")
    try:
        theme.apply(qapp, "light")
        assert theme.LIGHT.dim in chart.left.label.toHtml()
        assert theme.LIGHT.dim in chart.bottom.label.toHtml()
    finally:
        theme.apply(qapp, "dark")
