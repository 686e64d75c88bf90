"""One project trained under torch's record of allocations: the peak, and what was forecast. For benchmarks.memory."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import torch
from torch.profiler import ProfilerActivity, profile

from benchmarks.networks import NETWORKS, network_project, template_projects
from engine.data.dataset import Dataset, Part, Ticket
from engine.data.load import load
from engine.data.samples import SAMPLES
from engine.memory import training_bytes
from engine.project import Project
from engine.record.control import Control
from engine.record.events import Paused
from engine.record.request import TrainingRequest
from engine.starter import sample_project
from engine.training.worker import run

MOST_STEPS = 12  # in an epoch; larger sets are cut, for the forecast too


def main(name: str, answer: Path) -> None:
    """Writes the names, or what was measured of one of them, as JSON."""
    if name == "--list":
        names = [*SAMPLES, *NETWORKS, *(f"template {title}" for title in template_projects())]
        answer.write_text(json.dumps({"names": names}), encoding="utf-8")
        return
    project, dataset = prepared(name)
    project = project.changed(training=project.training.changed(epochs=2))
    batch = project.training.batch_size
    process = psutil.Process(os.getpid())
    before = process.memory_info().rss
    top = peak(lambda: train(project, dataset))
    splits = (dataset.train, dataset.validation)
    data = sum(array.nbytes for part in splits for array in (*part.all_inputs, *part.all_targets))
    forecast = training_bytes(project, dataset.facts)
    row = {"name": name, "batch": batch, "measured": top + data, "forecast": forecast}
    row |= {"ratio": round(forecast / (top + data), 4), "grew": process.memory_info().rss - before}
    answer.write_text(json.dumps(row), encoding="utf-8")


def prepared(name: str) -> tuple[Project, Dataset]:
    """A project by its name in the list, and its data."""
    if name in SAMPLES:
        project = sample_project(name)
    elif name in NETWORKS:
        return network_project(name)
    else:
        project = template_projects()[name.removeprefix("template ")]()
    assert project.data is not None
    return project, cut(load(project.data, Ticket()), MOST_STEPS * project.training.batch_size)


def cut(dataset: Dataset, most: int) -> Dataset:
    """The first examples of the training split, so that measuring is short."""
    if len(dataset.train) <= most:
        return dataset
    part = dataset.train
    fewer = Part(
        part.inputs[:most].copy(),
        part.targets[:most].copy(),
        part.rows[:most].copy(),
        tuple(array[:most].copy() for array in part.more_inputs),
        tuple(array[:most].copy() for array in part.more_targets),
    )
    return replace(dataset, train=fewer, facts=replace(dataset.facts, train=most))


def train(project: Project, dataset: Dataset) -> None:
    """Trains and records, with a snapshot after the first step."""
    control = Control()
    control.pause()  # a run that pauses saves itself first
    with tempfile.TemporaryDirectory() as folder:
        for event in run(TrainingRequest(project, dataset, Path(folder)), control):
            if isinstance(event, Paused):
                control.go_on()


def peak(work: Callable[[], None]) -> int:
    """Bytes that torch's allocator held at once, at most."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as record:
        work()
    events = [event for event in record.profiler.kineto_results.events() if event.name() == "[memory]"]
    live = top = 0
    for event in sorted(events, key=lambda event: event.start_ns()):
        live += event.nbytes()
        top = max(top, live)
    return top


if __name__ == "__main__":
    torch.manual_seed(0)
    main(sys.argv[1], Path(sys.argv[2]))
