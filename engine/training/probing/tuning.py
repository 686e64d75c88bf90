"""Tries how a learner computes fastest, by steps at a learning rate of 0, which leave its weights as they are."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from engine import allocator
from engine.record.execution import Tactics
from engine.training.speed.devices import thread_candidates, threads_each, timed
from engine.training.speed.precision import PAYS

if TYPE_CHECKING:
    from engine.training.learner import Learner

LOOK = 0.05  # seconds in which is seen whether the rest of this process is calm
CALM = 0.1  # of a core, at most, that the rest of it uses meanwhile
WAIT = 3.0  # seconds that are waited for that, at most
MORE = 0.9  # of the time with fewer threads, at most
CLEARLY = 0.87  # of the time by the rule, at most: what the rule says is kept where the measure is a matter of luck


def choose(learner: Learner, precision: bool, stopping: Callable[[], bool]) -> Tactics:
    """The fastest tactics of those that are left open.

    With a number of threads that is set, or a deterministic run, only what does not change bits is left open, beside
    the precision.

    Args:
        precision: whether it shall be measured.
        stopping: whether to end at once, with what is known by then.
    """
    found, settings = learner.tactics, learner.settings
    is_open = learner.device.type == "cpu" and not (threads_each(settings) or settings.deterministic)
    devices = [learner.device] if learner.device.type == "cuda" else []
    with torch.random.fork_rng(devices):
        if is_open and len(thread_candidates()) > 1:
            times = _times(learner, [replace(found, threads=threads) for threads in thread_candidates()], stopping)
            found = spared(times)
        if is_open and found.channels_last:
            rows = replace(found, channels_last=False)
            found = kept(found, rows, _times(learner, [found, rows], stopping), CLEARLY)
        if precision:
            half = replace(found, precision="bfloat16")
            found = kept(found, half, _times(learner, [found, half], stopping), PAYS)
    return found


def kept(usual: Tactics, other: Tactics, times: Mapping[Tactics, float], pays: float) -> Tactics:
    """The other tactics where their step takes at most the share `pays` of the usual one's time."""
    return other if times[other] < pays * times[usual] else usual


def spared(times: Mapping[Tactics, float]) -> Tactics:
    """The first tactics, or later ones that take at most the share `MORE` of its time, and so on.

    Times are given by threads, fewest first. Where a network is too small for threads to help, which number is fastest
    is a matter of luck; and as soon as anything else uses the machine, threads that wait for one another slow it down.
    """
    found, *others = times
    for other in others:
        found = kept(found, other, times, MORE)
    return found


def _times(learner: Learner, candidates: Sequence[Tactics], stopping: Callable[[], bool]) -> dict[Tactics, float]:
    """Least seconds of a step with each."""
    if stopping():
        return dict.fromkeys(candidates, math.inf)
    size = min(learner.settings.batch_size, learner.examples)
    inputs, wanted = (
        tuple(values[:size].to(learner.device) for values in all_) for all_ in (learner.inputs, learner.targets)
    )

    def step() -> None:
        learner.step(inputs, wanted, 0.0).item()  # waits for the device

    def take(tactics: Tactics) -> None:
        if learner.take(tactics):
            allocator.give_back()  # blocks of other sizes would be taken beside those that are free
            step()  # makes the optimizer's state, which is not to be timed

    with learner.on_trial():
        learner.take(replace(candidates[0], threads=1))
        wait_for_calm(step, stopping)
        learner.take(candidates[0])
        return timed(candidates, take, step, stopping)


def wait_for_calm(step: Callable[[], None], stopping: Callable[[], bool]) -> bool:
    """Takes steps on this thread until the others of this process leave the cores alone; False where they did not.

    A window that has just been opened, or draws the page of the run that begins, makes steps on all cores look slow.
    """
    end = time.perf_counter() + WAIT
    while time.perf_counter() < end and not stopping():
        begin, all_before, own_before = time.perf_counter(), time.process_time(), time.thread_time()
        while time.perf_counter() < begin + LOOK:
            step()
        others = (time.process_time() - all_before) - (time.thread_time() - own_before)
        if others <= CALM * (time.perf_counter() - begin):
            return True
    return False
