"""From milliseconds to ratios, and what of the goals is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.speed.cases import CASES, Case
from benchmarks.speed.rounds import Result

Row = dict[str, Any]
Rows = dict[str, Row]  # by case

GOALS: tuple[tuple[str, tuple[str, ...], float], ...] = (
    ("tuned", tuple(CASES), 1.0),
    ("textbook", ("mlp", "wide"), 2.0),
    ("textbook", ("lstm",), 8.0),
    ("keras", tuple(CASES), 1.0),
    ("lightning", tuple(CASES), 1.0),
    ("window", tuple(CASES), 0.95),
)


@dataclass(frozen=True)
class Goal:
    """One goal in one case; `got` None where it was not measured."""

    text: str
    got: float | None
    reached: bool | None


def row(case: Case, results: Mapping[str, Result], data: int) -> Row:
    """One case as a JSON value."""
    contestants = {
        name: {"ms": spread(found.ms), "rounds_ms": found.ms, "grown_bytes": found.grown, **found.facts}
        for name, found in results.items()
    }
    made: Row = {"title": case.title, "batch": case.batch, "data_bytes": data, "contestants": contestants}
    if "layerdeck" in results:
        ours = results["layerdeck"]
        others = {name: found for name, found in results.items() if name != "layerdeck"}
        made["ratios"] = {name: spread(ratios(name, ours.ms, found.ms)) for name, found in others.items()}
        textbook = results.get("textbook")
        if textbook and textbook.grown and ours.grown:
            made["memory"] = ours.grown / (textbook.grown + data)
    return made


def ratios(name: str, ours: list[float], theirs: list[float]) -> list[float]:
    """Layerdeck's speed over another's, round by round; of the window, its speed over that without it."""
    pairs = zip(ours, theirs, strict=True)
    return [mine / other if name == "window" else other / mine for mine, other in pairs]


def spread(values: list[float]) -> dict[str, float]:
    """Smallest, median and largest."""
    return {"min": min(values), "median": median(values), "max": max(values)}


def goals(rows: Rows) -> list[Goal]:
    """All that can be judged by these rows."""
    found = []
    for name, cases, least in GOALS:
        for case in cases:
            if case in rows:
                text = f"{CASES[case].title}: {'with the window' if name == 'window' else f'over {name}'} >= {least:g}"
                ratio = rows[case].get("ratios", {}).get(name)
                got = ratio["median"] if ratio else None
                found.append(Goal(text, got, None if got is None else got >= least))
    for case, made in rows.items():
        got = made.get("memory")
        text = f"{CASES[case].title}: memory over (textbook + data) <= 1"
        found.append(Goal(text, got, None if got is None else got <= 1))
    return found


def table(rows: Rows, names: tuple[str, ...]) -> str:
    """Ratios, then milliseconds of a step; one line a case."""
    others = [name for name in names if name != "layerdeck"]
    lines = [
        "Layerdeck's speed over each (above 1: Layerdeck is faster), median and (min to max) of the rounds;",
        "window: its speed over that of Layerdeck without it; memory: over textbook's plus the data.",
        "",
        f"{'':18}" + "".join(f"{name:>22}" for name in others) + f"{'memory':>9}",
    ]
    for made in rows.values():
        found = made.get("ratios", {})
        cells = "".join(f"{_ratio(found.get(name)):>22}" for name in others)
        lines.append(f"{made['title']:18}{cells}{made['memory']:9.2f}" if "memory" in made else made["title"] + cells)
    lines += ["", f"{'ms a step':18}" + "".join(f"{name:>12}" for name in names)]
    for made in rows.values():
        lines.append(f"{made['title']:18}" + "".join(f"{_ms(made['contestants'].get(name)):>12}" for name in names))
    return "\n".join(lines)


def judged(found: list[Goal]) -> str:
    """One line a goal."""
    words = {True: "reached", False: "NOT REACHED", None: "not measured"}
    lines = [
        f"{goal.text:58} {'' if goal.got is None else f'{goal.got:.2f}':>8}  {words[goal.reached]}" for goal in found
    ]
    reached, known = (sum(goal.reached is value for goal in found) for value in (True, False))
    return "\n".join([*lines, f"{reached} of {reached + known} goals reached"])


def _ratio(found: dict[str, float] | None) -> str:
    if not found:
        return "not installed"
    return f"{_short(found['median'])} ({_short(found['min'])} to {_short(found['max'])})"


def _short(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"


def _ms(found: Row | None) -> str:
    return f"{found['ms']['median']:.3g}" if found else "-"
