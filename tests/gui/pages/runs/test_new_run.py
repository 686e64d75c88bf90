"""A new run from a kept snapshot: copied beside the window, its project opened, trained on; the old one stays."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QDialog, QMessageBox, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from engine.project import as_own
from engine.runs import store
from engine.runs.folder import RunFolder, SnapshotInfo
from engine.settings import EarlyStopping
from gui.pages.runs.page import RunsPage
from gui.pages.runs.snapshots import LOSS, NAME, SIZE, SnapshotList
from gui.shared.context import Context
from tests.gui.pages.runs.test_runs_page import settled
from tests.gui.runs_helpers import SECONDS, find, press, ready, small, trained, worsened


def listed(qtbot: QtBot, context: Context, page: RunsPage) -> tuple[RunFolder, SnapshotList]:
    """A finished run of four epochs, selected; its best weights are not its last ones."""
    run = RunFolder(trained(qtbot, context, worsened(), "old"))
    assert len(run.snapshots()) > 1
    page.show()
    settled(qtbot, page)
    return run, find(page, SnapshotList, "runs.snapshots")


def begun(qtbot: QtBot, context: Context, page: RunsPage) -> RunFolder:
    """The new run, trained to its end."""
    qtbot.waitUntil(lambda: not page.busy and context.session.state == "idle", timeout=SECONDS)
    return RunFolder(context.session.root / "old-2")


def test_it_goes_on_from_the_snapshot_to_the_same_bits(qtbot: QtBot, context: Context, page: RunsPage):
    old, snapshots = listed(qtbot, context, page)
    button = find(page, QPushButton, "runs.fork")
    assert not button.isEnabled()
    assert "Select a snapshot" in button.toolTip()
    infos = list(reversed(old.snapshots()))
    place = next(row for row, info in enumerate(infos) if 0 < info.epoch < 4)
    before, losses = old.status(), old.losses()
    ready(qtbot, context, small("iris"), "other")
    snapshots.selectRow(place)
    with qtbot.waitSignal(page.requests.page, timeout=SECONDS) as wish:
        press(qtbot, page, "runs.fork")
        assert not button.isEnabled(), "one at a time"
    assert wish.args == ["training"]
    assert context.document.project == as_own(context.document.project, old.project())
    live = context.session.live
    assert live is not None
    new = begun(qtbot, context, page)
    assert live.folder == new.path
    np.testing.assert_array_equal(live.losses, losses)
    np.testing.assert_array_equal(new.losses(), losses)
    assert new.status().state == "finished"
    assert new.annotations().parent == "old-1"
    said = [one.document["message"] for one in new.history() if one.kind == "noted"]
    assert said == [f"Begun from {infos[place].title} of old-1."]
    assert (old.status(), len(old.snapshots())) == (before, len(infos))
    assert {run.name for run in page.list.runs} == {"old-1", "old-2"}
    assert "made from old-1" in page.about.says.text()
    assert snapshots.chosen is None, "it is of another run"
    assert not snapshots.selectedItems()


def test_from_the_end_of_a_run_it_is_asked_for_how_many_more_epochs(qtbot: QtBot, context: Context, page: RunsPage):
    old, snapshots = listed(qtbot, context, page)
    snapshots.selectRow(0)
    press(qtbot, page, "runs.fork")
    dialog = find(page, QDialog, "longer")
    assert "New run from the end of old-1" in dialog.windowTitle()
    find(dialog, QSpinBox, "longer.number").setValue(2)
    with qtbot.waitSignal(page.requests.page, timeout=SECONDS):
        press(qtbot, dialog, "longer.train")
    new = begun(qtbot, context, page)
    assert len(new.epochs()) == 6
    assert len(old.epochs()) == 4
    assert old.project().training.epochs == 4


def test_the_selected_snapshot_stays_selected_when_the_list_is_read_again(
    qtbot: QtBot, context: Context, page: RunsPage
):
    _, snapshots = listed(qtbot, context, page)
    snapshots.selectRow(1)
    chosen = snapshots.chosen
    page.refresh()
    settled(qtbot, page)
    assert snapshots.chosen == chosen
    assert find(page, QPushButton, "runs.fork").isEnabled()


def test_a_snapshot_that_is_gone_is_told_and_leaves_nothing(qtbot: QtBot, context: Context, page: RunsPage):
    old, snapshots = listed(qtbot, context, page)
    snapshots.selectRow(1)
    shutil.rmtree(old.snapshots()[0].path.parent)
    press(qtbot, page, "runs.fork")
    settled(qtbot, page)
    (box,) = page.findChildren(QMessageBox)
    assert "no snapshot" in box.text()
    box.close()
    assert [run.name for run in store.runs(context.session.root)] == ["old-1"]
    assert context.session.state == "idle"


def test_from_where_a_run_stopped_early_it_is_asked_as_well(qtbot: QtBot, context: Context, page: RunsPage):
    project = small("iris", epochs=50)
    stopping = EarlyStopping(patience=2, by=1000.0)
    training = project.training.changed(early_stopping=stopping)
    old = RunFolder(trained(qtbot, context, project.changed(training=training), "old"))
    done = len(old.epochs())
    page.show()
    settled(qtbot, page)
    find(page, SnapshotList, "runs.snapshots").selectRow(0)
    press(qtbot, page, "runs.fork")
    dialog = find(page, QDialog, "longer")
    find(dialog, QSpinBox, "longer.number").setValue(20)
    with qtbot.waitSignal(page.requests.page, timeout=SECONDS):
        press(qtbot, dialog, "longer.train")
    new = begun(qtbot, context, page)
    assert (len(old.epochs()), len(new.epochs())) == (done, done + 2)


def test_the_name_of_a_snapshot_is_whole_where_there_is_little_room(qtbot: QtBot):
    listed = SnapshotList()
    qtbot.addWidget(listed)
    infos = [
        SnapshotInfo(Path(f"{step}"), step, 1250, 0.0123, 2_500_000, names)
        for step, names in ((1_234_560, ("kept",)), (1_234_600, ("last", "best", "kept")))
    ]
    for width in (500, 290, 255):
        listed.resize(width, 120)
        listed.show()
        listed.show_infos(infos)
        assert listed.columnWidth(NAME) >= listed.sizeHintForColumn(NAME), width
        shown = [place for place in range(4) if not listed.isColumnHidden(place)]
        assert sum(listed.columnWidth(place) for place in shown) <= listed.viewport().width(), width
        assert listed.isColumnHidden(SIZE) == (width < 500)
        assert listed.isColumnHidden(LOSS) == (width < 500)
    item = listed.item(0, NAME)
    assert item is not None
    assert item.text() in item.toolTip()
    assert "step 1,234,600" in item.toolTip()
    assert "2.50 MB" in item.toolTip()
