"""Measures and counts as the screen writes them."""

from __future__ import annotations

import math

import pytest

from gui.kit.amounts import counted
from gui.kit.forms.numbers import one_of
from gui.kit.numbers import digits, plain, powers, told_apart


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0.000"),
        (0.0942, "0.094"),
        (2.313, "2.313"),
        (31.42, "31.4"),
        (18_400.2, "18,400"),
        (1.2e-5, "1.2e-5"),
        (15_105_833_041_920.0, "1.5e13"),
        (-3e33, "-3.0e33"),
    ],
)
def test_a_number_is_short_however_large_or_small_it_is(value: float, words: str):
    assert plain(value) == words


def test_powers_of_ten_have_no_needless_signs():
    assert powers("4e+06 %") == "4e6 %"
    assert powers("2.5e-10") == "2.5e-10"
    assert powers("1,000") == "1,000"


def test_one_is_not_many():
    assert [counted(number, "1 run", "{0} runs") for number in (0, 1, 1204)] == ["0 runs", "1 run", "1,204 runs"]


@pytest.mark.parametrize(("many", "one"), [("batches", "batch"), ("epochs", "epoch"), ("px", "px"), ("", "")])
def test_a_unit_after_one(many: str, one: str):
    assert one_of(many) == one


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0"), (0.00052, "0.00052"), (0.52, "0.52"), (3.96, "4.0"), (9.97, "10"), (105.2, "105"), (1250.4, "1,250")],
)
def test_a_speed_is_never_a_power_of_ten(value: float, words: str):
    assert digits(value) == words


@pytest.mark.parametrize(
    ("value", "spread", "words"),
    [
        (1_700_000_052.44, 40.0, "1,700,000,052.4"),
        (2_459_000.5, 0.3, "2,459,000.500"),
        (1998.2, 0.7, "1,998.200"),
        (2543.2, 300.0, "2,543"),
        (0.0, 40.0, "0.000"),
        (152.0, 77.0, "152"),
        (5.0, 0.0, "5.000"),
        (math.nan, 1.0, "not a number"),
    ],
)
def test_numbers_far_from_zero_are_told_apart(value: float, spread: float, words: str):
    assert told_apart(value, spread) == words
