"""How long training will take: a few real steps and one measurement of the validation split, timed on copies.

Nothing that a later run starts from is changed: weights are the copy's own, the random state is put back.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

import torch

from engine.data.dataset import Dataset, Part
from engine.errors import Cancelled
from engine.project import Project
from engine.record.request import TrainingRequest
from engine.settings import steps_in_epoch
from engine.training.batches.epochs import Tensors
from engine.training.learner import Learner
from engine.training.probing.stopwatch import Stopwatch

WARM = 3  # steps left out: the first ones load kernels and make the optimizer's state
ENOUGH = 2_000  # steps
LOOKED_AT = 5  # steps timed layer by layer
LOOKS, LOOKING = 50, 0.2  # rounds and seconds that measuring is timed for, at most
KEPT = 32  # forecasts
OVERHEAD = 1.02  # snapshots take up to 2 % of a run

alone = threading.Lock()
"""Held while probing: torch's random state is one for the whole process, so a run waits for the probe's last step."""

_known: OrderedDict[str, Speed] = OrderedDict()


@dataclass(frozen=True)
class Speed:
    """How fast a project trains on this machine.

    Attributes:
        seconds_per_step: mean of a step, of the batch size that was asked for.
        seconds_per_epoch: all steps, putting the examples into order, and measuring the validation split.
        threads: what a run begins with, or was told to take.
        per_layer: share of a step by layer path, forwards and backwards; a block's is the sum of what is inside.
    """

    seconds_per_step: float
    seconds_per_epoch: float
    threads: int
    per_layer: dict[str, float] = field(default_factory=dict)


Clock = Callable[[], float]


def probe(
    project: Project,
    dataset: Dataset,
    seconds: float = 2.0,
    stopping: Callable[[], bool] = bool,
    clock: Clock = time.perf_counter,
) -> Speed:
    """Times a project on the calling thread; the same one is timed once.

    Args:
        seconds: how long it may take, about.
        stopping: whether to give up, asked between two steps.
        clock: by which steps are timed, in seconds.

    Raises:
        Cancelled: where `stopping` said so.
        EngineError: where the project cannot be trained.
    """
    key = key_of(project, dataset)
    with alone:
        if stopping():
            raise Cancelled
        if key not in _known:
            state = torch.get_rng_state()
            try:
                _known[key] = _timed(project, dataset, clock() + seconds, stopping, clock)
            finally:
                torch.set_rng_state(state)
        _known.move_to_end(key)
        while len(_known) > KEPT:
            _known.popitem(last=False)
        return _known[key]


def key_of(project: Project, dataset: Dataset) -> str:
    """The same for what takes the same time: network, losses, optimizer, batch size, device, threads and data."""
    training = project.training.changed(epochs=1, seed=0).model_dump_json()
    return f"{project.network.fingerprint} {training} {dataset.fingerprint}"


def _timed(project: Project, dataset: Dataset, end: float, stopping: Callable[[], bool], clock: Clock) -> Speed:
    learner = Learner(TrainingRequest(project, dataset, Path()), stopping=stopping, clock=clock)
    batch, examples = project.training.batch_size, learner.examples
    begin = clock()
    batches = _endless(learner)
    first = next(batches)
    ordering = clock() - begin
    for _ in range(WARM):
        _step(learner, first, stopping)
    measuring = _measuring(learner, dataset.validation, stopping)
    times = list(_step_times(learner, batches, end, stopping))
    step = fmean(times)  # bursts of other work on the machine belong to it: a run will meet them too
    shares = _shares(learner, first, stopping)
    epoch = step * steps_in_epoch(examples, batch) * _rest(examples, batch) * OVERHEAD + ordering + measuring
    return Speed(step, epoch, torch.get_num_threads(), shares)


def _rest(examples: int, batch: int) -> float:
    """An epoch's last batch may be smaller: what its steps are in whole ones, half of a step's time taken as fixed."""
    steps = steps_in_epoch(examples, batch)
    return (steps + examples / batch) / (2 * steps)


def _step_times(
    learner: Learner, batches: Iterator[tuple[Tensors, Tensors]], end: float, stopping: Callable[[], bool]
) -> Iterator[float]:
    count = 0
    while count < WARM or (count < ENOUGH and learner.clock() < end):
        batch = next(batches)
        begin = learner.clock()
        _step(learner, batch, stopping)
        yield learner.clock() - begin
        count += 1


def _step(learner: Learner, batch: tuple[Tensors, Tensors], stopping: Callable[[], bool]) -> None:
    if stopping():
        raise Cancelled
    learner.step(*batch, learner.settings.optimizer.learning_rate)


def _endless(learner: Learner) -> Iterator[tuple[Tensors, Tensors]]:
    """Whole batches, one epoch after the other; the only one there is where it is smaller."""
    epoch = 0
    while True:
        before, several = None, False
        for one in learner.batches(epoch):
            if before is not None:
                several = True
                yield before
            before = one
        if not several and before is not None:
            yield before
        epoch += 1


def _measuring(learner: Learner, part: Part, stopping: Callable[[], bool]) -> float:
    """Seconds that measuring a split takes: the mean of some rounds on a part of it, the first left out, counted up."""
    if not len(part):
        return 0.0
    few = part.first(2_048)
    marks: list[float] = []
    while len(marks) < 3 or (len(marks) < LOOKS and marks[-1] - marks[1] < LOOKING):
        if stopping():
            raise Cancelled
        measured = learner.measure(few)
        if measured is not None:
            learner.metrics(measured, few)
        marks.append(learner.clock())
    return (marks[-1] - marks[1]) / (len(marks) - 2) * len(part) / len(few)


def _shares(learner: Learner, batch: tuple[Tensors, Tensors], stopping: Callable[[], bool]) -> dict[str, float]:
    with Stopwatch(learner.model) as watch:
        for _ in range(LOOKED_AT):
            if stopping():
                raise Cancelled
            learner.optimizer.zero_grad(set_to_none=True)
            learner.gradients(*batch)
            watch.stop()
    return watch.shares()
