"""NumPy: arrays with one row an example, several side by side; never an object, damage in a sentence."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from engine.data.source.table import source_for
from engine.data.source.typed import frames
from engine.errors import DataError
from tests.engine.data.source.typed.helpers import cells, notes, quiet, reading

TWO = np.array([[1.5, 2.0], [3.0, np.nan]])


@pytest.mark.parametrize(
    ("array", "read"),
    [
        (TWO, {"column 1": ["1.5", "3.0"], "column 2": ["2", ""]}),
        (np.asfortranarray(TWO), {"column 1": ["1.5", "3.0"], "column 2": ["2", ""]}),
        (TWO.astype(">f4"), {"column 1": ["1.5", "3.0"], "column 2": ["2", ""]}),
        (TWO.astype(np.float16), {"column 1": ["1.5", "3.0"], "column 2": ["2", ""]}),
        (np.array([1, 2], dtype=np.uint8), {"column 1": ["1", "2"]}),
        (np.array([True, False]), {"column 1": ["true", "false"]}),
        (np.array([" a", "é"]), {"column 1": ["a", "é"]}),
        (np.array([b"a", b"\xff"]), {"column 1": ["a", "\ufffd"]}),
        (np.array(["2024-02-29", "NaT"], dtype="datetime64[D]"), {"column 1": ["2024-02-29", ""]}),
        (np.array(["2024-02", "2024-03"], dtype="datetime64[M]"), {"column 1": ["2024-02-01", "2024-03-01"]}),
        (np.array(5), {"column 1": ["5"]}),
        (
            np.array([(1, 0.5, "a"), (2, 1.5, "b")], dtype=[("n", ">i4"), ("size", "f8"), ("kind", "U3")]),
            {"n": ["1", "2"], "size": ["0.5", "1.5"], "kind": ["a", "b"]},
        ),
    ],
)
def test_an_array_is_a_table(tmp_path, array, read):
    np.save(tmp_path / "t.npy", array)
    assert cells(tmp_path / "t.npy") == read
    np.savez_compressed(tmp_path / "t.npz", array)
    assert cells(tmp_path / "t.npz") == read


def test_several_arrays_stand_side_by_side_with_the_target_last(tmp_path):
    np.savez(tmp_path / "t.npz", y=np.array([0, 1]), x=TWO, weight=np.array([[7], [8]]), other=np.arange(3))
    assert cells(tmp_path / "t.npz") == {
        "x 1": ["1.5", "3.0"],
        "x 2": ["2", ""],
        "weight": ["7", "8"],
        "y": ["0", "1"],
    }
    left = "Of t.npz these arrays are left out, for they have another number of rows: other (3 rows)"
    assert notes(tmp_path / "t.npz") == (left,)


@pytest.mark.parametrize("name", ["{0}_{1}", "{1}_{0}"])
def test_parts_are_one_table(tmp_path, name):
    parts = {
        ("x", "train"): TWO,
        ("y", "train"): np.array([0, 1]),
        ("x", "test"): TWO[:1],
        ("y", "test"): np.array([2]),
    }
    np.savez(tmp_path / "t.npz", **{name.format(*key): array for key, array in parts.items()})
    assert cells(tmp_path / "t.npz") == {"x 1": ["1.5", "3.0", "1.5"], "x 2": ["2", "", "2"], "y": ["0", "1", "2"]}
    said = "The parts of t.npz are read as one table, one below the other: 2 of train, 1 of test"
    assert notes(tmp_path / "t.npz") == (said,)


def test_parts_that_do_not_fit_are_said(tmp_path):
    path = tmp_path / "t.npz"
    np.savez(path, x_train=TWO, y_train=np.arange(3))
    with pytest.raises(DataError, match=r"Arrays of t.npz differ in rows: of train x has 2 and y has 3"):
        reading(path)
    np.savez(path, x_train=TWO, x_test=TWO[:, :1])
    with pytest.raises(DataError, match=r"Array x of t.npz has other columns in test than in its other parts"):
        reading(path)


class Evil:
    def __reduce__(self):
        return (print, ("executed",))


@pytest.mark.parametrize("name", ["t.npy", "t.npz"])
def test_objects_are_refused_and_never_made(tmp_path, name, capsys):
    array = np.array([Evil(), 1], dtype=object)
    (np.save if name == "t.npy" else np.savez)(tmp_path / name, array, allow_pickle=True)
    with pytest.raises(DataError, match=f"{name} holds Python objects, which can run any code when they are read"):
        reading(tmp_path / name)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.zeros((2, 3, 4)), r"t.npy has 3 dimensions \(2 x 3 x 4\), and a table has rows and columns alone"),
        (np.zeros(2, dtype=complex), "t.npy holds complex numbers"),
        (np.zeros(2, dtype="V3"), "t.npy holds raw bytes"),
    ],
)
def test_what_is_no_table_is_said(tmp_path, array, said):
    np.save(tmp_path / "t.npy", array)
    with pytest.raises(DataError, match=said):
        reading(tmp_path / "t.npy")


def header(shape: str) -> bytes:
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


@pytest.mark.parametrize(
    "content",
    [
        b"\x93NUMPY",
        b"\x93NUMPY\x09\x00" + bytes(100),
        header("(2,)"),
        header("(1000000000000000,)") + bytes(16),
        header("(10000000000, 10000000000000)") + bytes(16),
        header("(-1,)") + bytes(16),
        header("(((((") + bytes(16),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_damage_is_said(tmp_path, content, packed):
    path = tmp_path / ("t.npz" if packed else "t.npy")
    if packed:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("x.npy", content)
    else:
        path.write_bytes(content)
    with pytest.raises(DataError, match=f"{path.name} is damaged or cut off, or no array that NumPy saved"):
        reading(path)


def test_a_cut_archive_and_one_without_arrays_are_said(tmp_path):
    buffer = io.BytesIO()
    np.savez(buffer, x=TWO)
    (tmp_path / "t.npz").write_bytes(buffer.getvalue()[:-30])
    with pytest.raises(DataError, match="is damaged or cut off"):
        reading(tmp_path / "t.npz")
    with zipfile.ZipFile(tmp_path / "u.npz", "w") as archive:
        archive.writestr("x.txt", "no")
    with pytest.raises(DataError, match=r"u.npz has no arrays in it"):
        reading(tmp_path / "u.npz")


def test_more_than_the_memory_holds_is_refused_before_it_is_read(tmp_path, monkeypatch):
    np.savez_compressed(tmp_path / "t.npz", np.zeros(1_000_000))
    monkeypatch.setattr(frames, "free_memory", lambda: 10_000_000)
    with pytest.raises(DataError, match=r"t.npz would take 40.0 MB of memory, and 10.0 MB are free"):
        reading(tmp_path / "t.npz")


def test_fields_that_are_no_columns_are_named(tmp_path):
    np.save(tmp_path / "t.npy", np.zeros(2, dtype=[("n", "i4"), ("pair", "f8", (2,)), ("wave", complex)]))
    assert cells(tmp_path / "t.npy") == {"n": ["0", "0"]}
    said = "Columns pair, wave of t.npy are left out: lists, records or bytes are not read yet"
    assert notes(tmp_path / "t.npy") == (said,)


def test_a_look_has_the_first_rows(tmp_path):
    np.save(tmp_path / "t.npy", np.arange(1_000))
    look = source_for(tmp_path / "t.npy").look(quiet)
    assert (look.columns, look.head.height, look.rows) == (("column 1",), 100, 1_000)
