from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.runs.evaluate import evaluate
from gui.chart import Chart
from gui.context import Context
from gui.picker import Picker
from gui.results.confusion import Confusion
from gui.results.page import ResultsPage
from gui.results.ranking import in_cell, sureness, worst
from tests.gui.runs_helpers import SECONDS, put_away, small, trained

T = TypeVar("T", bound=QObject)


@pytest.fixture
def page(qtbot: QtBot, context: Context) -> Iterator[ResultsPage]:
    page = ResultsPage(context)
    page.resize(1376, 810)
    yield page
    put_away(qtbot, page, lambda: page._job is None)


def find(page: QWidget, kind: type[T], name: str) -> T:
    found = page.findChild(kind, name)
    assert found is not None, name
    return found


def measured(qtbot: QtBot, page: ResultsPage) -> None:
    page.show()
    qtbot.waitUntil(lambda: page.evaluation is not None, timeout=SECONDS)


def test_without_a_run_it_says_what_to_do(qtbot: QtBot, page: ResultsPage):
    page.show()
    qtbot.waitUntil(lambda: "Train" in find(page, QLabel, "results.words").text(), timeout=SECONDS)
    assert page.evaluation is None


def test_classes_get_metrics_a_matrix_and_mistakes(qtbot: QtBot, context: Context, page: ResultsPage):
    folder = trained(qtbot, context, small("digits", epochs=1))
    measured(qtbot, page)
    expected = evaluate(folder)
    evaluation = page.evaluation
    assert evaluation is not None
    assert evaluation.metrics == expected.metrics
    tile = find(page, QWidget, "results.metric.accuracy")
    assert f"{expected.metrics['accuracy'] * 100:.1f} %" in tile.accessibleName()
    listed = find(page, QListWidget, "results.examples")
    wrong = int((evaluation.predicted != evaluation.targets).sum())
    assert listed.count() == min(60, wrong)
    assert not listed.item(0).icon().isNull()
    confusion = find(page, Confusion, "results.confusion")
    true = 3
    spot = confusion.cell_rect(true, true).center().toPoint()
    qtbot.mouseClick(confusion, Qt.MouseButton.LeftButton, pos=spot)
    assert listed.count() == min(60, int(evaluation.confusion[true, true]))
    rows = {listed.item(index).data(Qt.ItemDataRole.UserRole) for index in range(listed.count())}
    assert rows <= set(evaluation.rows[evaluation.targets == true].tolist())


def test_arrow_keys_walk_the_matrix(qtbot: QtBot, context: Context, page: ResultsPage):
    trained(qtbot, context, small("iris"))
    measured(qtbot, page)
    confusion = find(page, Confusion, "results.confusion")
    with qtbot.waitSignal(confusion.picked, timeout=1000) as picked:
        qtbot.keyClick(confusion, Qt.Key.Key_Right)
    assert picked.args == [0, 1]


def test_numbers_get_a_scatter_and_the_largest_errors(qtbot: QtBot, context: Context, page: ResultsPage):
    trained(qtbot, context, small("diabetes"))
    measured(qtbot, page)
    assert find(page, Chart, "results.scatter").isVisible()
    assert not find(page, Confusion, "results.confusion").isVisible()
    evaluation = page.evaluation
    assert evaluation is not None
    first = find(page, QListWidget, "results.examples").item(0).data(Qt.ItemDataRole.UserRole)
    errors = np.abs(evaluation.predicted - evaluation.targets)
    assert first == evaluation.rows[errors.argmax()]


def test_another_split_is_measured_when_it_is_picked(qtbot: QtBot, context: Context, page: ResultsPage):
    trained(qtbot, context, small("iris"))
    measured(qtbot, page)
    picker = find(page, Picker, "results.split")
    next(action for action in picker.menu().actions() if action.data() == "train").trigger()
    qtbot.waitUntil(lambda: page.evaluation is not None and page.evaluation.split == "train", timeout=SECONDS)


def test_a_run_whose_data_is_gone_is_one_sentence(qtbot: QtBot, context: Context, page: ResultsPage, tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text("\n".join(["a,b,y", *(f"{n % 7},{n % 5},{'xy'[n % 2]}" for n in range(60))]))
    project = small("iris")
    data = project.data.changed(path=str(file), target="y")
    network = project.network
    project = project.changed(data=data, network=network.with_values(network.layers[-2].id, units=2))
    trained(qtbot, context, project)
    file.unlink()
    page.show()
    qtbot.waitUntil(lambda: str(file) in find(page, QLabel, "results.words").text(), timeout=SECONDS)
    assert page.evaluation is None


def test_mistakes_are_ranked_by_how_sure_they_are(qtbot: QtBot, context: Context):
    folder = trained(qtbot, context, small("digits", epochs=1))
    found = evaluate(folder)
    cases = worst(found)
    place = {int(row): index for index, row in enumerate(found.rows)}
    sure = [sureness(found)[place[case.row]] for case in cases]
    assert sure == sorted(sure, reverse=True)
    assert not any(case.right for case in cases)
    assert len(in_cell(found, 0, 0)) == min(60, int(found.confusion[0, 0]))


def test_another_project_has_no_results_yet(qtbot: QtBot, context: Context, page: ResultsPage):
    folder = trained(qtbot, context, small("iris", epochs=1))
    measured(qtbot, page)
    context.document.open(small("circle"), None, "other")
    assert page.evaluation is None
    assert "yet" in page.head.title.text()
    assert not find(page, QWidget, "results.examples").isVisible()
    with qtbot.waitSignal(page.wishes.page, timeout=1000) as asked:
        qtbot.mouseClick(find(page, QPushButton, "results.runs"), Qt.MouseButton.LeftButton)
    assert asked.args == ["runs"]
    context.session.choose_run(folder)
    qtbot.waitUntil(lambda: page.evaluation is not None, timeout=SECONDS)
    assert not find(page, QPushButton, "results.runs").isVisible()


def test_two_classes_make_large_cells(qtbot: QtBot):
    confusion = Confusion()
    qtbot.addWidget(confusion)
    confusion.resize(800, 600)
    confusion.show_counts(np.array([[5, 1], [0, 6]]), ("a", "b"))
    assert confusion.cell_rect(0, 0).height() == 160
    assert confusion.cell_rect(1, 1).bottom() <= 600


def test_while_another_run_goes_on_it_says_whose_results_these_are(qtbot: QtBot, context: Context, page: ResultsPage):
    trained(qtbot, context, small("iris", epochs=1))
    measured(qtbot, page)
    assert "weights after the last epoch" in find(page, QLabel, "results.words").text()
    assert page.head.note.text() == ""
    context.session.train()
    assert page.head.note.text() == "Results of the last finished run; a run is going on"
    context.session.stop()
    qtbot.waitUntil(lambda: context.session.state == "idle", timeout=SECONDS)
    assert page.head.note.text() == ""
    qtbot.waitUntil(lambda: page._job is None, timeout=SECONDS)
