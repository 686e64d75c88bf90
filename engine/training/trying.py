"""Tries on twins of a learner how it computes fastest, so that the run itself is not touched."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from engine.training.devices import thread_candidates, threads_each, timed
from engine.training.precision import PAYS
from engine.training.tactics import Tactics

if TYPE_CHECKING:
    from engine.training.learner import Learner

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
            found = min(times, key=lambda one: times[one])
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


def _times(learner: Learner, candidates: Sequence[Tactics], stopping: Callable[[], bool]) -> dict[Tactics, float]:
    """Median seconds of a step with each."""
    if stopping():
        return dict.fromkeys(candidates, math.inf)
    size = min(learner.settings.batch_size, learner.examples)
    inputs, wanted = (
        tuple(values[:size].to(learner.device) for values in all_) for all_ in (learner.inputs, learner.targets)
    )
    twin = learner.twin(candidates[0])  # one for all: two would be one too many in memory

    def step() -> None:
        twin.step(inputs, wanted, learner.settings.optimizer.learning_rate).item()  # waits for the device

    def take(tactics: Tactics) -> None:
        if twin.take(tactics):
            step()  # makes the optimizer's state, which is not to be timed

    return timed(candidates, take, step, stopping)
