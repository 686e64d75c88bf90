"""Several processes train as one would; what goes wrong in one is a sentence, and none is left behind."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch

from engine import project as projects
from engine.choices.losses import MeanSquaredError
from engine.choices.optimizers import Adam, Sgd
from engine.cli import main
from engine.data.dataset import Dataset
from engine.errors import EngineError
from engine.facts import Target
from engine.layers.base import Learning
from engine.layers.core.basics import Dense, Dropout
from engine.layers.image.convolution import Conv2d
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.record.control import Control
from engine.record.events import Diverged, Event, Failed, Finished, Progress, Snapshot, Started, Stopped
from engine.record.request import TrainingRequest
from engine.runs.folder import RunFolder
from engine.shapes import Shape
from engine.training.learner import Learner
from engine.training.loop import train
from engine.training.parallel import replicas
from engine.training.parallel.replicas import Team, together
from engine.training.worker import Worker
from tests.engine import toys

ROOT = Path(__file__).resolve().parents[4]
MLP = Network.stack(Dense(units=32), Dense(units=16), Dense(units=2, activation="softmax"))
CNN = Network.stack(Conv2d(channels=4), Conv2d(channels=4), Flatten(), Dense(units=2, activation="softmax"))
DROPOUT = Network.stack(Dense(units=16), Dropout(rate=0.3), Dense(units=2, activation="softmax"))


def pictures(examples: int = 150) -> Dataset:
    """Bright and dark ones."""
    random = np.random.default_rng(0)
    classes = np.arange(examples, dtype=np.int64) % 2
    pixels = random.normal(0, 1, (examples, 1, 8, 8)).astype(np.float32) + classes[:, None, None, None].astype(
        np.float32
    )
    target = Target("brightness", "classes", ("dark", "bright"))
    return toys.dataset(pixels, classes, target, Shape.of(channel=1, height=8, width=8))


def helpers() -> list[psutil.Process]:
    """Processes of ours that train; Python's own watcher of shared memory is none."""
    children = psutil.Process().children(recursive=True)
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


@pytest.fixture(autouse=True)
def _none_is_left():
    yield
    assert helpers() == []
    assert not torch.distributed.is_initialized()


def request(network, data, folder, **training) -> TrainingRequest:
    settings = {"batch_size": 20, "epochs": 6, "threads": 1, **training}
    return TrainingRequest(toys.project(network, **settings), data, folder)


def losses(events) -> np.ndarray:
    return np.concatenate([event.losses for event in events if isinstance(event, Progress)])


def weights(events) -> dict[str, np.ndarray]:
    return dict([event for event in events if isinstance(event, Snapshot)][-1].arrays)


@pytest.mark.parametrize(
    ("network", "data", "training"),
    [
        (MLP, toys.rings(), {"optimizer": Adam(), "batch_size": 25}),  # 13 and 12, a last one of 20
        (CNN, pictures(), {"optimizer": Sgd(learning_rate=0.05, momentum=0.9)}),
        (MLP, toys.rings(), {"accumulate": 3, "batch_size": 50, "class_weights": "balanced", "epochs": 12}),
    ],
    ids=["mlp", "cnn", "accumulated"],
)
def test_two_processes_give_the_curve_of_one_with_the_whole_batch(tmp_path, network, data, training):
    alone = list(train(request(network, data, tmp_path, **training), Control()))
    two = list(train(request(network, data, tmp_path, processes=2, **training), Control()))
    assert isinstance(two[-1], Finished)
    assert len(losses(alone)) >= 30
    assert np.abs(losses(alone) - losses(two)).max() < 1e-5
    ours, theirs = weights(alone), weights(two)
    assert all(np.allclose(ours[name], theirs[name], atol=1e-5) for name in ours if name.startswith("model."))


def test_stopped_and_resumed_gives_the_same_bits_also_with_dropout(tmp_path):
    wanted = request(DROPOUT, toys.rings(), tmp_path, processes=2, epochs=4)
    whole = list(train(wanted, Control()))
    control, cut = Control(), []
    for event in train(wanted, control):
        cut.append(event)
        if isinstance(event, Progress) and event.step >= 7:
            control.stop()
    assert isinstance(cut[-1], Stopped)
    assert cut[-1].step < 24
    torch.manual_seed(12345)  # whatever happened in between
    rest = list(train(wanted, Control(), [event for event in cut if isinstance(event, Snapshot)][-1]))
    ours, theirs = weights(rest), weights(whole)
    assert all(np.array_equal(ours[name], theirs[name]) for name in theirs)


def test_live_changes_reach_the_helpers(tmp_path):
    """Dropout turned off and a layer frozen on the run's side: as one device that was changed alike."""
    wanted = request(DROPOUT, toys.rings(), tmp_path, processes=2)
    alone, leader = Learner(wanted), Learner(wanted)
    with together(wanted, leader, bool):
        for learner in (alone, leader):
            learner.model.get_submodule("dropout").p = 0.0
            learner.freeze("dense", True)
        for learner in (alone, leader):
            learner.found = [float(learner.step(*batch, 0.05)) for batch in learner.batches(0)]
    assert alone.found == pytest.approx(leader.found, abs=1e-6)
    ours, theirs = (learner.model.state_dict() for learner in (leader, alone))
    assert all(torch.allclose(ours[name], theirs[name], atol=1e-6) for name in theirs)


def test_every_device_and_step_has_random_numbers_of_its_own():
    one = Team(4, seed=3)
    seeds = {one._seed_of(step, rank) % 2**32 for step in range(500) for rank in range(1, 4)}
    one.close()
    assert len(seeds) == 1500


def worked(wanted, react) -> list[Event]:
    """All events of a worker; `react` is told of each."""
    events: queue.Queue[Event] = queue.Queue()

    def sink(event: Event) -> None:
        react(event)
        events.put(event)

    worker = Worker(wanted, Control(), sink)
    worker.start()
    assert worker.join(90)
    return list(events.queue)


def once(action):
    """Does it at the first Progress."""
    done: list[bool] = []

    def react(event: Event) -> None:
        if isinstance(event, Progress) and not done:
            done.append(True)
            action()

    return react


def kill_one() -> None:
    helpers()[0].kill()


def test_a_killed_helper_ends_the_run_with_a_sentence(tmp_path):
    wanted = request(MLP, toys.rings(), tmp_path / "run", processes=2, epochs=100_000)
    events = worked(wanted, once(kill_one))
    last = events[-1]
    assert isinstance(last, Failed)
    assert last.message.startswith("The helper process layerdeck-1 ")
    assert "was ended by signal 9" in last.message or sys.platform == "win32"
    assert last.message.count(".") == 2  # what happened, and what next
    assert RunFolder(tmp_path / "run").status().state == "failed"


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="a process cannot be held here")
def test_a_helper_that_hangs_is_not_waited_for_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(replicas, "PATIENCE", 2.0)
    monkeypatch.setattr(replicas, "LEAVING", 0.5)
    wanted = request(MLP, toys.rings(), tmp_path / "run", processes=2, epochs=100_000)
    events = worked(wanted, once(lambda: os.kill(helpers()[0].pid, signal.SIGSTOP)))
    assert isinstance(events[-1], Failed)
    assert "has not answered for 2 seconds" in events[-1].message or "do not answer any more" in events[-1].message


def test_a_run_stops_and_pauses_as_with_one_device(tmp_path):
    wanted = request(MLP, toys.rings(), tmp_path / "run", processes=2, epochs=100_000)
    control, names = Control(), []
    for event in train(wanted, control):
        names.append(type(event).__name__)
        if isinstance(event, Progress) and "Paused" not in names:
            control.pause()
        elif names[-1] == "Paused":
            control.go_on()
        elif isinstance(event, Progress) and "Resumed" in names:
            control.stop()
    assert names[-1] == "Stopped"


def test_a_run_diverges_as_with_one_device(tmp_path):
    network = Network.stack(Dense(units=64), Dense(units=64), Dense(units=1, activation="none"))
    settings = {"loss": MeanSquaredError(), "metrics": ("r2",), "epochs": 50, "optimizer": Sgd(learning_rate=50)}
    alone, two = (
        list(train(request(network, toys.line(), tmp_path, processes=processes, **settings), Control()))[-1]
        for processes in (1, 2)
    )
    assert isinstance(two, Diverged)
    assert two.step == alone.step


def test_stopping_while_helpers_start_waits_for_none(tmp_path):
    control = Control()
    control.stop()
    events = list(train(request(MLP, toys.rings(), tmp_path, processes=3), control))
    assert [type(event) for event in (events[0], events[-1])] == [Started, Stopped]


def test_an_error_of_a_helper_is_told_with_its_trace(tmp_path):
    wanted = request(MLP, toys.rings(), tmp_path, processes=2)
    learner = Learner(wanted)
    learner.objectives = ("no objective",)
    with pytest.raises(RuntimeError, match=r"In layerdeck-1:\nTraceback"), together(wanted, learner, bool):
        pass


def test_a_run_that_is_dropped_leaves_no_helper(tmp_path):
    events = train(request(MLP, toys.rings(), tmp_path, processes=2), Control())
    next(events)
    assert len(helpers()) == 1
    events.close()


SCRIPT = """
import sys
from pathlib import Path
from engine.record.control import Control
from engine.record.events import Progress
from engine.training.worker import run
from tests.engine.training.parallel.test_replicas import MLP, request, toys

if __name__ == "__main__":
    wanted = request(MLP, toys.rings(), Path(sys.argv[1]), processes=2, epochs=100_000)
    for event in run(wanted, Control()):
        if isinstance(event, Progress):
            print(event.step, flush=True)
"""


def never_reads(pipe, place) -> None:
    """A helper that never has torch loaded."""
    time.sleep(600)


def test_starting_helpers_waits_for_none_of_them_to_read_its_data(tmp_path, monkeypatch):
    """So that Stop is answered meanwhile: they load torch first, which takes seconds."""
    monkeypatch.setattr(replicas, "work", never_reads)
    wanted = request(CNN, pictures(20_000), tmp_path / "run", processes=3)
    learner, found = Learner(wanted), Team(3, seed=0)
    try:
        found.start(wanted, learner, lambda: True)
        assert len(helpers()) == 2
    finally:
        found.close()


def test_helpers_of_a_run_that_is_killed_end_by_themselves(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    words = [sys.executable, str(script), str(tmp_path / "run")]
    (tmp_path / "tmp").mkdir()
    place = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path / "tmp")}
    with subprocess.Popen(words, cwd=ROOT, env=place, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline().strip().isdigit()
        children = psutil.Process(process.pid).children(recursive=True)
        assert any("spawn_main" in " ".join(child.cmdline()) for child in children)
        process.kill()
    _, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []
    assert list((tmp_path / "tmp").glob("layerdeck-team-*")) == []


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="there are no process groups")
def test_ctrl_c_reaches_all_and_the_run_decides(tmp_path):
    """As a terminal sends it: to the command and to its helpers alike."""
    path = tmp_path / "p.layerdeck"
    assert main(["new", "--sample", "iris", "--out", str(path)]) == 0
    project = projects.load(path)
    training = project.training.changed(processes=2, threads=1, epochs=100_000)
    projects.save(project.changed(training=training), path)
    words = [sys.executable, str(ROOT / "main.py"), "train", str(path), "--out", str(tmp_path / "run")]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, start_new_session=True, **pipes) as process:
        assert process.stdout.readline().startswith("epoch 1/")
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "Stopped at step" in out
    assert err == ""


def test_devices_that_are_not_there_are_one_sentence():
    with pytest.raises(EngineError, match=r"^This machine has \d+ CUDA cards?\. Set devices to \d+\.$"):
        replicas._check(torch.device("cuda"), torch.cuda.device_count() + 1)
    with pytest.raises(EngineError, match="is a single device"):
        replicas._check(torch.device("mps"), 2)


def test_a_layer_that_was_frozen_and_learns_now_gets_every_share(tmp_path):
    network = DROPOUT.with_values("dense", learning=Learning(frozen=True))
    wanted = request(network, toys.rings(), tmp_path, processes=2)
    alone, leader = Learner(wanted), Learner(wanted)
    found = []
    with together(wanted, leader, bool):
        for learner in (alone, leader):
            learner.model.get_submodule("dropout").p = 0.0
            learner.freeze("dense", False)
            learner.gradients(*next(iter(learner.batches(0))))
            found.append([one.grad.clone() for one in learner.model.parameters()])
    assert all(torch.allclose(*pair, atol=1e-6) for pair in zip(*found, strict=True))
