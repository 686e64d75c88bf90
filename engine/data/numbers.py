"""Numbers as people and spreadsheets write them: "1.234,56", "1,5E+03", "45%", "($5)". Stands alone, as prepare.py."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

MONEY = "$€£¥₹₽"
SPACES = " \u00a0\u2009\u202f"
MINUS = "−"


def form(numeral: Mapping[str, Any]) -> str:
    """A pattern of all of a cell that is a number written so.

    Args:
        numeral: "decimal", the sign before the decimals; "thousands", the sign between groups of three digits or "";
            "percent", whether all have it.
    """
    group = {"": "", " ": f"[{SPACES}]", "'": "['’]"}.get(numeral["thousands"], f"[{numeral['thousands']}]")
    whole = rf"(?:\d+|[1-9]\d{{0,2}}(?:{group}\d{{3}})+)" if group else r"\d+"
    decimal = f"[{numeral['decimal']}]"
    digits = rf"(?:{whole}(?:{decimal}\d*)?|{decimal}\d+)(?:[eE][+\-]?\d+)?"
    after = f"[%{MONEY}]" if numeral["percent"] else f"[{MONEY}]"
    signed = rf"[+\-{MINUS}]?[{SPACES}]?[{MONEY}]?[{SPACES}]?[+\-{MINUS}]?{digits}[{SPACES}]?{after}?"
    return rf"^(?:{signed}|\([{MONEY}]?{digits}\))$"


def dropped(numeral: Mapping[str, Any]) -> str:
    """A pattern of the signs that a plain number does not have."""
    thousands = "’'" if numeral["thousands"] == "'" else numeral["thousands"].strip()
    return rf"[%()+{MONEY}{SPACES}{thousands}]"


def plain(cell: str, numeral: Mapping[str, Any]) -> str:
    """ "1.234,56" as "1234.56"; a cell that is not written so stays as it is."""
    if _form(numeral["decimal"], numeral["thousands"], numeral["percent"]).search(cell) is None:
        return cell
    minus = "-" if cell.startswith("(") else ""
    bare = re.sub(dropped(numeral), "", cell.replace(MINUS, "-").replace("e+", "e").replace("E+", "E"))
    return minus + bare.replace(",", ".")


@lru_cache
def _form(decimal: str, thousands: str, percent: bool) -> re.Pattern[str]:
    return re.compile(form({"decimal": decimal, "thousands": thousands, "percent": percent}))
