"""A run made of another one's snapshot has that one's past and nothing of what came later."""

from __future__ import annotations

import shutil
import sys

import numpy as np
import pytest

from engine.errors import FileError
from engine.record.events import Finished, KnobTurned
from engine.runs import store
from engine.runs.folder import RunFolder
from engine.runs.forking import fork
from engine.training.checkpoint.snapshot import choose
from tests.engine.runs.recorded import epoch_events, losses, request, run, started, tell
from tests.engine.runs.test_store import OLD_RUN


def test_it_stands_where_the_snapshot_was_taken_before_it_goes_on(tmp_path):
    turned = KnobTurned(150, "learning_rate", 0.01), KnobTurned(350, "learning_rate", 0.5)
    first, *rest = [event for epoch in (3, 4) for event in epoch_events(epoch)]
    events = [*epoch_events(1), turned[0], *epoch_events(2, "kept"), first, turned[1], *rest, Finished(400)]
    tell(request(tmp_path / "old"), [started(), *events])
    store.annotate(tmp_path / "old", tags=["mine"], star=True)
    fork(RunFolder(tmp_path / "old"), "epoch 2", tmp_path / "new")
    new = RunFolder(tmp_path / "new")
    assert np.array_equal(new.losses(), losses(0, 200))
    assert [end.epoch for end in new.epochs()] == [1, 2]
    assert new.knobs() == [turned[0]]
    assert [(info.step, info.names) for info in new.snapshots()] == [(200, ("last",))]
    status = new.status()
    assert (status.state, status.name, status.step, status.epoch, status.best["loss"]) == (
        "stopped",
        "new",
        200,
        2,
        0.75,
    )
    assert new.annotations() == store.Annotations(parent="old")
    assert choose(tmp_path / "new")[0].step == 200
    assert len(RunFolder(tmp_path / "old").losses()) == 400
    with pytest.raises(FileError, match="holds a run already"):
        fork(RunFolder(tmp_path / "old"), "last", tmp_path / "new")


def test_an_old_run_can_be_begun_from_too_and_stays_as_it_is(tmp_path):
    shutil.copytree(OLD_RUN, tmp_path / "old")
    before = {path.name: path.read_bytes() for path in (tmp_path / "old").iterdir() if path.is_file()}
    fork(RunFolder(tmp_path / "old"), "last", tmp_path / "new")
    assert RunFolder(tmp_path / "new").status().step == RunFolder(tmp_path / "new").snapshot().step == 16
    assert {path.name: path.read_bytes() for path in (tmp_path / "old").iterdir() if path.is_file()} == before


def test_nothing_is_left_where_there_is_no_such_snapshot(tmp_path):
    run(tmp_path / "old", 2)
    with pytest.raises(FileError, match="no snapshot of epoch 7"):
        fork(RunFolder(tmp_path / "old"), "epoch 7", tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_where_the_disk_is_full_nothing_is_left_that_is_taken_for_a_run(tmp_path):
    import resource

    run(tmp_path / "old", 2)
    old, new = RunFolder(tmp_path / "old"), tmp_path / "new"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (old.snapshot().bytes - 1, before[1]))
    try:
        with pytest.raises(FileError, match="cannot be written"):
            fork(old, "last", new)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not new.exists()
    fork(old, "last", new)
    assert choose(new)[0].step == old.snapshot().step


def test_half_a_run_is_not_left(tmp_path):
    run(tmp_path / "old", 2)
    (tmp_path / "old" / "preparation.json").unlink()
    with pytest.raises(FileError):
        fork(RunFolder(tmp_path / "old"), "last", tmp_path / "new")
    assert not (tmp_path / "new").exists(), "half a run would be listed as one"


def test_a_file_of_the_old_run_that_is_gone_is_named_and_not_the_new_folder(tmp_path):
    old = run(tmp_path / "old")
    (old / "facts.json").unlink()
    with pytest.raises(FileError, match=r"old/facts\.json cannot be read"):
        fork(RunFolder(old), "last", tmp_path / "new")
    assert not (tmp_path / "new").exists()
