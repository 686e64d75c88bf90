"""Whether a batch size fits, tried out with real steps; on the CPU in a process of its own.

The process of a run that died is no place to try: its heap keeps addresses that no large block fits between, so that
smaller batches are refused than a new run could take. And where the system ends a process because memory is short, it
shall be the one that only tries.
"""

from __future__ import annotations

import mmap
import pickle
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from engine import system
from engine.data.dataset import Dataset, Part
from engine.processes.spawned import begin
from engine.record.execution import Tactics
from engine.record.request import TrainingRequest
from engine.training.checkpoint import snapshot as snapshots
from engine.training.learner import Learner
from engine.training.probing import memory
from engine.training.speed import precision
from engine.training.speed.devices import choose_device, threads_each, warm_up
from engine.training.speed.layout import likes_channels_last

LOOKED_AT = 2_048  # examples of the validation split that are measured, at most
LIGHT = 32 * 2**20  # bytes of an array that is handed over as it is; of a larger one goes one example
GLANCE = 0.05  # seconds between two looks at whether to stop
FIRST_TO_END = "1000"  # of Linux's oom_score_adj: where memory is short, this process goes before all others


@dataclass(frozen=True)
class _Array:
    """Numbers of `count` examples: all of them, or one that stands for all, so that they are not held twice."""

    values: NDArray[Any]
    count: int

    @classmethod
    def of(cls, values: NDArray[Any]) -> _Array:
        return cls(values if values.nbytes <= LIGHT else values[:1].copy(), len(values))

    def whole(self) -> NDArray[Any]:
        """(count, *example)"""
        if len(self.values) == self.count:
            return self.values
        return as_strided(self.values, (self.count, *self.values.shape[1:]), (0, *self.values.strides[1:]))


@dataclass(frozen=True)
class _Split:
    """The inputs and targets of a Part."""

    inputs: tuple[_Array, ...]
    targets: tuple[_Array, ...]

    @classmethod
    def of(cls, part: Part) -> _Split:
        return cls(tuple(map(_Array.of, part.all_inputs)), tuple(map(_Array.of, part.all_targets)))

    def part(self) -> Part:
        """Without the places of its examples in the source, which nothing asks for here."""
        first, *inputs = [one.whole() for one in self.inputs]
        target, *targets = [one.whole() for one in self.targets]
        return Part(first, target, np.zeros(0, np.int64), tuple(inputs), tuple(targets))


@dataclass(frozen=True)
class _Job:
    """What the process is told. `taken`: bytes of address space that the asking one uses, where they are limited."""

    request: TrainingRequest
    train: _Split
    validation: _Split
    threads: int
    taken: int | None


def fits(request: TrainingRequest, batch_size: int, stopping: Callable[[], bool] = bool) -> bool | None:
    """Whether steps with such batches, a snapshot and a look at the validation split find room. Trains nothing.

    None where `stopping` said so before it was found out. RuntimeError where it cannot be tried.
    """
    if stopping():
        return None
    training = request.project.training.changed(batch_size=batch_size)
    smaller = replace(request, project=request.project.changed(training=training))
    threads = threads_each(training) or torch.get_num_threads()
    if has_memory_of_its_own(training.device):  # there, memory that is given back is whole
        return _fits_here(smaller, threads)
    return _fits_elsewhere(smaller, threads, stopping)


def has_memory_of_its_own(device: str) -> bool:
    """Whether a run's device is another than the CPU."""
    return choose_device(device).type != "cpu"


def size(data: Dataset) -> int:
    """Bytes of the examples that a run learns from and is measured with."""
    parts = (data.train, data.validation)
    return sum(array.nbytes for part in parts for array in (*part.all_inputs, *part.all_targets))


def _fits_elsewhere(request: TrainingRequest, threads: int, stopping: Callable[[], bool]) -> bool | None:
    data = request.dataset
    none = data.train.first(0)
    bare = replace(request, dataset=Dataset(data.facts, none, none, none, data.preparation))
    taken = system.addresses() if system.address_limit() is not None else None
    job = pickle.dumps(_Job(bare, _Split.of(data.train), _Split.of(data.validation), threads, taken))
    helper = begin(_work, name="layerdeck-trial")  # the job comes later: starting would wait until all of it is read
    said: list[bool | str] = []
    try:
        while not stopping():
            if helper.pipe.poll(GLANCE):
                said.append(helper.pipe.recv())
                if len(said) == 2:
                    break
                helper.pipe.send_bytes(job)
        else:
            return None
    except (EOFError, OSError):  # it was ended
        pass
    finally:
        helper.process.kill()
        helper.process.join()
        helper.process.close()
        helper.pipe.close()
    if not said or isinstance(said[-1], str):
        raise RuntimeError(f"A batch size could not be tried: {said[-1] if said else 'no process could be started'}")
    return len(said) == 2 and bool(said[-1])


def _work(pipe: Connection) -> None:
    """A trial's life: says that it is there, is told what to try, says whether it fits or what else went wrong."""
    with suppress(OSError):
        if sys.platform.startswith("linux"):
            Path("/proc/self/oom_score_adj").write_text(FIRST_TO_END, encoding="ascii")
    pipe.send(True)
    try:
        asked: _Job = pickle.loads(pipe.recv_bytes())
        warm_up()  # it takes room that the asking process has given already
        ballast = _ballast(asked.taken)
        dataset = replace(asked.request.dataset, train=asked.train.part(), validation=asked.validation.part())
        pipe.send(_fits_here(replace(asked.request, dataset=dataset), asked.threads))
        del ballast
    except BaseException as error:  # whatever happens, the asking process shall know of it
        pipe.send(False if memory.is_out_of_memory(error) else "".join(traceback.format_exception(error)))


def _ballast(taken: int | None) -> mmap.mmap | None:
    """Addresses without pages, as many as the asking process uses more than this one: a run will begin there."""
    here = system.addresses()
    if taken is None or here is None or taken <= here:
        return None
    try:
        return mmap.mmap(-1, taken - here)
    except OSError as error:
        raise MemoryError from error


def _fits_here(request: TrainingRequest, threads: int) -> bool:
    try:
        _try(request, threads)
    except ValueError:  # a batch of one is too few for batch norm
        return False
    except (MemoryError, RuntimeError) as error:
        if memory.is_out_of_memory(error):
            return False
        raise
    finally:
        memory.give_back()
    return True


def _try(request: TrainingRequest, threads: int) -> None:
    """Steps before and after a copy of all is made, as of the best epoch, which is still held when that is measured."""
    settings = request.project.training
    rule = precision.choose(settings, choose_device(settings.device)) or "float32"
    learner = Learner(request, request.tactics or Tactics(threads, rule))
    if request.tactics is None:
        learner.take(replace(learner.tactics, channels_last=likes_channels_last(learner.model)))
    held = None
    batches = chain(learner.batches(0), learner.batches(1))
    for number, (inputs, wanted) in enumerate(islice(batches, 2 * settings.accumulate), start=1):
        learner.step(inputs, wanted, settings.optimizer.learning_rate)
        if number == settings.accumulate:
            held = snapshots.take(learner, {"step": number})
    learner.measure(request.dataset.validation.first(LOOKED_AT))
    del held
