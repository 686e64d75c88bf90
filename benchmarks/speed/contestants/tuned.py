"""The loop an expert writes by hand, in eager mode.

Data as tensors, dealt once an epoch; fused Adam; losses stay tensors until the epoch is over; denormals are zero.
Threads and, for pictures, the memory format are what a short trial finds fastest.
"""

from __future__ import annotations

import copy
import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import torch
from torch import Tensor, nn

from benchmarks.speed.cases import RATE, Case, read
from benchmarks.speed.models import MODELS, loss, parameters
from benchmarks.speed.turns import Turns

TRIAL_SECONDS = 3.0  # for all candidates together, after one round of warm-up
LEAST_ROUNDS, MOST_ROUNDS = 2, 300
STEPS = 8  # different ones
TOGETHER = 0.02  # seconds; as many steps as fit are timed at once

torch.set_flush_denormal(True)


def compete(case: Case, folder: Path) -> None:
    """Trains by turns until nobody wants more."""
    turns = Turns()
    inputs, answers = map(torch.from_numpy, read(folder))
    trainer = fastest(case, MODELS[case.name](case), inputs, answers)
    turns.tell(parameters=parameters(trainer.model), threads=trainer.threads, memory_format=str(trainer.format))
    turns.start()
    while True:
        trainer.epoch()
        turns.epoch_done()


class Trainer:
    """One way to train; `inputs` (examples, *shape), `answers` (examples, ...) int64."""

    def __init__(
        self, case: Case, model: nn.Module, data: tuple[Tensor, Tensor], threads: int, memory: torch.memory_format
    ) -> None:
        self.batch, self.threads, self.format = case.batch, threads, memory
        self.model = model.to(memory_format=memory) if case.is_picture else model
        self.inputs, self.answers = data
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=RATE, fused=True)

    def epoch(self) -> float:
        """One pass; the mean loss."""
        losses = [self.step(inputs, answers) for inputs, answers in self.batches()]
        return torch.stack(losses).mean().item()

    def batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        order = torch.randperm(len(self.inputs))
        inputs = self.inputs[order]
        if self.format is torch.channels_last:
            inputs = inputs.contiguous(memory_format=torch.channels_last)
        return zip(inputs.split(self.batch), self.answers[order].split(self.batch), strict=True)

    def step(self, inputs: Tensor, answers: Tensor) -> Tensor:
        self.optimizer.zero_grad(set_to_none=True)
        error = loss(self.model(inputs), answers)
        error.backward()
        self.optimizer.step()
        return error.detach()


def fastest(case: Case, model: nn.Module, inputs: Tensor, answers: Tensor) -> Trainer:
    """The quickest of all ways, tried by turns on copies; ready to train from the start."""
    formats = [torch.contiguous_format, *([torch.channels_last] if case.is_picture else [])]
    ways = list(itertools.product(sorted({1, torch.get_num_threads()}), formats))
    data = inputs, answers
    trials = [Trainer(case, copy.deepcopy(model), data, *way) for way in ways]
    batches = [list(itertools.islice(trial.batches(), STEPS)) for trial in trials]
    times: list[list[float]] = [[] for _ in ways]
    begin = time.perf_counter()
    for rounds in range(MOST_ROUNDS):
        if rounds > LEAST_ROUNDS and time.perf_counter() - begin > TRIAL_SECONDS:
            break
        for trial, taken, given in zip(trials, times, batches, strict=True):
            torch.set_num_threads(trial.threads)
            taken.append(_seconds(trial, given))
    best = min(range(len(ways)), key=lambda number: median(times[number][1:]))
    threads, memory = ways[best]
    torch.set_num_threads(threads)
    return Trainer(case, model, data, threads, memory)


def _seconds(trial: Trainer, batches: list[tuple[Tensor, Tensor]]) -> float:
    """Of a step; the mean of several small ones, as the first one after a change of threads wakes them up."""
    begin, steps = time.perf_counter(), 0
    while not steps or time.perf_counter() - begin < TOGETHER:
        trial.step(*batches[steps % len(batches)])
        steps += 1
    return (time.perf_counter() - begin) / steps
