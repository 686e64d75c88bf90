"""What goes wrong with disks: one clear sentence, and the last good snapshot can still be used."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import pytest

from engine.errors import FileError
from engine.record.events import Failed, Finished, KnobTurned, Stopped
from engine.record.files import OLD_STATUS, RECORD, snapshot_files
from engine.record.repair import ASIDE
from engine.runs import store
from engine.runs.folder import RunFolder
from engine.training.checkpoint import snapshot as snapshots
from engine.training.recorder import record, record_ending
from tests.engine.runs import recorded
from tests.engine.runs.disks import read_only, small_disk
from tests.engine.runs.recorded import epoch_events, losses, request, run, snapshot, started, tell

ROOT = Path(__file__).resolve().parents[3]
needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="there is no such call")


def one_sentence(error: Exception) -> str:
    """The text of an error for a person: a sentence, perhaps with what to do next, on one line."""
    said = str(error)
    assert "\n" not in said
    assert said.endswith(".")
    assert "Error" not in said
    return said


def grows(folder: Path, size: int):
    """A run whose snapshots are all kept, until something stops it; gives the error."""
    events = [event for epoch in range(1, 40) for event in epoch_events(epoch, "kept", size=size)]
    with pytest.raises(FileError) as caught:
        tell(request(folder), [started(0, 40), *events])
    return one_sentence(caught.value)


def goes_on(folder: Path) -> None:
    """From its last good snapshot, and its losses up to there are all there."""
    found, _ = snapshots.choose(folder)
    assert (found.arrays["model.weight"] == found.step).all()
    before = RunFolder(folder).losses()
    assert np.array_equal(before[: found.step], losses(0, found.step))
    tell(request(folder, resume=True), [started(found.step), snapshot(found.step), Stopped(found.step)])
    assert np.array_equal(RunFolder(folder).losses(), losses(0, found.step))
    assert RunFolder(folder).status().state == "stopped"


def test_a_full_disk_is_one_sentence_and_the_last_good_snapshot_stays(tmp_path):
    with small_disk(tmp_path / "disk", 2_000_000) as disk:
        said = grows(disk / "r", 50_000)
        assert re.search(r"cannot be written: the disk is full\. Free some space", said), said
        assert len(snapshot_files(disk / "r")) >= 3
        assert [path.name for path in disk.rglob(".*.safetensors.*")] == []
        assert [one.name for one in store.runs(disk)] == ["r"]
        snapshot_files(disk / "r")[0].unlink()
        goes_on(disk / "r")


def test_a_disk_that_is_full_of_curve_is_one_sentence_too(tmp_path):
    with small_disk(tmp_path / "disk", 1_000_000) as disk:
        run(disk / "r", 2)
        with suppress(OSError), (disk / "filler").open("wb", buffering=0) as filler:
            while filler.write(b"x" * 4096):
                pass
        bunches = [event for epoch in range(3, 900) for event in epoch_events(epoch)]
        with pytest.raises(FileError) as caught:
            tell(request(disk / "r", resume=True), [started(200, 900), *bunches])
        assert "cannot be written: the disk is full" in one_sentence(caught.value)
        (disk / "filler").unlink()
        goes_on(disk / "r")


def test_a_run_that_a_full_disk_lets_not_begin_is_one_sentence_and_no_run(tmp_path):
    said = set[str]()
    with small_disk(tmp_path / "disk", 600_000) as disk:
        for left in range(0, 320_000, 16_384):  # whatever is written last: the project, the database, its log
            folder = disk / f"r-{left}"
            _fill(disk / "filler", left)
            with suppress(FileError):  # nor can its ending be written
                for words in _begins(folder):
                    assert re.search(r"cannot be written: the disk is full\. Free some space\.$", words), words
                    said.add(words)
            listed = {one.name: one.state for one in store.runs(disk)}
            assert listed.get(folder.name, "no run") in ("no run", "finished"), (left, listed)
            (disk / "filler").unlink()
            shutil.rmtree(folder, ignore_errors=True)
    assert len(said) > 2


def _begins(folder: Path) -> list[str]:
    """What is said of it; nothing where there is room."""
    try:
        tell(request(folder), [started(), snapshot(0), Finished(0)])
    except FileError as error:
        record_ending(folder, Failed(0, str(error)))
        return [one_sentence(error)]
    return []


def _fill(path: Path, left: int) -> None:
    """Takes all room of a disk but `left` bytes."""
    with path.open("wb", buffering=0) as filler:
        with suppress(OSError):
            while filler.write(b"x" * 4096):
                pass
        filler.truncate(max(0, filler.tell() - left))


LIMITED = """
import resource, sys
from pathlib import Path
from engine.errors import FileError
from tests.engine.runs.recorded import epoch_events, request, run, started, tell
folder = Path(sys.argv[1])
run(folder, 2)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    tell(request(folder, resume=True), [started(200), *epoch_events(3, size=50_000)])
except FileError as error:
    print(error)
"""


@needs_posix
def test_a_file_that_may_not_grow_is_one_sentence_and_the_run_goes_on_later(tmp_path):
    command = [sys.executable, "-c", LIMITED, str(tmp_path / "r")]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "cannot be written: file too large" in said
    assert said.count("\n") == 1
    assert [path.name for path in tmp_path.rglob(".*.safetensors.*")] == []
    goes_on(tmp_path / "r")


def test_a_read_only_folder_is_read_and_one_sentence_when_it_shall_be_written(tmp_path):
    run(tmp_path / "runs" / "r", 2, {1: ("best",)})
    with read_only(tmp_path / "runs") as root:
        folder = RunFolder(root / "r")
        assert np.array_equal(folder.losses(), losses(0, 200))
        assert (folder.snapshot("best").step, folder.going_on) == (100, False)
        assert [(one.name, one.state) for one in store.runs(root)] == [("r", "finished")]
        for attempt in (
            lambda: store.annotate(root / "r", star=True),
            lambda: store.to_bin(root / "r"),
            lambda: tell(request(root / "r", resume=True), []),
            lambda: tell(request(root / "new"), []),
        ):
            with pytest.raises(FileError) as caught:
                attempt()
            assert re.search(r"read-only|cannot be", one_sentence(caught.value))
    assert np.array_equal(snapshots.read(tmp_path / "runs" / "r").arrays["model.weight"][:1], [200])
    goes_on(tmp_path / "runs" / "r")


def test_a_run_killed_and_then_made_read_only_is_read_with_all_it_wrote(tmp_path):
    events = record(request(tmp_path / "first"), iter([started(), *epoch_events(1), Stopped(100)]))
    for _ in range(5):
        next(events)
    shutil.copytree(tmp_path / "first", tmp_path / "copy")  # with its log, as a kill leaves it
    events.close()
    assert (tmp_path / "copy" / f"{RECORD}-wal").stat().st_size
    with read_only(tmp_path / "copy") as copy:
        assert np.array_equal(RunFolder(copy).losses(), losses(0, 100))
        assert RunFolder(copy).status().state == "running"


def test_a_run_whose_log_is_gone_is_read_where_nothing_may_be_written(tmp_path):
    run(tmp_path / "r", 2)
    connection = sqlite3.connect(tmp_path / "r" / RECORD)
    connection.execute("PRAGMA journal_mode = WAL")  # as a reader leaves it that was there when the run ended
    connection.close()
    with read_only(tmp_path / "r") as folder:
        assert np.array_equal(RunFolder(folder).losses(), losses(0, 200))


def overwritten(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


def overwritten_later(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3 :] = os.urandom(len(content) - len(content) // 3)
    path.write_bytes(content)


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def never_a_form(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 0")
    connection.close()


def without_tables(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.executescript("DROP TABLE run; DROP TABLE curve;")
    connection.close()


DAMAGES = [overwritten, overwritten_later, cut_in_half, emptied, never_a_form, without_tables, Path.unlink]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.__name__)
def test_a_damaged_record_is_made_anew_and_says_so(tmp_path, damage):
    folder = run(tmp_path / "r", 300, {100: ("best",), 200: ("kept",)})
    store.annotate(folder, tags=["good"], note="my words", star=True)
    backdate(folder)
    store.runs(tmp_path)  # it remembers
    damage(folder / RECORD)
    RunFolder(folder).losses()  # the list alone reads little, and may not meet the damage
    (row,) = store.runs(tmp_path)
    assert row.trouble == one_sentence(FileError(row.trouble.removesuffix(".")))
    assert row.trouble.startswith("The record of r was damaged and has been made anew;")
    assert row.trouble == RunFolder(folder).trouble()
    assert (row.state, row.status.step, row.status.epochs) == ("finished", 30_000, 300)
    assert (row.about.tags, row.about.note, row.about.star) == (("good",), "my words", True)
    assert [(info.step, info.names) for info in RunFolder(folder).snapshots()] == [
        (10_000, ("best",)),
        (20_000, ("kept",)),
        (29_900, ()),
        (30_000, ("last",)),
    ]
    found = RunFolder(folder).losses()
    there = np.isfinite(found)
    assert np.array_equal(found[there], losses(0, 30_000)[: len(found)][there])
    assert "lost" in row.trouble
    if damage is not Path.unlink:
        assert (folder / ASIDE).is_file()
    tell(request(folder, resume=True), [started(30_000, 301), *epoch_events(301), Stopped(30_100)])
    assert len(RunFolder(folder).losses()) == 30_100


def backdate(folder: Path) -> None:
    """As if the run had ended an hour ago, so that the list remembers it."""
    for path in (folder / RECORD, folder / "snapshots"):
        os.utime(path, (path.stat().st_mtime - 3600,) * 2)


def test_what_a_damaged_record_still_gives_is_kept(tmp_path):
    folder = run(tmp_path / "r", 300)
    connection = sqlite3.connect(folder / RECORD)
    with connection:
        connection.execute("UPDATE curve SET losses = zeroblob(length(losses)) WHERE chunk = 3")
    connection.close()
    found = RunFolder(folder).losses()
    lost = np.zeros(30_000, bool)
    lost[3 * 4096 : 4 * 4096] = True
    assert np.array_equal(np.isnan(found), lost)
    assert np.array_equal(found[~lost], losses(0, 30_000)[~lost])
    assert RunFolder(folder).trouble().endswith("the losses of 4,096 steps are lost.")
    assert len(RunFolder(folder).epochs()) == 300


def test_one_row_of_nonsense_takes_no_other_with_it(tmp_path):
    folder = run(tmp_path / "r", 5)
    connection = sqlite3.connect(folder / RECORD)
    with connection:
        connection.execute("UPDATE epoch SET document = '[' WHERE epoch = 2")
        connection.execute("UPDATE event SET document = 'x' WHERE id = 1")
    connection.close()
    assert [end.epoch for end in RunFolder(folder).epochs()] == [1, 3, 4, 5]
    assert [one.kind for one in RunFolder(folder).history()] == ["finished", "repaired"]
    assert np.array_equal(RunFolder(folder).losses(), losses(0, 500))


def test_a_record_of_a_newer_form_is_left_alone(tmp_path):
    folder = run(tmp_path / "r", 1)
    connection = sqlite3.connect(folder / RECORD)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = (folder / RECORD).read_bytes()
    with pytest.raises(FileError, match=r"was written by a newer Layerdeck .* Update Layerdeck") as caught:
        RunFolder(folder).status()
    (row,) = store.runs(tmp_path)
    assert (row.state, row.trouble) == ("unreadable", one_sentence(caught.value))
    with pytest.raises(FileError, match="newer Layerdeck"):
        tell(request(folder, resume=True), [])
    assert (folder / RECORD).read_bytes() == before


def test_a_damaged_index_loses_nothing(tmp_path):
    run(tmp_path / "r", 1)
    store.annotate(tmp_path / "r", note="kept")
    backdate(tmp_path / "r")
    for damage in (overwritten, cut_in_half, emptied):
        store.runs(tmp_path)
        damage(tmp_path / "runs.db")
        assert [(one.name, one.about.note) for one in store.runs(tmp_path)] == [("r", "kept")]
        assert [(one.name, one.about.note) for one in store.runs(tmp_path)] == [("r", "kept")]


def cut_file(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [cut_file, flip_byte, emptied], ids=lambda one: one.__name__)
def test_a_damaged_snapshot_is_replaced_by_the_last_good_one_and_said(tmp_path, damage):
    folder = run(tmp_path / "r", 4)
    damage(snapshot_files(folder)[-1])
    found, trouble = snapshots.choose(folder)
    assert found.step == 300
    assert trouble == "The snapshot of step 400 is damaged; that of step 300 is used instead."
    goes_on(folder)
    assert snapshots.choose(folder)[1] == ""


def test_with_no_good_snapshot_left_it_is_one_sentence(tmp_path):
    folder = run(tmp_path / "r", 4)
    for path in snapshot_files(folder):
        flip_byte(path)
    with pytest.raises(FileError, match=r"snapshot .*0000000400.* is damaged. Train the run again"):
        snapshots.choose(folder)


def test_two_at_once_on_one_run(tmp_path):
    events = record(request(tmp_path / "r"), iter([started(), *epoch_events(1), KnobTurned(100, "frozen", True)]))
    next(events)
    for attempt in (
        lambda: tell(request(tmp_path / "r"), []),
        lambda: tell(request(tmp_path / "r", resume=True), []),
        lambda: store.to_bin(tmp_path / "r"),
    ):
        with pytest.raises(FileError, match="is going on"):
            attempt()
    store.annotate(tmp_path / "r", tags=["seen"], note="while it goes on")
    assert [row.state for row in store.runs(tmp_path)] == ["running"]
    list(events)
    assert RunFolder(tmp_path / "r").annotations().tags == ("seen",)
    assert len(RunFolder(tmp_path / "r").losses()) == 100
    assert [row.state for row in store.runs(tmp_path)] == ["interrupted"]


@needs_posix
def test_killed_at_any_moment_a_run_is_whole_up_to_its_last_snapshot(tmp_path):
    times = 12
    command = [sys.executable, "-m", "tests.engine.runs.killed_writer", str(tmp_path), str(times), "3"]
    subprocess.run(command, cwd=ROOT, check=True, timeout=200)
    for number in range(times):
        folder = tmp_path / str(number)
        found, trouble = snapshots.choose(folder)
        assert trouble == ""
        assert (found.arrays["model.weight"] == found.step).all()
        assert RunFolder(folder).trouble() == ""
        there = RunFolder(folder).losses()
        assert np.array_equal(there, losses(0, len(there)))
        assert len(there) >= found.step
        finished = found.step // 100
        assert [end.epoch for end in RunFolder(folder).epochs()][:finished] == [*range(1, finished + 1)]
        goes_on(folder)


def test_an_old_run_whose_taking_over_was_cut_off_is_one_run(tmp_path):
    shutil.copytree(ROOT / "tests" / "files" / "old-run", tmp_path / "r")
    store.annotate(tmp_path / "r", star=True)
    shutil.copy(ROOT / "tests" / "files" / "old-run" / OLD_STATUS, tmp_path / "r")
    assert store.runs(tmp_path)[0].about.star
    tell(recorded.request(tmp_path / "r", resume=True), [started(16), Stopped(16)])
    assert not (tmp_path / "r" / OLD_STATUS).exists()


def test_one_damaged_old_run_leaves_the_others_in_the_list(tmp_path):
    for name in ("a", "b"):
        shutil.copytree(ROOT / "tests" / "files" / "old-run", tmp_path / name)
    lines = (tmp_path / "a" / "epochs.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "a" / "epochs.jsonl").write_text("{half a li\n" + "".join(lines[1:]))
    assert sorted(one.folder.name for one in store.runs(tmp_path)) == ["a", "b"]
    assert [end.epoch for end in RunFolder(tmp_path / "a").epochs()] == [2]


def test_a_value_of_another_kind_damages_one_run_and_not_the_list(tmp_path):
    run(tmp_path / "a", 1)
    run(tmp_path / "b", 1)
    with closing(sqlite3.connect(tmp_path / "a" / RECORD)) as connection, connection:
        document = json.loads(connection.execute("SELECT status FROM run").fetchone()[0])
        connection.execute("UPDATE run SET status = ?", (json.dumps({**document, "started": 5}),))
    assert sorted(one.folder.name for one in store.runs(tmp_path)) == ["a", "b"]


def test_tactics_of_another_kind_are_one_sentence(tmp_path):
    run(tmp_path / "a", 1)
    with closing(sqlite3.connect(tmp_path / "a" / RECORD)) as connection, connection:
        connection.execute("UPDATE event SET document = ? WHERE kind = 'started'", (json.dumps({"threads": "many"}),))
    with pytest.raises(FileError, match="damaged"):
        RunFolder(tmp_path / "a").tactics()
