from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLabel, QListWidget, QPlainTextEdit, QPushButton, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from engine.data.dataset import Ticket
from engine.data.load import load
from engine.data.samples import settings as sample_settings
from engine.layers.core.basics import Dense
from engine.layers.sequence.recurrent import Embedding
from engine.network import Network
from engine.project import Project
from engine.runs.evaluate import evaluate
from engine.runs.folder import RunFolder
from engine.starter import starter
from gui.kit.chart import Chart
from gui.kit.numbers import plain
from gui.kit.picker import Picker
from gui.pages.results.confusion import Confusion
from gui.pages.results.page import ResultsPage
from gui.pages.results.pairs import pixels, span
from gui.pages.results.ranking import in_cell, sureness, worst
from gui.shared.context import Context
from tests.gui.drawn import points_of
from tests.gui.runs_helpers import SECONDS, put_away, small, trained, worsened

T = TypeVar("T", bound=QObject)


@pytest.fixture
def page(qtbot: QtBot, context: Context) -> Iterator[ResultsPage]:
    page = ResultsPage(context)
    page.resize(1376, 810)
    yield page
    put_away(qtbot, page, lambda: not page.busy)


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
    shown = [listed.item(0).icon().pixmap(48, 48, mode).toImage() for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected)]
    assert shown[0] == shown[1]  # a chosen picture keeps its colours
    confusion = find(page, Confusion, "results.confusion")
    true = 3
    spot = confusion.cell_rect(true, true).center().toPoint()
    qtbot.mouseClick(confusion, Qt.MouseButton.LeftButton, pos=spot)
    assert listed.count() == min(60, int(evaluation.confusion[true, true]))
    rows = {listed.item(index).data(Qt.ItemDataRole.UserRole) for index in range(listed.count())}
    assert rows <= set(evaluation.rows[evaluation.targets == true].tolist())
    back = find(page, QPushButton, "results.back")
    assert "Surest mistakes" in back.text()
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert listed.count() == min(60, wrong)
    assert page.cases.title.text() == "Surest mistakes"
    assert back.isHidden()


def test_each_class_has_its_numbers_and_guessing_is_beside_the_accuracy(
    qtbot: QtBot, context: Context, page: ResultsPage
):
    trained(qtbot, context, small("iris"))
    measured(qtbot, page)
    evaluation = page.evaluation
    assert evaluation is not None
    assert find(page, QWidget, "results.metric.f1").accessibleName().startswith("F1")
    counts = np.bincount(evaluation.targets, minlength=3)
    assert f"{counts.max() / counts.sum() * 100:.1f} %" in find(page, QWidget, "results.metric.guess").accessibleName()
    view = find(page, Picker, "results.view")
    next(action for action in view.menu().actions() if action.data()).trigger()
    table = find(page, QTableWidget, "results.classes")
    assert table.isVisible()
    scores = evaluation.parts[0].scores
    assert [table.item(row, 0).text() for row in range(3)] == [score.name for score in scores]
    assert [int(table.item(row, 1).text()) for row in range(3)] == counts.tolist()
    table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert int(table.item(0, 1).text()) == counts.max()


def test_a_right_cell_is_not_said_to_be_taken_for_itself(qtbot: QtBot):
    confusion = Confusion()
    qtbot.addWidget(confusion)
    confusion.show_counts(np.array([[73, 2], [1, 1_000]]), ("neg", "pos"))
    assert confusion._sentence((0, 0)) == "73 of 75 neg answered rightly"
    assert confusion._sentence((1, 0)) == "1 of 1,001 pos taken for neg"


def test_counts_are_written_in_small_cells_too(qtbot: QtBot):
    confusion = Confusion()
    qtbot.addWidget(confusion)
    confusion.show_counts(np.eye(10, dtype=np.int64) * 27, [str(number) for number in range(10)])
    confusion.resize(540, 240)  # as in a window of 1024 × 700
    assert confusion._fitting_font() is not None
    confusion.resize(100, 60)
    assert confusion._fitting_font() is None


def test_a_text_is_read_whole(qtbot: QtBot, context: Context, page: ResultsPage):
    trained(qtbot, context, small("reviews", epochs=1))
    measured(qtbot, page)
    listed, whole = find(page, QListWidget, "results.examples"), find(page, QPlainTextEdit, "results.text")
    source = page._found.examples if page._found else None
    assert source is not None
    for row in range(min(3, listed.count())):
        listed.setCurrentRow(row)
        item = listed.item(row)
        text = source.text(item.data(Qt.ItemDataRole.UserRole))
        assert whole.toPlainText() == text
        assert " ".join(text.split())[:300] in " ".join(item.toolTip().split())


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
    tile = find(page, QWidget, "results.metric.mae").accessibleName()
    assert tile == f"MAE in {evaluation.target.name}: {plain(float(errors.mean()))}"
    qtbot.waitUntil(find(page, QWidget, "results.metric.r2").isVisible, timeout=5_000)
    chart = find(page, Chart, "results.scatter")
    assert (chart.bottom.labelText, chart.left.labelText) == (f"true {evaluation.target.name}", "answered")


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
    data = project.data.at(str(file)).with_targets("y")
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
    with qtbot.waitSignal(page.requests.page, timeout=1000) as asked:
        qtbot.mouseClick(find(page, QPushButton, "results.runs"), Qt.MouseButton.LeftButton)
    assert asked.args == ["runs"]
    context.session.chosen.choose(folder)
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
    qtbot.waitUntil(lambda: not page.busy, timeout=SECONDS)


def answering(name: str) -> Project:
    """A sample of which itself or its next words are wanted, trained for an epoch."""
    data = sample_settings(name).without_targets()
    project = starter(data, load(data, Ticket()).facts)
    return project.changed(training=project.training.changed(epochs=1))


def test_pictures_given_back_stand_beside_those_that_went_in(qtbot: QtBot, context: Context, page: ResultsPage) -> None:
    trained(qtbot, context, answering("digits"))
    measured(qtbot, page)
    evaluation = page.evaluation
    assert evaluation is not None
    pairs = find(page, QListWidget, "results.pairs")
    assert pairs.isVisible()
    assert pairs.count() == 60
    listed = find(page, QListWidget, "results.examples")
    errors = np.square(evaluation.predicted - evaluation.targets).mean(axis=(1, 2, 3))
    assert listed.item(0).data(Qt.ItemDataRole.UserRole) == evaluation.rows[errors.argmax()]
    assert not listed.item(0).icon().isNull()
    assert find(page, QWidget, "results.metric.r2").accessibleName()
    assert find(page, QWidget, "results.metric.mae").accessibleName()


def test_the_left_picture_of_a_pair_is_what_went_in(qtbot: QtBot, context: Context, page: ResultsPage) -> None:
    trained(qtbot, context, answering("digits"))
    measured(qtbot, page)
    assert page.evaluation is not None
    low, high = span(page.evaluation.targets)
    went_in, came_out = (pixels(one[0], low, high) for one in (page.evaluation.targets, page.evaluation.predicted))
    assert went_in.shape == (8, 8, 3)
    assert (went_in.min(), went_in.max()) == (0, 255)
    shown = find(page, QListWidget, "results.pairs").item(0).icon().pixmap(158, 76).toImage()
    for offset, picture in ((0, went_in), (82, came_out)):
        bright = np.unravel_index(picture[:, :, 0].argmax(), (8, 8))
        spot = shown.pixelColor(offset + int((bright[1] + 0.5) * 76 / 8), int((bright[0] + 0.5) * 76 / 8))
        assert spot.red() == picture[:, :, 0].max()


def test_rows_given_back_are_two_lines_and_another_row_can_be_picked(
    qtbot: QtBot, context: Context, page: ResultsPage
) -> None:
    trained(qtbot, context, answering("waves"))
    measured(qtbot, page)
    evaluation = page.evaluation
    assert evaluation is not None
    lines, listed = find(page, Chart, "results.lines"), find(page, QListWidget, "results.examples")
    assert lines.isVisible()
    errors = np.square(evaluation.predicted - evaluation.targets).mean(axis=1)
    order = np.argsort(-errors, kind="stable")
    for place in (0, 5):
        listed.setCurrentRow(place)
        assert np.allclose(points_of(lines, "true")[1], evaluation.targets[order[place]])
        assert np.allclose(points_of(lines, "said")[1], evaluation.predicted[order[place]])


def test_next_words_stand_beside_the_true_ones(qtbot: QtBot, context: Context, page: ResultsPage) -> None:
    project = answering("reviews")
    words = project.network.layer("embedding").vocabulary
    short = Network.stack(Embedding(vocabulary=words, dimensions=8), Dense(units=words, activation="softmax"))
    folder = trained(qtbot, context, project.changed(network=short))
    measured(qtbot, page)
    evaluation = page.evaluation
    assert evaluation is not None
    assert list(evaluation.metrics) == ["accuracy"]
    assert "%" in find(page, QWidget, "results.metric.accuracy").accessibleName()
    table, listed = find(page, QTableWidget, "results.next_words"), find(page, QListWidget, "results.examples")
    assert table.isVisible()
    listed.setCurrentRow(3)
    row = listed.item(3).data(Qt.ItemDataRole.UserRole + 1)
    known = evaluation.targets[row] >= 0
    names = RunFolder(folder).preparation()["words"]
    assert table.rowCount() == known.sum()
    assert [table.item(step, 1).text() for step in range(3)] == [names[word] for word in evaluation.targets[row][:3]]
    assert [table.item(step, 2).text() for step in range(3)] == [names[word] for word in evaluation.predicted[row][:3]]
    first = evaluation.parts[0].first
    assert first is not None
    so_far = [table.item(step, 0).text() for step in range(5)]
    assert so_far[0] == names[first[row]]
    assert so_far[1] == f"{names[first[row]]} {names[evaluation.targets[row][0]]}"
    assert [text.startswith("… ") for text in so_far] == [False, False, False, False, True]
    right = (evaluation.targets[row] == evaluation.predicted[row])[known]
    assert listed.item(3).text().startswith(f"{right.sum()} of {known.sum()} words right")
    assert "No mistakes" not in find(page, QLabel, "results.words").text()


def test_each_of_two_targets_can_be_looked_at(qtbot: QtBot, context: Context, page: ResultsPage) -> None:
    trained(qtbot, context, small("sums", epochs=1))
    measured(qtbot, page)
    evaluation = page.evaluation
    assert evaluation is not None
    picker = find(page, Picker, "results.target")
    assert picker.isVisible()
    assert page.findChild(QWidget, "results.metric.mae") is None
    next(action for action in picker.menu().actions() if action.text() == "sum").trigger()
    assert find(page, Chart, "results.scatter").isVisible()
    assert page.findChild(QWidget, "results.metric.accuracy") is None
    tile = find(page, QWidget, "results.metric.mae")
    assert tile.accessibleName().endswith(plain(evaluation.metrics["sum: mae"]))
    errors = np.abs(evaluation.others[0].predicted - evaluation.others[0].targets)
    first = find(page, QListWidget, "results.examples").item(0).data(Qt.ItemDataRole.UserRole)
    assert first == evaluation.rows[errors.argmax()]


def test_of_two_targets_the_first_is_shown_and_both_are_measured(
    qtbot: QtBot, context: Context, page: ResultsPage
) -> None:
    trained(qtbot, context, small("sums", epochs=1))
    measured(qtbot, page)
    assert page.evaluation is not None
    assert list(page.evaluation.metrics) == ["digit: accuracy", "sum: r2", "sum: mae"]
    assert find(page, Confusion, "results.confusion").isVisible()
    assert not find(page, QListWidget, "results.examples").item(0).icon().isNull()


def pick(picker: Picker, value: object) -> None:
    next(action for action in picker.menu().actions() if action.data() == value).trigger()


def test_where_the_last_weights_are_worse_the_best_are_taken(qtbot: QtBot, context: Context, page: ResultsPage):
    folder = trained(qtbot, context, worsened())
    measured(qtbot, page)
    picker, words = find(page, Picker, "results.snapshot"), find(page, QLabel, "results.words")
    assert picker.isVisible()
    best = RunFolder(folder).snapshot("best")
    last = RunFolder(folder).snapshot("last")
    assert best.step < last.step
    assert page.evaluation is not None
    assert page.evaluation.step == best.step
    assert words.text().startswith(f"The weights of the best epoch by validation loss: it was {plain(best.loss)} after")
    assert f"and {plain(last.loss)} after the last, 4" in words.text()
    expected = evaluate(folder, "test", snapshot="best")
    assert page.evaluation.metrics == expected.metrics
    pick(picker, "last")
    qtbot.waitUntil(lambda: page.evaluation is not None and page.evaluation.step == last.step, timeout=SECONDS)
    assert words.text().startswith("The weights after the last epoch; its validation loss is ")
    assert page.evaluation.metrics == evaluate(folder, "test", snapshot="last").metrics


def test_where_a_metric_decides_its_best_epoch_is_taken(qtbot: QtBot, context: Context, page: ResultsPage):
    """The same run, judged by accuracy: what is taken, and what the page says of it, follow that alone."""
    project = worsened()
    folder = trained(qtbot, context, project.changed(training=project.training.changed(best_by="accuracy")))
    measured(qtbot, page)
    ends = RunFolder(folder).epochs()
    best = max(ends, key=lambda end: (end.metrics["accuracy"], -end.epoch))
    assert RunFolder(folder).snapshot("best").epoch == best.epoch
    named = [action.text() for action in find(page, Picker, "results.snapshot").menu().actions()]
    assert any("best by accuracy" in words for words in named)
    assert not any("loss" in words for words in named)
    assert "best epoch by accuracy" in find(page, QLabel, "results.words").text()


def test_another_run_begins_with_what_is_usual_for_it(qtbot: QtBot, context: Context, page: ResultsPage):
    trained(qtbot, context, worsened())
    measured(qtbot, page)
    picker = find(page, Picker, "results.snapshot")
    pick(picker, "last")
    qtbot.waitUntil(lambda: page.evaluation is not None, timeout=SECONDS)
    trained(qtbot, context, worsened(), "other")
    qtbot.waitUntil(lambda: page.evaluation is not None, timeout=SECONDS)
    assert picker.value == "best"
