"""The open project: undo gives back the very same value, saving and merging keep the unsaved state honest."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import FileError
from engine.facts import DataFacts, Target
from engine.layers.core.basics import Dense, Dropout
from engine.network import Network
from engine.project import Project, load
from engine.shapes import Shape
from gui.document import Document

FACTS = DataFacts("table", Shape.of(feature=4), Target("species", "classes", ("a", "b", "c")), 70, 15, 15)


@pytest.fixture
def dense(document: Document) -> Document:
    document.edit("Add Dense", Network.stack(Dense(units=64)))
    document.undo_stack.setClean()
    return document


def set_units(document: Document, units: int, *, merge: str = "") -> None:
    document.edit("Set units", document.network.with_values("dense", units=units), merge=merge)


def units(document: Document) -> int:
    layer = document.network.layer("dense")
    assert isinstance(layer, Dense)
    return layer.units


def test_undo_and_redo_restore_the_very_same_project(dense: Document) -> None:
    values = [dense.project]
    for change in (1, 2, 3):
        set_units(dense, change)
        values.append(dense.project)
    for value in reversed(values[:-1]):
        dense.undo_stack.undo()
        assert dense.project is value
    for value in values[1:]:
        dense.undo_stack.redo()
        assert dense.project is value


def test_an_edit_that_changes_nothing_is_no_step(dense: Document) -> None:
    count = dense.undo_stack.count()
    set_units(dense, 64)
    assert dense.undo_stack.count() == count
    assert not dense.unsaved


def test_a_dragged_spin_box_is_one_step(dense: Document) -> None:
    before, count = dense.project, dense.undo_stack.count()
    for value in range(65, 90):
        set_units(dense, value, merge="dense.units")
    assert units(dense) == 89
    assert dense.undo_stack.count() == count + 1
    dense.undo_stack.undo()
    assert dense.project is before


def test_edits_of_other_fields_do_not_merge(dense: Document) -> None:
    count = dense.undo_stack.count()
    set_units(dense, 65, merge="dense.units")
    dense.edit("Set activation", dense.network.with_values("dense", activation="tanh"), merge="dense.activation")
    set_units(dense, 66, merge="dense.units")
    assert dense.undo_stack.count() == count + 3


def test_dragging_back_to_where_it_was_is_no_step_and_clean(dense: Document) -> None:
    count = dense.undo_stack.count()
    set_units(dense, 65, merge="dense.units")
    set_units(dense, 64, merge="dense.units")
    assert dense.undo_stack.count() == count
    assert not dense.unsaved


def test_merging_across_a_save_keeps_the_saved_state(dense: Document, tmp_path: Path) -> None:
    set_units(dense, 65, merge="dense.units")
    path = tmp_path / "a.layerdeck"
    dense.save(path)
    assert not dense.unsaved
    set_units(dense, 66, merge="dense.units")
    assert dense.unsaved
    dense.undo_stack.undo()
    assert units(dense) == 65
    assert not dense.unsaved
    assert load(path) == dense.project


def test_saving_names_it_and_tells(dense: Document, tmp_path: Path) -> None:
    told: list[str] = []
    dense.path_changed.connect(lambda: told.append(dense.title))
    set_units(dense, 3)
    dense.save(tmp_path / "flowers.layerdeck")
    assert told == ["flowers"]
    assert dense.saved_at is not None
    dense.undo_stack.undo()
    assert dense.unsaved


def test_a_save_that_fails_loses_nothing(dense: Document, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    set_units(dense, 3)
    project, count = dense.project, dense.undo_stack.count()
    with pytest.raises(FileError, match="cannot be written"):
        dense.save(blocked / "a.layerdeck")
    assert dense.project is project
    assert dense.path is None
    assert dense.unsaved
    assert dense.undo_stack.count() == count


def test_opening_another_begins_anew(dense: Document, tmp_path: Path) -> None:
    set_units(dense, 3)
    dense.set_facts(FACTS)
    heard: list[Project] = []
    dense.undo_stack.indexChanged.connect(lambda: heard.append(dense.project))
    other = Project(about="other")
    dense.open(other, tmp_path / "b.layerdeck", "b")
    assert dense.project is other
    assert dense.facts is None
    assert dense.undo_stack.count() == 0
    assert not dense.unsaved
    assert all(project is other for project in heard), "who hears of the empty stack must see the new project"


def test_recovered_work_counts_as_unsaved(document: Document) -> None:
    document.open(Project(about="kept"), None, "recovered", unsaved=True)
    assert document.unsaved


def test_what_is_opened_after_recovered_work_is_unchanged(document: Document, tmp_path: Path) -> None:
    document.open(Project(about="kept"), None, "recovered", unsaved=True)
    document.open(Project(about="other"), tmp_path / "b.layerdeck", "b")
    assert not document.unsaved
    assert document.undo_stack.count() == 0


def test_the_report_follows_edits_and_facts(dense: Document) -> None:
    dense.set_facts(FACTS)
    output = dense.report.layers["dense"].output
    assert output is not None
    assert output.size("feature") == 64
    set_units(dense, 7)
    output = dense.report.layers["dense"].output
    assert output is not None
    assert output.size("feature") == 7
    network, _ = dense.network.insert(Dropout())
    dense.edit("Add Dropout", network)
    assert set(dense.report.layers) == {"input", "dense", "dropout", "output"}


def test_undo_and_redo_keep_the_file_that_another_project_was_saved_in(dense: Document, tmp_path: Path) -> None:
    first, second = tmp_path / "first.layerdeck", tmp_path / "second.layerdeck"
    dense.save(first)
    own, since = dense.identified.id, dense.saved_at
    dense.replace("Open other", Project(about="other"), "other")
    set_about(dense, "edited")
    dense.save(second)
    other = dense.identified.id
    dense.undo_stack.undo()
    dense.undo_stack.undo()
    assert (dense.path, dense.title, dense.identified.id, dense.saved_at) == (first, "first", own, since)
    dense.undo_stack.redo()
    assert (dense.path, dense.title, dense.unsaved) == (second, "second", True)
    dense.undo_stack.redo()
    assert (dense.path, dense.unsaved, dense.identified.id) == (second, False, other)
    assert load(second) == dense.identified


def test_redo_and_undo_keep_the_file_that_the_project_before_was_saved_in(dense: Document, tmp_path: Path) -> None:
    dense.replace("Open other", Project(about="other"), "other")
    dense.undo_stack.undo()
    path = tmp_path / "late.layerdeck"
    dense.save(path)
    dense.undo_stack.redo()
    assert (dense.path, dense.title) == (None, "other")
    dense.undo_stack.undo()
    assert (dense.path, dense.title, dense.unsaved) == (path, "late", False)


def test_the_project_under_another_name_keeps_its_file_on_both_sides(document: Document, tmp_path: Path) -> None:
    document.edit("Add Dense", Network.stack(Dense(units=64)))
    document.replace("Use cars", document.project.changed(about="cars"), "cars", another=False)
    path = tmp_path / "mine.layerdeck"
    document.save(path)
    for step in (document.undo_stack.undo, document.undo_stack.undo, document.undo_stack.redo):
        step()
        assert (document.path, document.title, document.unsaved) == (path, "mine", True)
    document.undo_stack.redo()
    assert (document.path, document.unsaved) == (path, False)


def set_about(document: Document, about: str) -> None:
    document.edit("Set about", document.project.changed(about=about))
