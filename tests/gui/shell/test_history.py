"""The list of steps: every edit by its name, and a click goes there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QUndoView

from engine.layers.core.basics import Dense
from engine.network import Network
from gui.shell.history import History
from gui.shell.main_window import MainWindow


def steps(view: QUndoView) -> list[str]:
    model = view.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_a_click_goes_to_that_state(window: MainWindow) -> None:
    document = window.context.document
    window.go("network")
    document.edit("Add Dense", Network.stack(Dense()))
    document.edit("Set units of Dense", document.network.with_values("dense", units=7))
    window.actions_["edit.history"].trigger()
    history = window.findChild(History)
    assert history is not None
    assert history.isVisible()
    assert steps(history.list) == ["As it was opened", "Add Dense", "Set units of Dense"]
    place = history.list.visualRect(history.list.model().index(1, 0)).center()
    QTest.mouseClick(history.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert document.network.layer("dense").units == 64
    place = history.list.visualRect(history.list.model().index(0, 0)).center()
    QTest.mouseClick(history.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert len(document.network.layers) == 2
    window.actions_["edit.history"].trigger()
    assert not history.isVisible()


def test_every_step_has_a_name(window: MainWindow) -> None:
    document = window.context.document
    document.edit("Add Dense", Network.stack(Dense()))
    window.go("network")
    page = window.network_page
    edits = page.edits
    for verb in (
        lambda: edits.duplicate(["dense"]),
        lambda: edits.rename("dense", "First"),
        lambda: edits.wiring.connect("dense", "output"),
        lambda: edits.wiring.branch("dense_2"),
        lambda: edits.wiring.make_block(["dense"]),
        lambda: edits.wiring.ungroup("block"),
        lambda: edits.wiring.add_end("input"),
        lambda: edits.wiring.add_end("output"),
        lambda: edits.remove(["dense"]),
    ):
        before = document.undo_stack.count()
        verb()
        assert document.undo_stack.count() == before + 1
    texts = [document.undo_stack.text(n) for n in range(document.undo_stack.count())]
    assert all(texts)
    assert texts[1:4] == ["Duplicate Dense", "Rename Dense 1", "Connect First to Output"]
    for _ in texts:
        document.undo_stack.undo()
    assert len(document.network.layers) == 2
