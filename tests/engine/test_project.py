"""Project files: whole or not at all, readable by people, refused in one sentence where they are damaged or newer."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from engine import project as projects
from engine.choices.losses import MeanSquaredError
from engine.errors import FileError
from engine.layers.core.basics import Dense, Input, Output
from engine.network import Network
from engine.project import Project, load, parse, save
from engine.settings import TrainingSettings
from tests.data_settings import table_data

FILES = Path(__file__).parent.parent / "files"


def example(path: str = "sample:iris") -> Project:
    return Project(
        about="flowers",
        data=table_data(path=path, target="species"),
        network=Network.stack(Dense(units=8), Dense(units=3, activation="softmax")),
        training=TrainingSettings(loss=MeanSquaredError(form="one-hot"), epochs=7),
    )


def test_what_is_saved_is_what_is_opened(tmp_path):
    save(example(), tmp_path / "p.layerdeck")
    assert load(tmp_path / "p.layerdeck") == example()


def test_the_file_is_json_that_people_can_read(tmp_path):
    save(example(), tmp_path / "p.layerdeck")
    document = json.loads((tmp_path / "p.layerdeck").read_text())
    assert document["network"]["layers"][1]["units"] == 8
    assert document["training"]["epochs"] == 7


def test_data_is_named_relative_to_the_file_so_that_both_can_move(tmp_path):
    (tmp_path / "old" / "data").mkdir(parents=True)
    save(example(str(tmp_path / "old" / "data" / "t.csv")), tmp_path / "old" / "p.layerdeck")
    (tmp_path / "old").rename(tmp_path / "new")
    data = load(tmp_path / "new" / "p.layerdeck").data
    assert data is not None
    assert data.path == str(tmp_path / "new" / "data" / "t.csv")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_file_cut_short_is_one_sentence(tmp_path, share):
    save(example(), tmp_path / "p.layerdeck")
    whole = (tmp_path / "p.layerdeck").read_text()
    (tmp_path / "p.layerdeck").write_text(whole[: int(len(whole) * share)])
    with pytest.raises(FileError, match=r"p\.layerdeck is damaged: it ends early or is not JSON"):
        load(tmp_path / "p.layerdeck")


def test_a_file_of_a_newer_version_says_to_update():
    text = json.dumps({**json.loads(example().model_dump_json()), "format": 99})
    with pytest.raises(FileError, match="newer Layerdeck") as error:
        parse(text)
    assert "Update" in error.value.hint


@pytest.mark.parametrize("text", ["[]", "{}", '{"format": "1"}', "3"])
def test_json_that_is_no_project_is_refused(text):
    with pytest.raises(FileError, match="is not a Layerdeck project"):
        parse(text)


def test_a_value_that_does_not_fit_is_named():
    text = example().model_dump_json().replace('"units":8', '"units":-8')
    with pytest.raises(FileError, match=r"network\.layers\.1\.dense\.units"):
        parse(text)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"format":5', '"format":0', "a format that never was, 0"),
        ('"format":5', '"format":-3', "a format that never was, -3"),
        ("sample:iris", "a\\u0000b", "data that no file can be called"),
        ("sample:iris", "a\\ud800b", "data that no file can be called"),
        ('"seed":0', '"seed":2147483648', "seed"),
        ('"id":"dense"', '"id":"class"', "cannot have the id class"),
        ('"id":"dense","name":"","inputs":[]', '"id":"dense","name":"","inputs":["nope"]', "not nope"),
        ('"inputs":[],"shares":""', '"inputs":[],"shares":"dense"', "shares no weights"),
    ],
)
def test_a_strangers_file_is_refused_in_one_sentence(old, new, said):
    text = example().model_dump_json()
    assert old in text
    with pytest.raises(FileError, match=said):
        parse(text.replace(old, new))


@pytest.mark.parametrize("deep", [30, 400, 100_000])
def test_blocks_nested_too_deep_are_refused_in_one_sentence(deep):
    inner = '{"kind":"block","layers":[' * deep + "]}" * deep
    text = Project().model_dump_json().replace('"layers":[', f'"layers":[{inner},', 1)
    with pytest.raises(FileError) as error:
        parse(text)
    assert len(str(error.value)) < 400


def test_a_missing_file_and_a_binary_one_are_refused(tmp_path):
    with pytest.raises(FileError, match="There is no file"):
        load(tmp_path / "none.layerdeck")
    (tmp_path / "b.layerdeck").write_bytes(bytes(range(256)))
    with pytest.raises(FileError, match="cannot be read as a project"):
        load(tmp_path / "b.layerdeck")


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "p.layerdeck"
    save(example(), path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(projects.os, "fsync", full)
    with pytest.raises(FileError, match=r"p.layerdeck cannot be written: the disk is full\. Free some space"):
        save(Project(), path)
    assert load(path) == example()
    assert [entry.name for entry in tmp_path.iterdir()] == ["p.layerdeck"]


def test_a_folder_that_is_a_file_cannot_be_written(tmp_path):
    (tmp_path / "folder").write_text("")
    with pytest.raises(FileError, match="cannot be written"):
        save(example(), tmp_path / "folder" / "p.layerdeck")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom permissions stop")
def test_a_read_only_folder_cannot_be_written(tmp_path):
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(FileError, match="cannot be written"):
        save(example(), tmp_path / "p.layerdeck")


@pytest.mark.parametrize("path", sorted(FILES.glob("*.layerdeck")), ids=lambda path: path.stem)
def test_old_files_still_open(path):
    assert load(path).network.layers[0].kind == "input"


def test_a_graph_of_format_1_means_what_it_meant():
    project = load(FILES / "format-1-graph.layerdeck")
    assert project.format == projects.FORMAT == 5
    network = project.network
    assert [network.reads(layer.id) for layer in network.middle] == [
        ("input",),
        ("conv2d",),
        ("conv2d",),
        ("block", "side"),
        ("concatenate",),
        ("global_pool2d",),
    ]
    assert (network.layer("block").repeat, network.layer("block").name) == (2, "Residual")
    assert (network.inputs[0].source, network.outputs[0].target) == ("", "")
    assert all(layer.shares == layer.note == "" for layer in network.layers)


def test_several_ends_notes_and_shared_weights_come_back(tmp_path):
    inputs = Input(id="input"), Input(id="picture", source="picture")
    middle = Dense(id="a", units=3, note="why", inputs=("input",)), Dense(id="b", units=3, shares="a")
    outputs = Output(id="output"), Output(id="sum", target="sum", inputs=("a",))
    project = Project(network=Network(layers=(*inputs, *middle, *outputs)))
    save(project, tmp_path / "p.layerdeck")
    assert json.loads((tmp_path / "p.layerdeck").read_text())["format"] == 5
    assert load(tmp_path / "p.layerdeck") == project


def test_each_format_has_a_way_to_the_next():
    assert sorted(projects.MIGRATIONS) == list(range(1, projects.FORMAT))
    for number, migrate in projects.MIGRATIONS.items():
        assert migrate({"format": number})["format"] == number + 1


def test_the_next_format_is_refused_in_one_sentence():
    with pytest.raises(FileError) as error:
        parse(Project().model_dump_json().replace('"format":5', '"format":6'), "p.layerdeck")
    assert error.value.message == "p.layerdeck was saved by a newer Layerdeck (format 6, this one knows 5)"


def test_there_are_old_files():
    assert list(FILES.glob("format-1*.layerdeck"))


def test_before_format_3_all_weights_decayed():
    document = json.loads(Project().model_dump_json()) | {"format": 2}
    del document["training"]["spare_norms"]
    assert not parse(json.dumps(document)).training.spare_norms
    assert Project().training.spare_norms


def test_a_file_from_before_snapshots_were_kept_along_a_run_keeps_some():
    document = json.loads(example().model_dump_json())
    del document["training"]["keep_snapshots"]
    assert parse(json.dumps(document)).training.keep_snapshots == 5
