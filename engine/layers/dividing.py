"""Sharing a number out evenly: heads, groups, patches."""

from __future__ import annotations


def divisors(number: int) -> list[int]:
    """Whole numbers that divide `number` (1 or more), smallest first."""
    small = [value for value in range(1, int(number**0.5) + 1) if number % value == 0]
    return small + [number // value for value in reversed(small) if value * value != number]


def nearest_divisor(number: int, wish: int) -> int:
    """The divisor of `number` nearest to `wish`; of two as near, the smaller."""
    return min(divisors(number), key=lambda value: (abs(value - wish), value))
