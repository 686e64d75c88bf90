"""Contestants as processes that train by turns: one works, the others wait."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.speed.cases import Case, write
from benchmarks.speed.child import MISSING

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / ".venv-peers" / "bin" / "python"
TURN_SECONDS = 3.0  # a turn is cut to about that where a contestant is slow, but not below an epoch

IN_PEERS = ("lightning", "keras")
CONTESTANTS = ("layerdeck", "window", "textbook", "tuned", *IN_PEERS)


@dataclass
class Result:
    """What a contestant reached in one case.

    Attributes:
        ms: milliseconds of a step in each round; empty where it is not installed.
        facts: what it said of itself: parameters, threads, ...
        grown: bytes of memory that it took at most, beyond what it had once all was imported; None if unknown.
    """

    ms: list[float] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    grown: int | None = None


class Contestant:
    """A process that is warmed up and waits for its turn."""

    def __init__(self, name: str, case: Case, folder: Path, screen: Mapping[str, str]) -> None:
        self.name, self.case, self.result = name, case, Result()
        self._log = folder / f"{name}.log"
        python = str(PEERS) if name in IN_PEERS else sys.executable
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **(screen if name == "window" else {})}
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [python, "-m", "benchmarks.speed.child", name, case.name, str(folder)],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def ready(self) -> bool:
        """Waits until it is warm; False where its library is not installed."""
        facts = self._answer()
        if facts is None:
            return False
        self.epoch_seconds = facts.pop("epoch")
        self.result.facts = facts
        return True

    def turn(self, epochs: int) -> None:
        """Trains for so many epochs."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{epochs}\n")
        self._process.stdin.flush()
        answer = self._answer()
        assert answer is not None
        self.result.ms.append(1000 * answer["seconds"] / (answer["epochs"] * self.case.steps))
        self.result.grown = answer["grown"]

    def close(self) -> None:
        self._process.communicate()  # its input ends, and so does it

    def _answer(self) -> dict[str, Any] | None:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        if self._process.wait() == MISSING:
            return None
        tail = "\n".join(self._log.read_text().splitlines()[-20:])
        raise SystemExit(f"{self.name} failed at {self.case.name}:\n{tail}")


def measured(
    case: Case, names: Sequence[str], rounds: int, share: float, screen: Mapping[str, str]
) -> tuple[dict[str, Result], int]:
    """Results of the contestants that are installed, round by round, and the bytes of the data.

    Args:
        share: of the turns' usual length.
    """
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        data = write(case, Path(folder))
        there = []
        for name in names:
            if name in IN_PEERS and not PEERS.is_file():
                continue
            contestant = Contestant(name, case, Path(folder), screen)
            stack.callback(contestant.close)
            if contestant.ready():
                there.append(contestant)
        _same_size(there)
        for number in range(rounds):
            first = number % len(there)  # nobody always has the same one before it
            for contestant in there[first:] + there[:first]:
                contestant.turn(_epochs(contestant, share))
        return {contestant.name: contestant.result for contestant in there}, data


def _epochs(contestant: Contestant, share: float) -> int:
    fitting = TURN_SECONDS / contestant.epoch_seconds
    return max(1, round(share * min(contestant.case.epochs, fitting)))


def _same_size(contestants: Sequence[Contestant]) -> None:
    sizes = {contestant.name: contestant.result.facts["parameters"] for contestant in contestants}
    if len(set(sizes.values())) > 1:
        raise SystemExit(f"The networks differ in their parameters: {sizes}")


@contextmanager
def screen() -> Iterator[dict[str, str]]:
    """What leads a window to a real screen of its own where there can be one, else to none."""
    check = [sys.executable, str(ROOT / "tools" / "qt_libraries.py"), "--window"]
    libraries = subprocess.run(check, capture_output=True, check=False).returncode == 0
    if not (libraries and shutil.which("Xvfb") and shutil.which("openbox")):
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    from tests.end_to_end.xvfb.desk import screen as real

    with real() as environment:
        yield {"DISPLAY": environment["DISPLAY"], "QT_QPA_PLATFORM": "xcb"}
