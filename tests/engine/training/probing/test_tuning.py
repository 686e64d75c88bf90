"""How a run computes fastest is found in its own steps, for little, and what was done is done again to the bit."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.choices.optimizers import OPTIMIZERS
from engine.layers.core.basics import Dense, Dropout
from engine.layers.image.convolution import Conv2d
from engine.layers.normalise.normalisation import BatchNorm
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.record.control import Control
from engine.record.events import Event, Finished, Progress, Snapshot, TacticsChanged
from engine.record.execution import Tactics
from engine.record.request import Rhythm, TrainingRequest
from engine.runs.folder import RunFolder
from engine.training.checkpoint import snapshot as snapshots
from engine.training.learner import Learner
from engine.training.loop import train
from engine.training.probing.tuning import (
    BEGIN,
    HOPELESS,
    LOOKS,
    MORE,
    SHARE,
    Candidate,
    Search,
    candidates,
)
from engine.training.speed.arithmetic import usual, usual_threads
from engine.training.worker import run
from tests.engine import toys
from tests.engine.training.clocks import Counter

CPU = torch.device("cpu")
ONE, TWO = Tactics(1), Tactics(2)
MORE_THREADS = Candidate((("threads", 2),), MORE)
FEWER_THREADS = Candidate((("threads", 1),), 1 / MORE)
ANSWER = Dense(units=2, activation="softmax")
PICTURES = Network.stack(Conv2d(channels=3), BatchNorm(), Dropout(rate=0.3), Flatten(), ANSWER)
RUN = """
import sys
from pathlib import Path
from engine.record.control import Control
from engine.record.request import TrainingRequest
from engine.training.speed.arithmetic import usual, usual_threads
from engine.training.worker import run
from tests.engine import toys
list(run(TrainingRequest(toys.project(threads=0), toys.rings(), Path(sys.argv[1])), Control()))
print("torch" in sys.modules, "torch._dynamo" in sys.modules)
"""


def taken(search: Search, seconds: Callable[[Tactics], float], steps: int) -> list[Tactics]:
    """The tactics of each step of a run in which a step takes so long."""
    found = []
    for left in range(steps, 0, -1):
        found.append(search.next)
        if not search.settled:
            search.took(seconds(search.next), left)
    return found


def by_threads(one: float, two: float) -> Callable[[Tactics], float]:
    return lambda tactics: one if tactics.threads == 1 else two


def test_a_way_that_is_faster_is_kept_once_it_has_been_earned():
    search = Search(ONE, [MORE_THREADS])
    found = taken(search, by_threads(0.05, 0.03), 1_000)
    begin = found.index(TWO)
    assert begin * 0.05 >= BEGIN
    assert SHARE * begin >= 3
    assert search.settled
    assert search.best == TWO
    assert set(found[begin + 4 * (LOOKS + 1) :]) == {TWO}


@pytest.mark.parametrize("slower", [1.0, 1.3, 2.0, 20.0])
def test_a_way_that_is_slower_costs_a_small_share_of_the_run(slower):
    search = Search(TWO, [FEWER_THREADS])
    found = taken(search, by_threads(0.05 * slower * 1.12, 0.05), 2_000)
    tried = found.count(ONE)
    assert 0 < tried <= LOOKS + 1
    assert tried == 2 or slower * 1.12 < HOPELESS
    assert search.best == TWO
    assert set(found[found.index(ONE) + tried :]) == {TWO}
    if slower < 3:
        assert tried * 0.05 * (slower * 1.12 - 1) <= SHARE * 2_000 * 0.05


@pytest.mark.parametrize(
    ("one", "two", "begun", "best"),
    [
        (1.0, 1.0, 1, 1),  # too small for threads to help
        (1.0, 0.93, 1, 1),  # luck
        (1.0, 0.6, 1, 2),
        (1.0, 0.6, 2, 2),
        (1.0, 0.95, 2, 1),  # what saves so little only gets into the way of others
        (0.4, 1.0, 2, 1),
    ],
)
def test_more_threads_are_taken_where_they_clearly_pay(one, two, begun, best):
    other = MORE_THREADS if begun == 1 else FEWER_THREADS
    search = Search(Tactics(begun), [other])
    taken(search, by_threads(one, two), 500)
    assert search.best.threads == best


def test_of_several_each_is_compared_with_the_best_so_far():
    four = Candidate((("threads", 4),), MORE)
    rows = Candidate((("channels_last", False),), 0.87)
    begun = Tactics(1, channels_last=True)
    seconds = {1: 1.0, 2: 0.6, 4: 0.55}
    search = Search(begun, [MORE_THREADS, four, rows])
    taken(search, lambda one: seconds[one.threads] * (1.0 if one.channels_last else 0.5), 3_000)
    assert search.best == Tactics(2, channels_last=False)


def test_a_disturbance_in_one_turn_decides_nothing():
    """The other way seems faster once, because this one was held up meanwhile."""
    search, number = Search(ONE, [MORE_THREADS]), 0

    def seconds(tactics: Tactics) -> float:
        nonlocal number
        number += search.comparing
        return 5.0 if number <= LOOKS + 1 and tactics == ONE and search.comparing else 1.0

    taken(search, seconds, 1_000)
    assert number > 2 * LOOKS
    assert search.best == ONE


def test_nothing_is_tried_in_a_run_that_cannot_earn_it():
    assert set(taken(Search(ONE, [MORE_THREADS]), by_threads(0.05, 0.01), 150)) == {ONE}
    assert set(taken(Search(ONE, [MORE_THREADS]), by_threads(0.0001, 0.00001), 10_000)) == {ONE}  # a second in all


@pytest.mark.parametrize(
    ("macs", "threads"),
    [(0, 1), (300_000, 1), (150_000_000, 1), (400_000_000, 4), (900_000_000, 8), (10**11, 12)],
)
def test_arithmetic_says_with_how_many_threads_a_run_begins(macs, threads):
    assert usual_threads(macs, [1, 2, 4, 8, 12]) == threads


def test_what_is_tried_follows_from_settings_and_arithmetic():
    def of(network=None, tactics=ONE, **training) -> list[dict[str, object]]:
        project = toys.project(network, **{"threads": 0, **training})
        return [dict(one.change) for one in candidates(project, toys.rings(), tactics, CPU, [1, 2, 4])]

    large = Network.stack(Dense(units=512), Dense(units=4_096), ANSWER)
    assert of() == []
    assert of(large) == [{"threads": 2}, {"threads": 4}]
    assert of(large, TWO) == [{"threads": 1}, {"threads": 4}]
    assert of(large, TWO, threads=2) == of(large, TWO, deterministic=True) == of(large, processes=2) == []
    assert of(precision="auto") == [{"precision": "bfloat16"}]
    assert of(precision="auto", threads=1) == [{"precision": "bfloat16"}]
    assert of(tactics=Tactics(1, channels_last=True)) == [{"channels_last": False}]


def test_what_is_set_holds_from_the_first_step():
    def begins(**training) -> Tactics:
        return usual(toys.project(**{"threads": 0, **training}), toys.rings(), CPU)

    assert begins() == ONE
    assert begins(threads=3) == Tactics(3)
    assert begins(precision="bfloat16") == Tactics(1, "bfloat16")
    assert begins(precision="auto") == ONE


def learner(tmp_path, tactics: Tactics, **training) -> Learner:
    return Learner(TrainingRequest(toys.project(PICTURES, **training), toys.halves(), tmp_path), tactics)


def arrays(one: Learner) -> dict[str, np.ndarray]:
    return {name: values.copy() for name, values in snapshots.take(one, {"step": one.steps}).arrays.items()}


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("more", [{}, {"averaging": 0.9}], ids=["plain", "averaging"])
def test_computing_otherwise_is_the_same_as_going_on_otherwise(tmp_path, optimizer, more):
    """A change in the middle of a run, and a snapshot from which it goes on with the other tactics."""
    rows, channels = Tactics(1), Tactics(1, channels_last=True)
    whole = learner(tmp_path, channels, optimizer=optimizer(), **more)
    torch.manual_seed(3)
    for batch in whole.batches(0):
        whole.step(*batch, 0.01)
    cut = snapshots.take(whole, {"step": whole.steps})
    whole.take(rows)
    assert all(np.array_equal(one, cut.arrays[name]) for name, one in arrays(whole).items())
    rest = learner(tmp_path, rows, optimizer=optimizer(), **more)
    snapshots.put_back(rest, cut)
    found = []
    for one in (whole, rest):
        torch.manual_seed(4)
        for batch in one.batches(1):
            one.step(*batch, 0.01)
        found.append(arrays(one))
    assert found[0].keys() == found[1].keys()
    assert all(np.array_equal(found[0][name], found[1][name]) for name in found[0])


def cost(tactics: Tactics) -> float:
    """Rows are faster, and clearly."""
    return 0.05 if tactics.channels_last else 0.03


def went(request: TrainingRequest, kill_at: int = 10**9, **costs: Callable[[Tactics], float]) -> list[Event]:
    """What a run says by a clock that knows how long its steps take; killed at a step."""
    clock, seconds, events = Counter(), costs.get("seconds", cost), []
    begun = RunFolder(request.folder).snapshot().step if request.resume else 0
    clock.each = seconds(Tactics(1, channels_last=True))
    going = run(request, Control(), clock)
    for event in going:
        events.append(event)
        if isinstance(event, TacticsChanged):
            clock.each = seconds(event.tactics)
        if isinstance(event, Progress) and begun < kill_at <= event.step:
            going.close()
            break
    return events


def request(folder, **more) -> TrainingRequest:
    project = toys.project(PICTURES, threads=0, epochs=110)
    return TrainingRequest(project, toys.halves(), folder, rhythm=Rhythm(bunch=0), **more)


def again(folder, run_folder: RunFolder) -> TrainingRequest:
    return request(folder, tactics=run_folder.tactics(), changes=tuple(run_folder.changes()))


def same(one, other) -> bool:
    pair = [snapshots.choose(folder)[0].arrays for folder in (one, other)]
    curves = np.array_equal(RunFolder(one).losses(), RunFolder(other).losses())
    return curves and all(np.array_equal(pair[0][name], pair[1][name]) for name in pair[0])


def test_a_run_changes_its_tactics_and_is_done_again_to_the_bit(tmp_path):
    events = went(request(tmp_path / "first"))
    first = RunFolder(tmp_path / "first")
    told = [event for event in events if isinstance(event, TacticsChanged)]
    assert [one.tactics.channels_last for one in told if one.stays][-1] is False
    assert [one.stays for one in told] == [False, True, False, True]
    assert first.changes() == told
    assert first.tactics() == Tactics(first.status().threads, channels_last=True)
    list(run(again(tmp_path / "again", first), Control()))
    assert same(tmp_path / "first", tmp_path / "again")
    assert RunFolder(tmp_path / "again").changes() == told
    list(run(replace(again(tmp_path / "other", first), changes=()), Control()))
    assert not same(tmp_path / "first", tmp_path / "other")  # or nothing of this would show


@pytest.mark.parametrize("kill_at", [50, 107, 109, 111, 115, 117, 130, 300])
def test_killed_at_any_step_of_the_search_a_run_goes_on_with_what_it_did(tmp_path, kill_at):
    events = went(request(tmp_path / "cut"), kill_at)
    done = [event for event in events if isinstance(event, TacticsChanged)]
    last = went(request(tmp_path / "cut", resume=True))[-1]
    assert isinstance(last, Finished)
    found = RunFolder(tmp_path / "cut")
    assert found.changes()[: len(done)] == done
    assert (found.changes()[-1].tactics.channels_last, found.changes()[-1].stays) == (False, True)
    list(run(again(tmp_path / "again", found), Control()))
    assert same(tmp_path / "cut", tmp_path / "again")


@pytest.mark.parametrize("kill_at", [90, 110, 113, 200])
def test_a_run_that_is_done_again_goes_on_with_what_is_still_to_come(tmp_path, kill_at):
    went(request(tmp_path / "first"))
    wanted = again(tmp_path / "again", RunFolder(tmp_path / "first"))
    went(wanted, kill_at)
    went(request(tmp_path / "again", resume=True))
    assert same(tmp_path / "first", tmp_path / "again")


@pytest.mark.parametrize(
    ("tactics", "begun", "settled"),
    [({"threads": 1, "channels_last": False}, Tactics(1), True), (None, Tactics(1, channels_last=True), False)],
    ids=["chosen", "stopped before"],
)
def test_a_snapshot_of_a_time_before_tactics_were_chosen_while_training(tmp_path, tactics, begun, settled):
    """Those of a run that had chosen stay; one that was stopped before chooses now."""
    start = next(one for one in train(request(tmp_path), Control()) if isinstance(one, Snapshot))
    state = {name: value for name, value in start.state.items() if name not in ("search", "changes")}
    events = train(request(tmp_path), Control(), Snapshot(0, start.arrays, {**state, "tactics": tactics}))
    started, saved = next(events), next(events)
    assert Tactics.of({"tactics": started.tactics}) == begun
    assert saved.state["tactics"] == begun.document()
    assert (saved.state["search"] is None) == settled


def test_a_run_loads_no_compiler(tmp_path):
    command = [sys.executable, "-c", RUN, str(tmp_path / "run")]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert said.stdout.split() == ["True", "False"], said.stderr
