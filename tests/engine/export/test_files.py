"""Exports are whole or not there, and say in a sentence why they cannot be."""

from __future__ import annotations

import pytest

from engine.cli import main
from engine.data.dataset import Ticket
from engine.errors import Cancelled, EngineError, FileError
from engine.export import EXPORTERS
from engine.export.owned import MARKER
from engine.export.writing import export
from engine.project import load


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != MARKER)


@pytest.mark.parametrize("kind", list(EXPORTERS))
def test_what_was_written_is_what_is_there(classes_example, tmp_path, kind):
    written = export(kind, classes_example.folder, tmp_path / "deep" / "out")
    assert names(tmp_path / "deep") == ["out"]
    assert [path.name for path in written] == names(tmp_path / "deep" / "out")
    assert EXPORTERS[kind].main in names(tmp_path / "deep" / "out")
    assert all(path.stat().st_size for path in written)


@pytest.mark.parametrize("kind", list(EXPORTERS))
def test_a_file_name_asks_for_the_main_file_alone(classes_example, tmp_path, kind):
    out = tmp_path / f"mine.{EXPORTERS[kind].main.rpartition('.')[2]}"
    assert export(kind, classes_example.folder, out) == [out]
    assert names(tmp_path) == [out.name]


def test_an_old_export_is_replaced_and_other_files_stay(classes_example, tmp_path):
    out = tmp_path / "out"
    export("torch", classes_example.folder, out)
    (out / "weights.pt").write_text("old")
    (out / "notes.txt").write_text("mine")
    export("torch", classes_example.folder, out)
    assert (out / "weights.pt").read_bytes()[:3] != b"old"
    assert (out / "notes.txt").read_text() == "mine"
    assert names(tmp_path) == ["out"]


def test_a_folder_that_cannot_be_written_is_one_sentence(classes_example, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FileError, match="cannot be written"):
        export("torch", classes_example.folder, tmp_path / "file" / "out")
    with pytest.raises(FileError, match="cannot be written"):
        export("torch", classes_example.folder, tmp_path / "file")
    assert (tmp_path / "file").read_text() == "in the way"
    assert names(tmp_path) == ["file"]


def test_a_cancelled_export_leaves_what_was_there(classes_example, tmp_path):
    class Enough(Ticket):
        def tell(self, done, text):
            if done > 0.5:
                raise Cancelled

    with pytest.raises(Cancelled):
        export("torch", classes_example.folder, tmp_path / "out", Enough())
    assert names(tmp_path) == []


def test_an_unknown_format_names_the_known_ones(classes_example, tmp_path):
    with pytest.raises(EngineError, match="torch, onnx, weights, project"):
        export("keras", classes_example.folder, tmp_path / "out")


def test_a_folder_without_a_run_is_one_sentence(tmp_path):
    with pytest.raises(FileError, match="holds no run"):
        export("torch", tmp_path, tmp_path / "out")


@pytest.mark.parametrize("marker", [None, "[]", '{"torch": 3}', "{"])
def test_files_from_elsewhere_are_not_written_over(classes_example, tmp_path, marker):
    (tmp_path / "README.txt").write_text("mine")
    if marker is not None:
        (tmp_path / MARKER).write_text(marker)
    with pytest.raises(FileError, match=r"holds other files named README\.txt. Choose an empty folder"):
        export("torch", classes_example.folder, tmp_path)
    assert names(tmp_path) == ["README.txt"]
    assert (tmp_path / "README.txt").read_text() == "mine"


def test_exports_of_two_kinds_do_not_mix(classes_example, tmp_path):
    out = tmp_path / "out"
    export("torch", classes_example.folder, out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(FileError, match=r"other files named README\.txt, predict\.py"):
        export("onnx", classes_example.folder, out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("out", ["out", "mine.layerdeck", "deep/down/mine.layerdeck"])
def test_the_project_comes_back_and_finds_its_data(classes_example, tmp_path, out):
    export("project", classes_example.folder, tmp_path / out)
    path = tmp_path / out / "project.layerdeck" if out == "out" else tmp_path / out
    project = load(path)
    assert project.data is not None
    assert project.data.path == str(classes_example.inputs)


def test_the_command_does_not_write_over_a_project_unless_asked(classes_example, tmp_path, capsys):
    out = tmp_path / "p.layerdeck"
    out.write_text("mine")
    words = ["export", str(classes_example.folder), "--format", "project", "--out", str(out)]
    assert main(words) == 1
    assert "is there already" in capsys.readouterr().err
    assert out.read_text() == "mine"
    assert main([*words, "--replace"]) == 0
    assert load(out).data is not None
