"""What a run leaves on the disk while it goes on, and what of it is there again when it goes on later."""

from __future__ import annotations

import multiprocessing
import shutil
import sqlite3
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from engine.errors import FileError
from engine.record import database
from engine.record.database import CHUNK
from engine.record.events import EpochEnd, Finished, KnobTurned, Progress, Saved, Stopped
from engine.record.files import RECORD, RECORD_FILES, snapshot_files
from engine.record.request import TrainingRequest
from engine.runs.folder import RunFolder, read_status
from engine.training.checkpoint import snapshot as snapshots
from engine.training.recorder import record, record_ending
from tests.engine import toys
from tests.engine.runs.recorded import epoch_events, killed, losses, request, run, snapshot, started, tell


def steps_of(folder) -> list[int]:
    return [info.step for info in RunFolder(folder).snapshots()]


def test_every_loss_is_kept_over_many_chunks_to_the_last_bit(tmp_path):
    ends = [1, 5, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7, 5 * CHUNK, 5 * CHUNK + 2]
    bunches = [Progress(end, losses(begin, end), 0.1, 0.0) for begin, end in zip([0, *ends], ends, strict=False)]
    parted = [event for bunch in bunches for event in (bunch, snapshot(bunch.step))]  # each is committed by itself
    tell(request(tmp_path / "r"), [started(), *parted, Finished(ends[-1])])
    assert np.array_equal(RunFolder(tmp_path / "r").losses(), losses(0, ends[-1]))


def test_a_run_is_read_while_it_goes_on_and_one_plain_file_afterwards(tmp_path):
    events = record(request(tmp_path / "r"), iter([started(), *epoch_events(1), Stopped(100)]))
    said = [next(events) for _ in range(5)]
    assert isinstance(said[-1], Saved)
    folder = RunFolder(tmp_path / "r")
    assert folder.going_on
    assert (folder.status().state, folder.status().step, len(folder.losses())) == ("running", 100, 100)
    assert (tmp_path / "r" / f"{RECORD}-wal").is_file()
    list(events)
    assert not folder.going_on
    assert [name for name in RECORD_FILES if (tmp_path / "r" / name).exists()] == [RECORD]
    assert folder.status().state == "stopped"


def state_once_there(folder: Path) -> str:
    """What another process reads of a run the moment its record is there."""
    limit = time.monotonic() + 60
    while not (folder / RECORD).is_file():
        assert time.monotonic() < limit, "no record came"
    return read_status(folder).state


def test_who_finds_the_record_of_a_run_that_begins_finds_it_whole(tmp_path):
    folders = [tmp_path / f"run-{at}" for at in range(20)]
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        pool.submit(int).result(timeout=60)
        for folder in folders:
            looking = pool.submit(state_once_there, folder)
            events = record(request(folder), iter([started(), Progress(1, losses(0, 1), 0.1, 0.0)]))
            next(events)
            assert looking.result(timeout=60) == "running"
            events.close()


def test_the_log_of_a_record_is_not_played_into_the_one_that_replaces_it(tmp_path):
    path = tmp_path / RECORD
    with database.anew(path) as made:
        made.execute("INSERT INTO run (id, status) VALUES (1, 'old')")
    old = database.open_to_write(path)
    database.begin_wal(old)
    old.execute("UPDATE run SET status = 'later'")
    shutil.copy(f"{path}-wal", tmp_path / "log")  # as a kill leaves it
    old.close()
    (tmp_path / "log").replace(f"{path}-wal")
    with database.anew(path) as made:
        made.execute("INSERT INTO run (id, status) VALUES (1, 'new')")
    with database.reading(path) as kept:
        assert kept.execute("SELECT status FROM run").fetchall() == [("new",)]
    assert [file.name for file in tmp_path.iterdir()] == [RECORD]


def test_a_record_made_anew_takes_its_place_whole_or_not_at_all(tmp_path):
    path = tmp_path / RECORD
    with database.anew(path) as made:
        made.execute("INSERT INTO run (id, status) VALUES (1, 'first')")
        assert not path.exists()
    with suppress(ZeroDivisionError), database.anew(path) as made:
        made.execute("INSERT INTO run (id, status) VALUES (1, 'second')")
        raise ZeroDivisionError
    with database.reading(path) as kept:
        assert kept.execute("SELECT status FROM run").fetchall() == [("first",)]
    assert [file.name for file in tmp_path.iterdir()] == [RECORD]


def test_the_status_knows_the_last_and_the_best_measures(tmp_path):
    ends = [
        EpochEnd(1, 100, 0.9, 0.5, {"accuracy": 0.7, "mae": 2.0}),
        EpochEnd(2, 200, 0.8, 0.4, {"accuracy": 0.9, "mae": 1.0}),
        EpochEnd(3, 300, 0.7, 0.6, {"accuracy": float("nan"), "mae": 3.0}),
    ]
    tell(request(tmp_path / "r"), [started(), *ends, Finished(300)])
    status = RunFolder(tmp_path / "r").status()
    assert status.best == {"loss": 0.4, "accuracy": 0.9, "mae": 1.0}
    assert (status.loss, status.metrics["mae"]) == (0.6, 3.0)


def test_the_last_two_the_best_and_the_kept_ones_stay(tmp_path):
    run(tmp_path / "r", 6, {1: ("best",), 2: ("kept",), 3: ("best",)})
    folder = RunFolder(tmp_path / "r")
    assert [(info.step, info.names) for info in folder.snapshots()] == [
        (200, ("kept",)),
        (300, ("best",)),
        (500, ()),
        (600, ("last",)),
    ]
    assert [info.path for info in folder.snapshots()] == snapshot_files(tmp_path / "r")
    assert all(info.bytes == info.path.stat().st_size for info in folder.snapshots())
    assert (folder.snapshot("best").loss, folder.snapshot("best").epoch) == (0.5, 3)


@pytest.mark.parametrize(("name", "step"), [("last", 400), ("best", 200), (300, 300), ("300", 300), ("Step 300", 300)])
def test_a_snapshot_is_chosen_by_name_or_step(tmp_path, name, step):
    run(tmp_path / "r", 4, {2: ("best",)})
    assert RunFolder(tmp_path / "r").snapshot(name).step == step
    found, trouble = snapshots.choose(tmp_path / "r", name)
    assert (found.step, float(found.arrays["model.weight"][0]), trouble) == (step, step, "")


def test_a_snapshot_that_is_not_there_is_one_sentence_with_those_that_are(tmp_path):
    run(tmp_path / "r", 2)
    with pytest.raises(FileError, match=r"has no snapshot of step 1,234. Choose last, epoch 1, epoch 2"):
        RunFolder(tmp_path / "r").snapshot(1234)
    with pytest.raises(FileError, match="has no snapshot called best"):
        RunFolder(tmp_path / "r").snapshot("best")
    with pytest.raises(FileError, match="Name it last, best, by its epoch or by its step"):
        RunFolder(tmp_path / "r").snapshot("first")


def test_other_programs_read_our_snapshots(tmp_path):
    arrays = {
        "model.half": np.ones((2, 3), np.float16),
        "model.empty": np.empty((0, 4), np.float32),
        "model.turned": np.arange(6, dtype=np.float32).reshape(2, 3).T,
        "optimizer.0.step": np.float32(3.0),
        "model.flag": np.array([True, False]),
        "model.count": np.array(7, np.int64),
    }
    made = snapshot(5)
    snapshots.write(type(made)(5, arrays, made.state), tmp_path / "snapshots" / "5.safetensors")
    found = safetensors.numpy.load_file(tmp_path / "snapshots" / "5.safetensors")
    assert found.keys() == arrays.keys()
    for name, value in arrays.items():
        assert found[name].dtype == np.asarray(value).dtype
        assert np.array_equal(found[name], value)
    again = snapshots.read(tmp_path / "snapshots" / "5.safetensors")
    assert all(np.array_equal(again.arrays[name], value) for name, value in arrays.items())


def test_a_run_that_goes_on_drops_what_came_after_its_snapshot_but_no_knob(tmp_path):
    turned = KnobTurned(150, "learning_rate", 0.01), KnobTurned(350, "frozen", True, "block.dense")
    killed(
        request(tmp_path / "r"),
        [started(), *epoch_events(1), turned[0], *epoch_events(2), *epoch_events(3, "best"), turned[1]],
    )
    folder = RunFolder(tmp_path / "r")
    assert folder.status().state == "running"
    for info in folder.snapshots()[1:]:
        info.path.unlink()
    tell(request(tmp_path / "r", resume=True), [started(200), snapshot(200), turned[0], Stopped(200)])
    assert np.array_equal(folder.losses(), losses(0, 200))
    assert [end.epoch for end in folder.epochs()] == [1, 2]
    assert (folder.status().epoch, folder.status().best) == (2, {"loss": 0.75, "accuracy": 0.75})
    assert folder.knobs() == list(turned)
    assert steps_of(tmp_path / "r") == [200]
    assert [one.kind for one in folder.history()] == ["started", "knob", "knob", "started", "stopped"]


def test_losses_that_never_reached_the_disk_are_a_gap(tmp_path):
    killed(request(tmp_path / "r"), [started(), *epoch_events(1)])
    tell(request(tmp_path / "r", resume=True), [started(130), Stopped(130)])
    found = RunFolder(tmp_path / "r").losses()
    assert len(found) == 130
    assert np.array_equal(found[:100], losses(0, 100))
    assert np.isnan(found[100:]).all()


def test_going_on_from_a_chunks_border_and_from_nothing(tmp_path):
    for name, step in (("border", CHUNK), ("nothing", 0), ("inside", CHUNK + 5)):
        more = Progress(2 * CHUNK, losses(0, 2 * CHUNK), 0.1, 0.0)
        killed(request(tmp_path / name), [started(), more, snapshot(step)])
        rest = Progress(step + 9, losses(step, step + 9), 0.1, 0.0)
        tell(request(tmp_path / name, resume=True), [started(step), rest, Finished(step + 9)])
        assert np.array_equal(RunFolder(tmp_path / name).losses(), losses(0, step + 9)), name


def test_a_snapshot_keeps_its_names_when_it_is_written_again(tmp_path):
    killed(request(tmp_path / "r"), [started(), *epoch_events(1, "best", "kept")])
    tell(request(tmp_path / "r", resume=True), [started(100), snapshot(100), *epoch_events(2), Stopped(200)])
    assert RunFolder(tmp_path / "r").snapshot(100).names == ("best", "kept")


def test_a_snapshot_whose_row_was_lost_is_found_by_its_file(tmp_path):
    run(tmp_path / "r", 4, {1: ("best", "kept"), 2: ("best",), 3: ("kept",)})
    connection = sqlite3.connect(tmp_path / "r" / RECORD)
    with connection:
        connection.execute("DELETE FROM snapshot")
    connection.close()
    folder = RunFolder(tmp_path / "r")
    assert [(info.step, info.names) for info in folder.snapshots()] == [
        (100, ("kept",)),
        (200, ("best",)),
        (300, ("kept",)),
        (400, ("last",)),
    ]
    tell(request(tmp_path / "r", resume=True), [started(400), snapshot(400), Stopped(400)])
    assert steps_of(tmp_path / "r") == [100, 200, 300, 400]


def test_what_was_left_half_written_is_removed_and_other_files_stay(tmp_path):
    run(tmp_path / "r", 1)
    half = [tmp_path / "r" / "snapshots" / ".0000000100.safetensors.abc", tmp_path / "r" / ".facts.json.xyz"]
    mine = [tmp_path / "r" / "notes.txt", tmp_path / "r" / ".mine.txt"]
    for path in (*half, *mine):
        path.write_text("x")
    tell(request(tmp_path / "r", resume=True), [started(100), Stopped(100)])
    assert not any(path.exists() for path in half)
    assert all(path.exists() for path in mine)


def test_a_new_run_in_the_folder_takes_nothing_of_the_old_one(tmp_path):
    run(tmp_path / "r", 3, {1: ("kept",)})
    tell(request(tmp_path / "r"), [started(), Stopped(0)])
    folder = RunFolder(tmp_path / "r")
    assert (len(folder.losses()), folder.epochs(), folder.snapshots()) == (0, [], [])


def test_a_run_that_goes_on_with_more_epochs_has_the_new_project(tmp_path):
    run(tmp_path / "r", 2)
    tell(request(tmp_path / "r", resume=True, epochs=5), [started(200, 5), snapshot(200), Stopped(200)])
    folder = RunFolder(tmp_path / "r")
    assert folder.project().training.epochs == 5
    assert (folder.status().epochs, folder.status().total_steps) == (5, 500)


def test_group_and_parent_of_the_request_are_kept(tmp_path):
    asked = TrainingRequest(toys.project(), toys.rings(), tmp_path / "r", group="folds", parent="first-1")
    tell(asked, [started(), Stopped(0)])
    about = RunFolder(tmp_path / "r").annotations()
    assert (about.group, about.parent) == ("folds", "first-1")


def test_an_ending_from_outside_is_not_written_into_a_run_that_goes_on(tmp_path):
    events = record(request(tmp_path / "r"), iter([started(), *epoch_events(1), Stopped(100)]))
    next(events)
    with pytest.raises(FileError, match="going on elsewhere"):
        record_ending(tmp_path / "r", Finished(7))
    assert RunFolder(tmp_path / "r").status().state == "running"
    events.close()
    record_ending(tmp_path / "r", Finished(7))
    assert RunFolder(tmp_path / "r").status().state == "finished"
