"""Amounts in the few digits that fit on a card or a tile: 49.7 k, 1.28 M, 13.1 MB."""

from __future__ import annotations

STEPS = ("", "k", "M", "G", "T", "P")


def short(number: float) -> str:
    """Three digits and a letter for thousands: `49.7 k`; whole below a thousand."""
    return _scaled(number, 1000).strip()


def size(count: float) -> str:
    """Bytes in three digits, thousands of 1000: `13.1 MB`."""
    text = _scaled(count, 1000)
    return f"{text}B"


def counted(number: int, one: str, many: str) -> str:
    """`1 run` or `1,204 runs`; `many` has a place for the number."""
    return one if number == 1 else many.format(f"{number:,}")


def milliseconds(count: float) -> str:
    """A time in two digits or more: `0.12 ms`, `3.4 ms`, `1,234 ms`."""
    digits = 0 if count >= 10 else 1 if count >= 1 else 3 if count < 0.1 else 2
    return f"{count:,.{digits}f} ms"


def _scaled(number: float, base: int) -> str:
    step = 0
    while number >= base * 0.9995 and step < len(STEPS) - 1:
        number, step = number / base, step + 1
    if step == 0:
        return f"{number:.0f} "
    digits = 2 if number < 9.995 else 1 if number < 99.95 else 0
    return f"{number:.{digits}f} {STEPS[step]}"
