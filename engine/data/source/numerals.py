"""Numbers as people and spreadsheets write them, made plain: "1.234,56", "1,234.56", "1,5E+03", "45%", "$5"."""

from __future__ import annotations

import re

SPACES = " \u00a0\u2009\u202f"
MONEY = "$€£¥₹₽"
NUMBER = re.compile(
    rf"[+\-−]? ?[{MONEY}]? ?[+\-−]?(\d+|\d{{1,3}}([.,'’{SPACES}]\d{{3}})+)?([.,]\d*)?([eE][+\-]?\d+)? ?[%{MONEY}]?"
)


def is_number(cell: str) -> bool:
    """Whether a cell is a number in any of these forms."""
    return NUMBER.fullmatch(cell) is not None and any(letter.isdecimal() for letter in cell)
