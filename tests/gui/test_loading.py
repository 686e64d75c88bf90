from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.data.settings import DataSettings
from engine.project import Project
from engine.starter import sample_project
from gui.shared.context import Context
from tests.data_settings import table_data, text_data

SECONDS = 60_000


def with_data(context: Context, data: DataSettings | None) -> Project:
    return context.document.project.changed(data=data)


def settled(qtbot: QtBot, context: Context) -> None:
    qtbot.waitUntil(lambda: not context.loader.busy, timeout=SECONDS)


@pytest.fixture
def iris(qtbot: QtBot, context: Context) -> Context:
    context.document.open(sample_project("iris"), None, "iris")
    settled(qtbot, context)
    return context


def test_opening_a_project_loads_its_data_beside_the_window(qtbot: QtBot, context: Context):
    context.document.open(sample_project("iris"), None, "iris")
    assert context.loader.busy
    assert context.loader.dataset is None
    settled(qtbot, context)
    assert context.loader.dataset is not None
    assert context.document.facts == context.loader.dataset.facts
    assert context.document.report.problems == ()


def test_an_edit_of_the_network_does_not_load_again(iris: Context):
    before = iris.loader.dataset
    iris.document.edit("Remove", iris.document.network.remove([iris.document.network.layers[1].id]))
    assert not iris.loader.busy
    assert iris.loader.dataset is before


def test_nor_does_one_where_the_data_is_too_large_to_keep_twice(
    qtbot: QtBot, context: Context, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("gui.loading.KEPT_BYTES", 0)
    context.document.open(sample_project("iris"), None, "iris")
    settled(qtbot, context)
    before = context.loader.dataset
    context.document.edit("Remove", context.document.network.remove([context.document.network.layers[1].id]))
    assert context.loader.dataset is before
    assert not context.loader.busy


def test_undo_of_a_split_brings_the_same_data_back_at_once(qtbot: QtBot, iris: Context):
    document, before = iris.document, iris.loader.dataset
    data = document.project.data
    assert data is not None
    document.edit("Set test", with_data(iris, data.changed(split=data.split.changed(test=0.4))))
    assert iris.loader.busy
    assert document.facts is None
    settled(qtbot, iris)
    assert document.facts is not None
    assert document.facts.test == 60
    document.undo_stack.undo()
    assert not iris.loader.busy
    assert iris.loader.dataset is before
    assert document.facts is not None
    assert document.facts.test != 60


def test_edits_in_a_row_load_only_the_last(qtbot: QtBot, iris: Context):
    data = iris.document.project.data
    assert data is not None
    seen = []
    iris.loader.changed.connect(lambda: seen.append(iris.loader.dataset and iris.loader.dataset.facts.test))
    for share in (0.2, 0.3, 0.4):
        iris.document.edit("Set test", with_data(iris, data.changed(split=data.split.changed(test=share))))
    settled(qtbot, iris)
    assert {count for count in seen if count} == {60}


def test_a_load_that_is_overtaken_never_shows(qtbot: QtBot, context: Context):
    context.document.open(sample_project("reviews"), None, "reviews")
    qtbot.waitUntil(lambda: context.loader._loading.busy, timeout=SECONDS)  # under way
    context.document.open(sample_project("iris"), None, "iris")
    settled(qtbot, context)
    qtbot.wait(300)  # the first one would end by now
    assert context.document.facts is not None
    assert context.document.facts.kind == "table"


def test_data_that_cannot_be_read_is_one_sentence_and_loses_nothing(qtbot: QtBot, iris: Context, tmp_path: Path):
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    network = iris.document.network
    iris.document.edit("Other data", with_data(iris, table_data(path=str(empty), target="x")))
    settled(qtbot, iris)
    assert iris.loader.dataset is None
    assert iris.loader.error is not None
    assert "empty" in iris.loader.error.message
    assert iris.document.facts is None
    assert iris.document.network == network


def test_opened_again_it_is_read_again_where_it_could_not_be(qtbot: QtBot, context: Context, tmp_path: Path):
    path = tmp_path / "rows.csv"
    project = Project(data=table_data(path=str(path), target="y"))
    for _ in range(2):
        context.document.open(project, None, "rows")
        settled(qtbot, context)
        (problem,) = context.document.report.problems
        assert problem.kind == "unreadable"
    path.write_text("a,y\n" + "".join(f"{row},{'xy'[row % 2]}\n" for row in range(40)))
    context.document.open(project, None, "rows")
    settled(qtbot, context)
    assert context.loader.error is None
    assert context.document.facts is not None


def test_cancelling_says_so_and_loading_again_goes_on(qtbot: QtBot, context: Context):
    context.document.open(sample_project("reviews"), None, "reviews")
    context.loader.cancel()
    assert not context.loader.busy
    assert "cancelled" in str(context.loader.error)
    context.loader.reload()
    settled(qtbot, context)
    assert context.loader.error is None
    assert context.document.facts is not None


def test_reload_reads_a_file_that_was_changed(qtbot: QtBot, context: Context, tmp_path: Path):
    file = tmp_path / "rows.csv"
    rows = [f"{n},{'ab'[n % 2]}" for n in range(40)]
    file.write_text("\n".join(["x,y", *rows]))
    context.document.edit("Data", with_data(context, table_data(path=str(file), target="y")))
    settled(qtbot, context)
    first = context.document.facts
    file.write_text("\n".join(["x,y", *rows, *rows]))
    context.loader.reload()
    settled(qtbot, context)
    second = context.document.facts
    assert first is not None
    assert second is not None
    assert sum(second.class_counts) == 2 * sum(first.class_counts)


def test_progress_is_told_on_the_gui_thread(qtbot: QtBot, context: Context):
    told: list[tuple[float, str]] = []
    context.loader.told.connect(lambda done, words: told.append((done, words)))
    context.document.edit("Data", with_data(context, text_data(path="sample:reviews", length=40)))
    settled(qtbot, context)
    qtbot.waitUntil(lambda: bool(told), timeout=2000)
    assert all(0 <= done <= 1 and words for done, words in told)


def test_no_data_no_error(qtbot: QtBot, iris: Context):
    iris.document.edit("None", with_data(iris, None))
    assert not iris.loader.busy
    assert iris.loader.dataset is None
    assert iris.loader.error is None
