"""What is known of a column at a glance, and names and counts as people read them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from engine.data.rows import number

Role = Literal["number", "category", "text", "constant", "identifier", "picture"]


@dataclass(frozen=True)
class Column:
    """What is known of a column at a glance.

    Attributes:
        role: what it seems to be; only "number" and "category" are used as inputs where the settings say nothing.
        missing: rows without a value.
        distinct: different values, without the missing ones.
        examples: a few different values, most frequent first.
        decimal: sign before the decimals where all values are numbers, "" where they are not.
        whole: a number column whose values are all whole numbers, written so.
    """

    name: str
    role: Role
    missing: int
    distinct: int
    examples: tuple[str, ...] = ()
    decimal: Literal[".", ",", ""] = ""
    whole: bool = False


def natural(name: str) -> tuple[tuple[int, float, str], ...]:
    """A key that sorts names with numbers in them as people do: 2 before 10."""
    value = number(name)
    if not math.isnan(value):
        return (0, value, ""), (2, 0.0, name)
    parts = re.split(r"(\d+)", name)
    key = [(0, float(part[:300]), "") if part.isdecimal() else (1, 0.0, part) for part in parts if part]
    return (*key, (2, 0.0, name))


def counted(count: int, noun: str) -> str:
    """ "1 row", "1,200 rows"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
