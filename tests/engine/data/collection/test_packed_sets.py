"""Sets as their authors pack them: idx files and CIFAR batches, in a folder or an archive; nothing in them is run."""

from __future__ import annotations

import gzip
import io
import pickle
import shutil
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from engine.data.collection import archives
from engine.data.collection.files import find_pictures
from engine.data.collection.pickled import read_pickled
from engine.data.feature.picture import Picture
from engine.data.settings import DataSettings
from engine.data.sources import propose
from engine.errors import DataError
from tests.data_settings import picture_of
from tests.engine.data.helpers import prepared


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(archives.CACHE, str(tmp_path / "cache"))


def some(count: int, *shape: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(count).integers(0, 256, (count, *shape), dtype=np.uint8)


def idx(folder: Path, *, packed: bool = True, sign: str = "-", prefix: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for part, count in (("train", 40), ("t10k", 20)):
        labels = (np.arange(count) % 10).astype(np.uint8)
        for name, values in ((f"images{sign}idx3", some(count, 28, 28)), (f"labels{sign}idx1", labels)):
            head = bytes((0, 0, 8, values.ndim)) + b"".join(size.to_bytes(4, "big") for size in values.shape)
            path = folder / f"{prefix}{part}-{name}-ubyte"
            if packed:
                path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(head + values.tobytes()))
            else:
                path.write_bytes(head + values.tobytes())
    return folder


def as_python_2(values: Any) -> bytes:
    """Protocol 2 with strings as BINSTRING, as CIFAR's author wrote them."""

    class Writer(pickle._Pickler):  # the one in Python, whose table can be changed
        dispatch: ClassVar = dict(pickle._Pickler.dispatch)

        def save_bytes(self, value: bytes) -> None:
            self.write(pickle.BINSTRING + len(value).to_bytes(4, "little") + value)

        dispatch[bytes] = save_bytes

    out = io.BytesIO()
    Writer(out, 2).dump(values)
    return out.getvalue()


def cifar(folder: Path, kind: str) -> Path:
    folder.mkdir(parents=True)
    fine = kind.startswith("100")
    names = [f"thing {number}" for number in range(100 if fine else 10)]
    batches = ("train", "test") if fine else ("data_batch_1", "data_batch_2", "test_batch")
    for place, name in enumerate(batches):
        pixels, labels = some(20 + place, 3072), [number % 10 for number in range(20 + place)]
        if kind.endswith("binary"):
            before = [[7, label] if fine else [label] for label in labels]
            content = np.concatenate([np.array(before, dtype=np.uint8), pixels], axis=1).tobytes()
            (folder / f"{name}.bin").write_bytes(content)
        else:
            key = b"fine_labels" if fine else b"labels"
            (folder / name).write_bytes(as_python_2({b"data": pixels, key: labels, b"filenames": [b"a.png"]}))
    if kind.endswith("binary"):
        (folder / ("fine_label_names.txt" if fine else "batches.meta.txt")).write_text("\n".join(names) + "\n\n")
    else:
        old = [name.encode() for name in names]
        meta = {b"fine_label_names": old} if fine else {b"label_names": old, b"num_vis": 3072}
        (folder / ("meta" if fine else "batches.meta")).write_bytes(as_python_2(meta))
    return folder


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("sign", ["-", "."])
def test_idx_files(tmp_path: Path, packed: bool, sign: str) -> None:
    data = propose(idx(tmp_path / "mnist", packed=packed, sign=sign))
    assert isinstance(data, DataSettings)
    assert picture_of(data) == Picture(width=28, height=28, colour="grey")
    dataset = prepared(data)
    assert dataset.facts.target.classes == tuple("0123456789")
    assert dataset.facts.test == 20
    assert dataset.facts.notes[0] == "mnist comes with its own test part, 20 pictures"
    found = find_pictures(data.path, lambda _share, _text: None)
    assert (np.asarray(found.pictures[3]) == some(40, 28, 28)[3]).all()
    assert found.labels[3] == "3"
    assert (np.asarray(found.pictures[45]) == some(20, 28, 28)[5]).all()


def test_the_pictures_file_itself_opens_its_set(tmp_path: Path) -> None:
    idx(tmp_path, prefix="emnist-letters-")
    idx(tmp_path, prefix="emnist-digits-")
    assert prepared(propose(tmp_path / "emnist-digits-train-images-idx3-ubyte.gz")).facts.test == 20
    with pytest.raises(DataError, match=r"^These are 2 sets: emnist-digits, emnist-letters"):
        propose(tmp_path)


@pytest.mark.parametrize("kind", ["10 binary", "10 python", "100 binary", "100 python"])
def test_cifar_in_an_archive(tmp_path: Path, kind: str) -> None:
    folder = cifar(tmp_path / "cifar", kind)
    shutil.make_archive(str(folder), "gztar", tmp_path, "cifar")
    shutil.rmtree(folder)
    data = propose(tmp_path / "cifar.tar.gz")
    assert isinstance(data, DataSettings)
    assert (data.path, picture_of(data)) == (
        str(tmp_path / "cifar.tar.gz"),
        Picture(width=32, height=32, colour="colour"),
    )
    facts = prepared(data).facts
    assert facts.test == (21 if kind.startswith("100") else 22)
    assert facts.target.classes[3] == "thing 3"
    found = find_pictures(data.path, lambda _share, _text: None)
    assert (np.asarray(found.pictures[2]).transpose(2, 0, 1).ravel() == some(20, 3072)[2]).all()


@pytest.mark.parametrize("name", ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"])
@pytest.mark.parametrize("left", [0, 3, 9, 200])
def test_a_damaged_idx_file_is_one_sentence(tmp_path: Path, name: str, left: int) -> None:
    path = idx(tmp_path) / name
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())[: left if "images" in name else left // 10]))
    with pytest.raises(DataError, match=rf"^{name} is no whole idx file\. Download it again"):
        propose(tmp_path)


def test_labels_that_are_missing(tmp_path: Path) -> None:
    (idx(tmp_path) / "train-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataError, match=r"^There are no labels beside train-images-idx3-ubyte\.gz"):
        propose(tmp_path)


class Evil:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_nothing_in_a_pickle_is_run(tmp_path: Path, protocol: int) -> None:
    (tmp_path / "meta").write_bytes(pickle.dumps({"label_names": Evil(tmp_path / "ran")}, protocol))
    with pytest.raises(DataError, match=r"^meta is not a file of CIFAR: it names .*nothing in it was run"):
        read_pickled(tmp_path / "meta")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4])
def test_what_cifar_holds_is_read_by_every_protocol(tmp_path: Path, protocol: int) -> None:
    values = {"labels": [1, 2], "names": ["a", "é"], "data": some(3, 5)}
    (tmp_path / "b").write_bytes(pickle.dumps(values, protocol))
    found = read_pickled(tmp_path / "b")
    assert found[b"labels"] == [1, 2]
    assert found[b"names"] == ["a", "é"]
    assert (found[b"data"] == values["data"]).all()


@pytest.mark.parametrize(
    "content",
    [b"", b".", b"\x80\x02.", b"\x80\x02}q\x00", b"garbage", b"]" * 9 + b".", b"(((u.", b"\x80\x02}h\x05.", b"N."],
)
def test_a_broken_pickle_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b").write_bytes(content)
    with pytest.raises(DataError, match=r"^b is not a file of CIFAR"):
        read_pickled(tmp_path / "b")


def test_an_array_of_objects_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(pickle.dumps({"data": np.array([1, "x"], dtype=object)}, 2))
    with pytest.raises(DataError, match="something else than bytes"):
        read_pickled(tmp_path / "b")


@pytest.mark.parametrize("kind", ["10 binary", "10 python"])
def test_a_cut_batch_is_one_sentence(tmp_path: Path, kind: str) -> None:
    path = next(cifar(tmp_path / "c", kind).glob("data_batch_1*"))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataError, match=r"^data_batch_1"):
        propose(tmp_path / "c")
