"""Runs the contestants by turns, prints ratios and goals, writes benchmarks/speed.json and docs/pictures/speed.png.

    python -m benchmarks.speed [--rounds N] [--cases mlp,cnn] [--contestants layerdeck,tuned] [--quick] [--out FILE]

Every contestant is a process of its own for each case: it builds the network, warms up, and waits for its turn. A turn
is some whole epochs; a round is one turn of each. Ratios are taken within a round. JSON and picture are written by a
whole run alone, or to where `--out` says.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.speed.cases import CASES
from benchmarks.speed.outcome import Rows, goals, judged, row, table
from benchmarks.speed.picture import draw
from benchmarks.speed.rounds import CONTESTANTS, ROOT, measured, screen

RESULT = ROOT / "benchmarks" / "speed.json"
PICTURE = ROOT / "docs" / "pictures" / "speed.png"
ROUNDS, QUICK_ROUNDS, QUICK_SHARE = 5, 2, 0.3


def main(arguments: list[str]) -> int:
    """Exit code 0 whether or not the goals are reached: it measures."""
    wish = _parsed(arguments)
    rounds = wish.rounds or (QUICK_ROUNDS if wish.quick else ROUNDS)
    rows: Rows = {}
    with screen() as place:
        for name in wish.cases:
            found, data = measured(CASES[name], wish.contestants, rounds, QUICK_SHARE if wish.quick else 1.0, place)
            rows[name] = row(CASES[name], found, data)
            print(table({name: rows[name]}, wish.contestants), end="\n\n", flush=True)
    print(table(rows, wish.contestants), end="\n\n")
    print(judged(goals(rows)))
    whole = set(wish.cases) == set(CASES) and set(wish.contestants) == set(CONTESTANTS) and not wish.quick
    if wish.out or whole:
        _save(rows, {**machine(), "screen": place["QT_QPA_PLATFORM"], "rounds": rounds}, wish.out)
    return 0


def machine() -> dict[str, Any]:
    """What the numbers depend on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {"cores": cores, "system": platform.system(), "python": platform.python_version(), "torch": version("torch")}


def _save(rows: Rows, about: dict[str, Any], out: Path | None) -> None:
    document = {"machine": about, "cases": rows, "goals": [asdict(goal) for goal in goals(rows)]}
    (out or RESULT).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    draw(rows, about, out.with_suffix(".png") if out else PICTURE)


def _parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=0, help=f"turns of each ({ROUNDS})")
    parser.add_argument("--cases", type=_listed(tuple(CASES)), default=tuple(CASES), help=", ".join(CASES))
    parser.add_argument("--contestants", type=_listed(CONTESTANTS), default=CONTESTANTS, help=", ".join(CONTESTANTS))
    parser.add_argument("--quick", action="store_true", help="short turns and few rounds: a look, no measurement")
    parser.add_argument("--out", type=Path, help="write the JSON there, and the picture beside it")
    return parser.parse_args(arguments)


def _listed(known: tuple[str, ...]) -> Any:
    def names(text: str) -> tuple[str, ...]:
        found = tuple(text.split(","))
        if unknown := set(found) - set(known):
            raise argparse.ArgumentTypeError(f"there is no {', '.join(sorted(unknown))}")
        return found

    return names


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
