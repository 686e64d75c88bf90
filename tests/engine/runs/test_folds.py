"""Cross-validation: a run for each fold, gone on with where it was, and what all of them come to."""

from __future__ import annotations

import queue
from pathlib import Path
from statistics import fmean, stdev

import numpy as np
import pytest

from engine.choices.optimizers import Sgd
from engine.data.settings import SplitSettings
from engine.errors import DataError, EngineError, FileError
from engine.layers.core.basics import Dense, Dropout
from engine.network import Network
from engine.project import Project
from engine.record.control import Control
from engine.record.events import EpochEnd, Event, Failed, Finished, Stopped
from engine.runs.cross_validation import cross_validate, fold_projects
from engine.runs.evaluate import trained
from engine.runs.folded import FoldedWorker
from engine.runs.folder import RunFolder
from engine.runs.folds import FoldsEnded, FoldStarted, fold_folder, summary
from engine.settings import TrainingSettings
from tests.data_settings import table_data
from tests.engine.data.helpers import birds

FOLDS = 3


@pytest.fixture
def project(tmp_path) -> Project:
    data = table_data(path=str(birds(tmp_path)), target="kind", split=SplitSettings(test=0.1))
    network = Network.stack(Dense(units=8), Dropout(rate=0.1), Dense(units=3, activation="softmax"))
    training = TrainingSettings().changed(epochs=3, batch_size=8, threads=1)
    return Project(data=data, network=network, training=training)


def validated(project, out, control=None, folds=FOLDS) -> list[tuple[int, Event]]:
    return list(cross_validate(project, folds, out, control or Control()))


def test_every_fold_is_a_run_of_its_own_with_its_own_data(project, tmp_path):
    pairs = validated(project, tmp_path / "out")
    assert [fold for fold, event in pairs if isinstance(event, FoldStarted)] == [0, 1, 2]
    assert [fold for fold, event in pairs if isinstance(event, Finished)] == [0, 1, 2]
    runs = [RunFolder(fold_folder(tmp_path / "out", fold)) for fold in range(FOLDS)]
    assert [run.project().data.split.fold for run in runs] == [0, 1, 2]
    assert len({run.status().data for run in runs}) == FOLDS
    validation = [event.dataset.validation.rows for _, event in pairs if isinstance(event, FoldStarted)]
    assert len(np.unique(np.concatenate(validation))) == 54  # all but the test split, once each


def test_the_summary_is_the_mean_and_deviation_over_the_folds(project, tmp_path):
    fold, last = validated(project, tmp_path / "out")[-1]
    assert (fold, type(last)) == (FOLDS, FoldsEnded)
    found = last.summary
    assert found.whole
    ends = [RunFolder(fold_folder(tmp_path / "out", fold)).epochs() for fold in range(FOLDS)]
    accuracies = [end[-1].metrics["accuracy"] for end in ends]
    assert found.metrics["accuracy"].mean == pytest.approx(fmean(accuracies))
    assert found.metrics["accuracy"].deviation == pytest.approx(stdev(accuracies))
    assert found.loss.mean == pytest.approx(fmean(end[-1].loss for end in ends))
    assert [len(result.losses) for result in found.results] == [3, 3, 3]


def test_stopped_in_the_second_fold_and_called_again_gives_the_same_bits(project, tmp_path):
    validated(project, tmp_path / "whole")
    control, seen = Control(), []
    for fold, event in cross_validate(project, FOLDS, tmp_path / "cut", control):
        seen.append((fold, event))
        if fold == 1 and isinstance(event, EpochEnd):
            control.stop()
    assert any(isinstance(event, Stopped) for fold, event in seen if fold == 1)
    assert not seen[-1][1].summary.whole
    assert not fold_folder(tmp_path / "cut", 2).exists()
    again = validated(project, tmp_path / "cut")
    assert not any(isinstance(event, EpochEnd) for fold, event in again if fold == 0)
    assert [event.epoch for fold, event in again if fold == 1 and isinstance(event, EpochEnd)] == [2, 3]
    for fold in range(FOLDS):
        cut, whole = (trained(fold_folder(tmp_path / name, fold)).model.state_dict() for name in ("cut", "whole"))
        assert all(np.array_equal(cut[name], whole[name]) for name in whole)
    assert summary(tmp_path / "cut", FOLDS).metrics == summary(tmp_path / "whole", FOLDS).metrics


def test_stop_between_two_folds_begins_none(project, tmp_path):
    control = Control()
    for _, event in cross_validate(project, FOLDS, tmp_path / "out", control):
        if isinstance(event, Finished):
            control.stop()
    assert [result.fold for result in event.summary.results] == [0]


def test_a_folder_with_runs_of_another_project_is_left_alone(project, tmp_path):
    validated(project, tmp_path / "out", folds=2)
    before = RunFolder(fold_folder(tmp_path / "out", 0)).losses()
    with pytest.raises(FileError, match="holds a run of another project or other folds"):
        validated(project, tmp_path / "out")
    assert np.array_equal(RunFolder(fold_folder(tmp_path / "out", 0)).losses(), before)


def test_a_fold_that_diverges_does_not_keep_the_others_from_training(project, tmp_path):
    network = Network.stack(Dense(units=64), Dense(units=64), Dense(units=3, activation="softmax"))
    wild = project.changed(
        network=network, training=project.training.changed(optimizer=Sgd(learning_rate=100), epochs=40)
    )
    last = validated(wild, tmp_path / "out")[-1][1]
    assert {result.state for result in last.summary.results} <= {"diverged", "finished"}
    assert len(last.summary.results) == FOLDS


def test_the_best_epoch_counts_where_the_run_keeps_it(project, tmp_path):
    kept = project.training.early_stopping.changed(restore_best=True)
    quick = project.changed(
        training=project.training.changed(early_stopping=kept, epochs=6, optimizer=Sgd(learning_rate=3))
    )
    for result in validated(quick, tmp_path / "out", folds=2)[-1][1].summary.results:
        assert result.loss == min(result.losses)
        assert result.losses[result.epoch - 1] == result.loss


def test_a_project_without_data_has_no_folds():
    with pytest.raises(EngineError, match="has no data yet"):
        fold_projects(Project(), 5)


def test_more_folds_than_examples_is_one_sentence(project, tmp_path):
    with pytest.raises(DataError, match="54 examples cannot be cut into 60 folds"):
        validated(project, tmp_path / "out", folds=60)


def worked(project, out, control=None) -> list[Event]:
    events: queue.Queue[Event] = queue.Queue()
    worker = FoldedWorker(project, FOLDS, out, control or Control(), events.put)
    worker.start()
    assert worker.join(60)
    assert not worker.is_alive()
    return list(events.queue)


def test_a_worker_tells_the_same_as_the_coordinator(project, tmp_path):
    names = [type(event).__name__ for event in worked(project, tmp_path / "one") if not hasattr(event, "losses")]
    pairs = validated(project, tmp_path / "other")
    assert names == [type(event).__name__ for _, event in pairs if not hasattr(event, "losses")]


def test_a_worker_whose_data_is_gone_ends_in_one_sentence(project, tmp_path):
    Path(project.data.path).unlink()
    *_, failed, ended = worked(project, tmp_path / "out")
    assert isinstance(failed, Failed)
    assert "birds.csv" in failed.message
    assert ended.summary.results == ()


def test_a_worker_whose_folder_cannot_be_written_ends_in_one_sentence(project, tmp_path):
    (tmp_path / "out").write_text("a file stands where the folder should be")
    *_, failed, ended = worked(project, tmp_path / "out")
    assert isinstance(failed, Failed)
    assert "cannot be written" in failed.message
    assert isinstance(ended, FoldsEnded)
