"""Amounts in three digits."""

from __future__ import annotations

import pytest

from gui.kit.amounts import short, size


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (650, "650"),
        (999, "999"),
        (1000, "1.00 k"),
        (49_664, "49.7 k"),
        (99_960, "100 k"),
        (999_600, "1.00 M"),
        (1_280_000, "1.28 M"),
        (2.5e9, "2.50 G"),
    ],
)
def test_short(number: float, text: str) -> None:
    assert short(number) == text


def test_size_says_bytes() -> None:
    assert size(13_100_000) == "13.1 MB"
    assert size(12) == "12 B"
