"""A run on its own thread and on disk: every ending is an event, the folder holds what was told."""

from __future__ import annotations

import queue

import numpy as np
import pytest
import torch

from engine.errors import FileError
from engine.layers.core.basics import Dense, Dropout
from engine.layers.join.joining import Add
from engine.network import Network
from engine.record.control import Control
from engine.record.events import EpochEnd, Event, Failed, Finished, Progress, Saved, Snapshot, Stopped
from engine.record.files import snapshot_files
from engine.record.request import TrainingRequest
from engine.runs.folder import RunFolder
from engine.training.checkpoint import snapshot as snapshots
from engine.training.worker import Worker, run
from tests.engine import toys


def work(request, control=None):
    """All events of a worker; they reach the queue from its thread."""
    events: queue.Queue[Event] = queue.Queue()
    worker = Worker(request, control or Control(), events.put)
    worker.start()
    assert worker.join(60)
    return list(events.queue)


def test_the_folder_holds_what_was_told(tmp_path):
    events = work(TrainingRequest(toys.project(), toys.rings(), tmp_path / "run"))
    folder = RunFolder(tmp_path / "run")
    assert isinstance(events[-1], Finished)
    assert not any(isinstance(event, Snapshot) for event in events)
    assert any(isinstance(event, Saved) for event in events)
    told = np.concatenate([event.losses for event in events if isinstance(event, Progress)])
    assert np.array_equal(folder.losses(), told)
    assert folder.epochs() == [event for event in events if isinstance(event, EpochEnd)]
    assert folder.status().state == "finished"
    assert folder.status().parameters == 2 * 16 + 16 + 16 * 2 + 2
    assert folder.project() == toys.project()
    assert folder.facts() == toys.rings().facts


def test_denormal_numbers_are_zero_on_the_training_thread(tmp_path):
    seen = []
    request = TrainingRequest(toys.project(epochs=1), toys.rings(), tmp_path / "run")
    worker = Worker(request, Control(), lambda _: seen.append(float(torch.tensor(1e-30) * 1e-10)))
    worker.start()
    assert worker.join(60)
    assert seen
    assert not any(seen)


def test_a_run_stopped_on_disk_and_resumed_ends_with_the_same_weights(tmp_path):
    project, data = toys.project(epochs=4), toys.rings()
    list(run(TrainingRequest(project, data, tmp_path / "whole"), Control()))
    control = Control()
    for event in run(TrainingRequest(project, data, tmp_path / "cut"), control):
        if isinstance(event, EpochEnd) and event.epoch == 2:
            control.stop()
    assert RunFolder(tmp_path / "cut").status().state == "stopped"
    assert isinstance(list(run(TrainingRequest(project, data, tmp_path / "cut", resume=True), Control()))[-1], Finished)
    whole, cut = (snapshots.read(tmp_path / name).arrays for name in ("whole", "cut"))
    assert all(np.array_equal(whole[name], cut[name]) for name in whole)
    assert np.array_equal(RunFolder(tmp_path / "whole").losses(), RunFolder(tmp_path / "cut").losses())
    assert RunFolder(tmp_path / "whole").epochs() == RunFolder(tmp_path / "cut").epochs()


def test_a_run_killed_after_its_last_snapshot_leaves_no_trace_of_what_is_trained_again(tmp_path):
    project, data = toys.project(epochs=4), toys.rings()
    list(run(TrainingRequest(project, data, tmp_path / "whole"), Control()))
    cut = tmp_path / "cut"
    killed_after(3, TrainingRequest(project, data, cut))
    assert isinstance(list(run(TrainingRequest(project, data, cut, resume=True), Control()))[-1], Finished)
    assert np.array_equal(RunFolder(cut).losses(), RunFolder(tmp_path / "whole").losses())
    assert RunFolder(cut).epochs() == RunFolder(tmp_path / "whole").epochs()


def killed_after(epochs, request):
    """Takes events until some epochs are done, then lets the run be: nothing of its ending is written."""
    events = run(request, Control())
    for event in events:
        if isinstance(event, EpochEnd) and event.epoch == epochs:
            break
    events.close()
    assert RunFolder(request.folder).status().state == "running"


def test_a_folder_is_trained_in_by_one_at_a_time(tmp_path):
    request = TrainingRequest(toys.project(), toys.rings(), tmp_path / "run")
    first = run(request, Control())
    next(first)
    with pytest.raises(FileError, match="is going on elsewhere"):
        next(run(request, Control()))
    first.close()
    assert isinstance(list(run(request, Control()))[-1], Finished)


def test_stop_is_answered_by_an_event_also_while_paused(tmp_path):
    control = Control()
    control.pause()
    events: queue.Queue[Event] = queue.Queue()
    worker = Worker(TrainingRequest(toys.project(), toys.rings(), tmp_path / "run"), control, events.put)
    worker.start()
    while type(events.get(timeout=30)).__name__ != "Paused":
        pass
    control.stop()
    assert worker.join(5)
    assert isinstance(list(events.queue)[-1], Stopped)


def test_a_network_with_nothing_to_learn_ends_in_failed_with_one_sentence(tmp_path):
    project = toys.project(Network.stack(Dropout()))
    last = work(TrainingRequest(project, toys.rings(), tmp_path / "run"))[-1]
    assert isinstance(last, Failed)
    assert last.message.startswith("The network has nothing to learn")


def test_a_folder_that_cannot_be_written_ends_in_failed_with_one_sentence(tmp_path):
    (tmp_path / "run").write_text("a file stands where the folder should be")
    last = work(TrainingRequest(toys.project(), toys.rings(), tmp_path / "run"))[-1]
    assert isinstance(last, Failed)
    assert "cannot be written" in last.message


def test_a_snapshot_cut_in_half_is_one_sentence(tmp_path):
    list(run(TrainingRequest(toys.project(epochs=1), toys.rings(), tmp_path / "run"), Control()))
    path = snapshot_files(tmp_path / "run")[-1]
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(FileError, match="is damaged"):
        snapshots.read(path)


def test_a_graph_with_a_skip_trains(tmp_path):
    network, first = Network.stack(Dense(units=8)).insert(Dense(units=8))
    network, joined = network.insert(Add(inputs=("dense", first)))
    network, _ = network.insert(Dense(units=2, activation="softmax"))
    assert isinstance(work(TrainingRequest(toys.project(network), toys.rings(), tmp_path / "run"))[-1], Finished)
    assert network.reads(joined) == ("dense", first)
