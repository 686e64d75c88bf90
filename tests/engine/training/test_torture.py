"""Killed with SIGKILL at any moment, also while a snapshot is written, and gone on with: the same bits.

The long form: `python -m pytest tests/engine/training/test_torture.py -m slow --timeout 1800 -s`; another seed:
`LAYERDECK_TORTURE_SEED=7`.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from engine.record.request import Rhythm
from engine.runs.folder import RunFolder
from engine.training.checkpoint.snapshot import choose
from tests.engine.training.torture_cases import CASES

ROOT = Path(__file__).resolve().parents[3]
PLAIN = Rhythm(bunch=0)
RHYTHMS = (  # none of them may touch the result
    Rhythm(bunch=0, snapshot=0, share=1e9),  # a snapshot at each step: nearly all of the time is spent writing them
    Rhythm(bunch=0, snapshot=0, share=0.5),  # half of the time
    Rhythm(bunch=0, snapshot=0.05, share=1e9),
    PLAIN,  # none but the first and the last
)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")


class Host:
    """The process that forks for each run."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.engine.training.torture_host"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def start(self, case: str, folder: Path, rhythm: Rhythm) -> int:
        """Begins or goes on; gives the id of the process that does."""
        wanted = {"case": case, "folder": str(folder), "rhythm": [rhythm.bunch, rhythm.snapshot, rhythm.share]}
        self._process.stdin.write(json.dumps(wanted) + "\n")
        self._process.stdin.flush()
        return self._answer()["pid"]

    def end(self) -> int:
        """Waits for the process; gives its exit code, -9 where it was killed."""
        return self._answer()["code"]

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def _answer(self):
        line = self._process.stdout.readline()
        assert line, "the process that forks has died"
        return json.loads(line)


@pytest.fixture(scope="module")
def host():
    process = Host()
    yield process
    process.close()


class Whole:
    """Runs that nobody disturbs, one for each case, and how long each takes in each rhythm."""

    def __init__(self, host: Host, root: Path) -> None:
        self._host, self._root = host, root
        self._seconds: dict[tuple[str, Rhythm], float] = {}

    def folder(self, case: str) -> Path:
        self.seconds(case, PLAIN)
        return self._path(case, PLAIN)

    def seconds(self, case: str, rhythm: Rhythm) -> float:
        if (case, rhythm) not in self._seconds:
            begin = time.monotonic()
            self._host.start(case, self._path(case, rhythm), rhythm)
            assert self._host.end() == 0
            self._seconds[case, rhythm] = time.monotonic() - begin
        return self._seconds[case, rhythm]

    def _path(self, case: str, rhythm: Rhythm) -> Path:
        return self._root / f"{case}-{RHYTHMS.index(rhythm)}"


@pytest.fixture(scope="module")
def whole(host, tmp_path_factory):
    return Whole(host, tmp_path_factory.mktemp("whole"))


def torture(host: Host, whole: Whole, root: Path, kills: int) -> None:
    """Kills runs until so many were killed in their course, each at a moment of its own, and compares what becomes."""
    seed = int(os.environ.get("LAYERDECK_TORTURE_SEED", "0"))
    sys.stdout.write(f"torture: seed {seed}\n")
    dice = random.Random(seed)
    hits: Counter[str] = Counter()
    runs = 0
    while sum(hits.values()) < kills:
        case = list(CASES)[runs % len(CASES)]
        folder, history = root / f"{runs}-{case}", []
        while True:
            rhythm = dice.choice(RHYTHMS)
            history.append(killed(host, whole, case, folder, rhythm, dice))
            hits[case] += history[-1] != "ended"
            if history[-1] == "ended" or dice.random() < 0.4 or sum(hits.values()) >= kills:
                break
        host.start(case, folder, dice.choice(RHYTHMS))
        assert host.end() == 0, (seed, case, history)
        compare(folder, whole.folder(case), (seed, runs, case, history))
        runs += 1
    sys.stdout.write(f"torture: killed {dict(hits)}\n")


def killed(host: Host, whole: Whole, case: str, folder: Path, rhythm: Rhythm, dice: random.Random) -> str:
    """Lets a run go on and kills it; says what it was doing then, or "ended" where it was faster."""
    moment = dice.uniform(0, whole.seconds(case, rhythm))
    aimed = dice.random() < 0.4
    begin = time.monotonic()
    pid = host.start(case, folder, rhythm)
    end, doing = begin + moment, "between"
    while time.monotonic() < end:
        time.sleep(min(0.005, max(0.0, end - time.monotonic())))
    if aimed:  # at the next snapshot that is being written
        late = time.monotonic() + 1
        while time.monotonic() < late:
            if half_written(folder):
                doing = "writing"
                break
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return doing if host.end() == -signal.SIGKILL else "ended"


def half_written(folder: Path) -> bool:
    return any((folder / "snapshots").glob(".0*"))


def compare(folder: Path, wanted: Path, told) -> None:
    """Bit for bit: last and best snapshot, every step's loss, every epoch, every knob, the ending."""
    ours, theirs = RunFolder(folder), RunFolder(wanted)
    for name in ("last", "best"):
        (left, trouble), (right, _) = choose(folder, name), choose(wanted, name)
        assert trouble == "", told
        assert left.step == right.step, told
        assert left.arrays.keys() == right.arrays.keys(), told
        differing = [key for key in left.arrays if left.arrays[key].tobytes() != right.arrays[key].tobytes()]
        assert differing == [], (name, told)
        assert left.loss == right.loss, told
        assert {**left.state, "seconds": 0} == {**right.state, "seconds": 0}, told
    assert ours.losses().tobytes() == theirs.losses().tobytes(), told
    assert ours.epochs() == theirs.epochs(), told
    assert ours.knobs() == theirs.knobs(), told
    assert (ours.status().state, ours.status().message) == (theirs.status().state, theirs.status().message), told
    assert not half_written(folder), told


@pytest.mark.timeout(300)
def test_killed_four_times_and_gone_on_with_every_run_ends_with_the_same_bits(host, whole, tmp_path):
    torture(host, whole, tmp_path, 4)


@pytest.mark.slow
def test_killed_a_hundred_times_and_gone_on_with_every_run_ends_with_the_same_bits(host, whole, tmp_path):
    torture(host, whole, tmp_path, 100)
