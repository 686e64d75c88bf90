"""A run on disk measured again: the same answers as when training ended; one sentence where the data is another."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from engine.choices.losses import BinaryCrossEntropy
from engine.choices.optimizers import Adam
from engine.data.dataset import Ticket
from engine.data.load import load
from engine.errors import EngineError, FileError
from engine.layers.core.basics import Dense, Dropout
from engine.layers.normalise.normalisation import BatchNorm
from engine.network import Network
from engine.project import Project
from engine.record.control import Control
from engine.record.files import FACTS
from engine.record.request import TrainingRequest
from engine.runs import store
from engine.runs.evaluate import evaluate
from engine.runs.folder import RunFolder
from engine.settings import TrainingSettings
from engine.starter import starter
from engine.training.worker import run
from tests.data_settings import table_data
from tests.engine.runs import recorded


def write_rows(path, shift: float = 0.0) -> None:
    random = np.random.default_rng(0)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["a", "b", "kind"])
        for number in range(150):
            right = number % 2
            values = random.normal(3.0 * right + shift, 1.0, 2).round(4)
            writer.writerow([*values.tolist(), "right" if right else "left"])


@pytest.fixture
def trained(tmp_path):
    """A run on a table of two classes, with its data beside it."""
    write_rows(tmp_path / "rows.csv")
    return train(tmp_path, Network.stack(Dense(units=8), Dense(units=2, activation="softmax")))


def train(folder, network, **settings):
    data = table_data(path=str(folder / "rows.csv"), target="kind")
    training = TrainingSettings(epochs=15, threads=1, optimizer=Adam(learning_rate=0.02), **settings)
    project = Project(data=data, network=network, training=training)
    list(run(TrainingRequest(project, load(data, Ticket()), folder / "run"), Control()))
    return folder / "run"


def test_the_validation_split_measures_as_it_did_at_the_end_of_training(trained):
    last = RunFolder(trained).epochs()[-1]
    assert evaluate(trained, "validation").metrics == pytest.approx(dict(last.metrics))


def test_the_test_split_is_measured_and_counted(trained):
    found = evaluate(trained)
    document = json.loads(found.json())
    (target,) = document.pop("targets")
    assert document == {"split": "test", "metrics": found.metrics, "examples": found.examples}
    assert found.confusion is not None
    assert [score["name"] for score in target["classes"]] == list(found.classes)
    assert target["also"] == found.parts[0].also
    assert target["also"]["f1"] == pytest.approx(np.mean([score["f1"] for score in target["classes"]]))
    assert target["commonest"]["share"] == found.confusion.sum(axis=1).max() / found.examples
    assert found.confusion.sum() == found.examples
    assert np.trace(found.confusion) / found.examples == pytest.approx(found.metrics["accuracy"])
    assert found.metrics["accuracy"] > 0.85
    assert found.answers.sum(axis=1) == pytest.approx(np.ones(found.examples), abs=1e-5)


def test_one_sigmoid_unit_answers_two_classes(tmp_path):
    write_rows(tmp_path / "rows.csv")
    network = Network.stack(Dense(units=8), Dense(units=1, activation="sigmoid"))
    found = evaluate(train(tmp_path, network, loss=BinaryCrossEntropy()))
    assert found.answers.shape == (found.examples, 1)
    assert found.metrics["accuracy"] > 0.85


def test_other_data_at_the_same_place_is_one_sentence(trained):
    (trained.parent / "rows.csv").write_text("a,b,kind\n" + "1,2,x\n2,3,y\n1,4,z\n" * 20)
    with pytest.raises(EngineError, match="is not what it was trained on"):
        evaluate(trained)


def test_values_changed_in_place_are_noticed_too(trained):
    path = trained.parent / "rows.csv"
    with path.open(newline="") as file:
        header, *rows = csv.reader(file)
    changed = [[str(3 * float(cell) + 100) for cell in row[:2]] + row[2:] for row in rows]
    path.write_text("\n".join(",".join(row) for row in [header, *changed]) + "\n")
    with pytest.raises(EngineError, match="is not what it was trained on"):
        evaluate(trained)


def test_dropout_is_off_and_batch_norm_at_rest_while_measuring(tmp_path):
    write_rows(tmp_path / "rows.csv")
    network = Network.stack(Dense(units=32), BatchNorm(), Dropout(rate=0.5), Dense(units=2, activation="softmax"))
    run_folder = train(tmp_path, network)
    last = RunFolder(run_folder).epochs()[-1]
    found = evaluate(run_folder, "validation")
    assert found.metrics == pytest.approx(dict(last.metrics))
    right = found.answers[np.arange(found.examples), found.targets]
    assert -np.log(right).mean() == pytest.approx(last.loss, rel=1e-4)


def test_a_folder_without_a_run_is_one_sentence(tmp_path):
    with pytest.raises(FileError, match="holds no run"):
        evaluate(tmp_path)


def test_new_folders_do_not_meet_and_the_bin_keeps_what_is_deleted(tmp_path):
    first = store.new_folder(tmp_path, "my net: v2")
    recorded.run(first, 1)
    second = store.new_folder(tmp_path, "my net: v2")
    assert (first.name, second.name) == ("my-net-v2-1", "my-net-v2-2")
    (first / "notes").write_text("kept")
    moved = store.to_bin(first)
    assert not first.exists()
    assert (moved / "notes").read_text() == "kept"
    assert store.runs(tmp_path) == []


def several_run(folder):
    """A run with two outputs, on a table of its own."""
    random = np.random.default_rng(0)
    lines = [f"{a:.3f},{b:.3f},{'up' if a > b else 'down'},{a + 2 * b:.3f}" for a, b in random.normal(0, 1, (150, 2))]
    (folder / "two.csv").write_text("a,b,side,sum\n" + "\n".join(lines) + "\n")
    data = table_data(path=str(folder / "two.csv"), target="side", more_targets=("sum",))
    made = load(data, Ticket())
    project = starter(data, made.facts)
    project = project.changed(training=project.training.changed(epochs=8, threads=1))
    list(run(TrainingRequest(project, made, folder / "two"), Control()))
    return folder / "two", made


def test_two_targets_are_measured_each_on_its_own(tmp_path):
    folder, data = several_run(tmp_path)
    found = evaluate(folder, "validation")
    last = RunFolder(folder).epochs()[-1]
    assert list(found.metrics) == ["side: accuracy", "sum: r2", "sum: mae"]
    assert found.metrics == pytest.approx(dict(last.metrics))
    assert found.target.name == "side"
    assert found.confusion.sum() == found.examples == len(data.validation)
    (other,) = found.others
    assert (other.target.name, other.confusion) == ("sum", None)
    np.testing.assert_array_equal(other.targets, data.validation.more_targets[0])
    assert np.abs(other.predicted - other.targets).mean() == pytest.approx(found.metrics["sum: mae"], rel=1e-4)


def test_richer_facts_are_read_back_and_those_of_old_runs_still_are(tmp_path):
    folder, data = several_run(tmp_path)
    assert RunFolder(folder).facts() == data.facts
    document = json.loads((folder / FACTS).read_text())
    old = {name: value for name, value in document.items() if name not in ("input_name", "more_inputs", "more_targets")}
    del old["target"]["shape"]
    (folder / FACTS).write_text(json.dumps(old))
    facts = RunFolder(folder).facts()
    assert (facts.target, facts.input, facts.input_name) == (data.facts.target, data.facts.input, "input")
    assert (facts.inputs[1:], facts.targets) == ((), (data.facts.target,))


def test_a_row_given_back_is_measured(tmp_path):
    write_rows(tmp_path / "rows.csv")
    data = table_data(path=str(tmp_path / "rows.csv"), target="kind", answer="itself")
    made = load(data, Ticket())
    project = starter(data, made.facts)
    project = project.changed(training=project.training.changed(epochs=3))
    list(run(TrainingRequest(project, made, tmp_path / "r"), Control()))
    found = evaluate(tmp_path / "r")
    assert (found.target.kind, found.confusion, found.others) == ("values", None, ())
    assert found.predicted.shape == found.targets.shape == (found.examples, 2)
    assert np.abs(found.predicted - found.targets).mean() == pytest.approx(found.metrics["mae"], rel=1e-4)
