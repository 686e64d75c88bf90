"""What two runs have different is found without knowing any setting by name."""

from __future__ import annotations

import shutil

import pytest

from engine.choices.augmentations import Flip, Shift
from engine.choices.optimizers import Adam, Sgd
from engine.data.feature.ignored import Ignored
from engine.data.settings import SplitSettings
from engine.layers import KINDS, Block
from engine.layers.core.basics import Dense, Dropout
from engine.network import Network
from engine.project import Project
from engine.record.events import Finished, KnobTurned
from engine.record.request import TrainingRequest
from engine.runs.compare import Row, compare, knob_changes, leaves, project_changes
from engine.settings import TrainingSettings
from tests.data_settings import table_data
from tests.engine import toys
from tests.engine.runs.recorded import PER_EPOCH, epoch_events, started, tell

BASE = Project(
    data=table_data(path="/rows.csv", target="kind"),
    network=Network.stack(Dense(id="a", units=8), Dense(id="b", units=8), Dropout(id="c"), Dense(id="d", units=2)),
)


def test_the_same_project_has_no_changes():
    assert project_changes(BASE, BASE) == []


def test_settings_are_named_by_their_titles():
    training = BASE.training.changed(batch_size=64, optimizer=Adam(learning_rate=0.5))
    data = BASE.data.changed(split=SplitSettings(seed=3), columns={"x": Ignored()})
    assert project_changes(BASE, BASE.changed(training=training, data=data)) == [
        Row("data", "split: Seed", "0", "3"),
        Row("data", "columns: x: kind", "–", "ignore"),
        Row("training", "optimizer: Learning rate", "0.001", "0.5"),
        Row("training", "Batch size", "32", "64"),
    ]


def test_another_kind_of_optimizer_shows_what_only_one_has():
    rows = project_changes(BASE, BASE.changed(training=BASE.training.changed(optimizer=Sgd(learning_rate=0.001))))
    assert Row("training", "optimizer: kind", "adam", "sgd") in rows
    assert any(row.after == "–" for row in rows)
    assert all(row.where == "training" and row.what.startswith("optimizer: ") for row in rows)


def test_layers_are_matched_by_id():
    network = Network.stack(
        Dense(id="b", units=8), Dense(id="a", units=9), Dense(id="e", units=4), Dense(id="d", units=2)
    )
    rows = project_changes(BASE, BASE.changed(network=network))
    assert [(row.where, row.kind) for row in rows] == [
        ("b", "moved"),
        ("a", "changed"),
        ("e", "added"),
        ("c", "removed"),
    ]
    assert Row("a", "Units", "8", "9") in rows


def test_a_moved_layer_is_told_alone():
    network = BASE.network.move("c", 1)
    assert project_changes(BASE, BASE.changed(network=network)) == [Row("c", "Dropout", "place 4", "place 2", "moved")]


def test_layers_inside_a_block_are_named_by_their_path():
    def project(units: int, *more: str) -> Project:
        inside = Dense(id="x", units=units), *(Dropout(id=name) for name in more)
        return Project(network=Network.stack(Block(id="block", layers=inside), Dense(id="end", units=2)))

    assert project_changes(project(8), project(16, "y")) == [
        Row("block.x", "Units", "8", "16"),
        Row("block.y", "Dropout", "–", "Dropout, 20% off while training", "added"),
    ]


def test_no_data_before_and_data_after():
    rows = project_changes(Project(), Project(data=BASE.data))
    assert Row("data", "source: path", "–", "/rows.csv") in rows


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.model_fields["kind"].default)
def test_every_setting_of_every_layer_is_compared(kind):
    made = kind(id="layer")
    shown = leaves(made.changed(layers=()) if isinstance(made, Block) else made)
    assert len(shown) >= len(type(made).model_fields)  # no two settings of one kind have the same title


def test_an_augmentation_is_told_by_its_name_wherever_it_stands():
    training = BASE.training.changed(augment=[Shift(distance=0.1)])
    more = training.changed(augment=[Flip(), Shift(distance=0.2)])
    rows = project_changes(BASE.changed(training=training), BASE.changed(training=more))
    assert [(row.what, row.before, row.after) for row in rows] == [
        ("augment: Shift: Distance", "0.1", "0.2"),
        ("augment: Flip: kind", "–", "flip"),
        ("augment: Flip: Left-right", "–", "0.5"),
        ("augment: Flip: Up-down", "–", "0"),
    ]


def test_the_settings_of_training_have_titles_of_their_own():
    assert len(leaves(TrainingSettings())) >= len(TrainingSettings.model_fields) - 1  # heads may be none


def test_two_runs_with_other_data_and_their_results(tmp_path):
    first = TrainingRequest(toys.project(epochs=2), toys.rings(), tmp_path / "a")
    second = TrainingRequest(toys.project(epochs=1), toys.rings(seed=5), tmp_path / "b")
    tell(first, [started(0, 2), *epoch_events(1), *epoch_events(2), Finished(2 * PER_EPOCH)])
    tell(second, [started(0, 1), *epoch_events(1), Finished(PER_EPOCH)])
    found = compare(tmp_path / "a", tmp_path / "b")
    assert [(row.where, row.what) for row in found.changes] == [
        ("data", "rows, values or split"),
        ("training", "Epochs"),
    ]
    results = {row.what: (row.before, row.after) for row in found.results}
    assert results["step"] == ("200", "100")
    assert results["metrics: accuracy"] == ("0.75", "0.5")
    assert results["best: loss"] == ("0.75", "1.5")
    shutil.copytree(tmp_path / "a", tmp_path / "c")
    assert compare(tmp_path / "a", tmp_path / "c").changes == ()


def test_two_runs_that_differ_by_a_knob_alone(tmp_path):
    turned = KnobTurned(50, "learning_rate", 0.5)
    for name, knobs in (("a", []), ("b", [turned])):
        events = [started(0, 1), *knobs, *epoch_events(1), Finished(PER_EPOCH)]
        tell(TrainingRequest(toys.project(epochs=1), toys.rings(), tmp_path / name), events)
    assert compare(tmp_path / "a", tmp_path / "b").changes == (
        Row("live knobs", "Learning rate at step 50", "–", "0.5"),
    )
    assert compare(tmp_path / "b", tmp_path / "b").changes == ()


def test_knobs_are_told_by_step_with_the_layer_they_are_of():
    both = KnobTurned(10, "weight_decay", 0.1)
    before = [both, KnobTurned(1200, "dropout", 0.5), KnobTurned(1200, "dropout", 0.2)]
    after = [both, KnobTurned(40, "frozen", True, "block.dense"), KnobTurned(1200, "dropout", 0.3)]
    assert knob_changes(before, after) == [
        Row("live knobs", "Frozen at step 40: block.dense", "–", "yes"),
        Row("live knobs", "Dropout at step 1,200", "0.2", "0.3"),
    ]
    assert knob_changes(after, after) == []
