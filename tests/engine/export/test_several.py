"""Networks with several inputs and outputs, and with pictures, rows or words as answers, taken away."""

from __future__ import annotations

import csv
import functools
import io
import json
import math

import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from engine.choices.losses import CrossEntropy, MeanSquaredError
from engine.data.dataset import Ticket
from engine.data.load import load
from engine.export.onnx import names as onnx_names
from engine.export.predicting import answered, gather, write_csv
from engine.export.source import read
from engine.export.writing import export
from engine.layers.core.basics import Dense, Input, Output
from engine.layers.image.convolution import Conv2d
from engine.layers.join.joining import Add, Concatenate
from engine.layers.sequence.attention import MultiHeadAttention
from engine.layers.sequence.recurrent import Embedding
from engine.layers.shape.shaping import Flatten, Reshape
from engine.network import Network
from engine.project import Project
from engine.record.control import Control
from engine.record.request import TrainingRequest
from engine.settings import TrainingSettings
from engine.training.worker import run
from tests.data_settings import picture_data, table_data, text_data
from tests.engine.export.conftest import Example, evaluate, write_rows
from tests.engine.export.test_answers import ROOM, lines_of, run_script

KINDS = ("joined", "rows themselves", "pictures themselves", "next word")


def joined(folder):
    """A picture and two numbers; the network reads the picture first and answers the sum before the class."""
    random = np.random.default_rng(3)
    rows = []
    (folder / "pictures").mkdir()
    for index in range(60):
        pixels = random.integers(0, 60, (6, 5), dtype=np.uint8)
        pixels[:, index % 3] += 150
        Image.fromarray(pixels).save(folder / "pictures" / f"{index:02}.png")
        x, y = random.normal(0, 2, 2)
        rows.append(
            [f"pictures/{index:02}.png", f"{x:.3f}", f"{y:.3f}", "abc"[index % 3], f"{100 + x + index % 3:.3f}"]
        )
    path = write_rows(folder / "rows.csv", ["photo", "x", "y", "letter", "sum"], rows)
    data = table_data(
        path=str(path),
        target="letter",
        more_targets=("sum",),
        roles={"photo": "picture"},
        picture_width=5,
        picture_height=6,
        picture_colour="grey",
    )
    layers = (
        Input(id="photo", source="photo"),
        Input(id="row"),
        Conv2d(id="conv", channels=3, inputs=("photo",)),
        Flatten(id="flat"),
        Dense(id="wide", units=8, inputs=("row",)),
        Dense(id="again", units=8),
        Dense(id="shared", units=8, shares="again"),
        Concatenate(id="both", inputs=("flat", "shared")),
        Dense(id="sum", units=1, activation="none"),
        Dense(id="letter", units=3, activation="softmax", inputs=("both",)),
        Output(id="sum_out", target="sum", inputs=("sum",)),
        Output(id="letter_out"),
    )
    return data, Network(layers=layers), CrossEntropy(), path


def rows_themselves(folder):
    rows = [[f"{math.sin(n):.4f}", f"{math.cos(n):.4f}", f"{n % 5}"] for n in range(60)]
    path = write_rows(folder / "rows.csv", ["x", "y", "z"], rows)
    network = Network.stack(Dense(units=2, id="code"), Dense(units=2, activation="none", id="decode"))
    return table_data(path=str(path), target="z", answer="itself"), network, MeanSquaredError(), path


def pictures_themselves(folder):
    random = np.random.default_rng(4)
    for index in range(30):
        path = folder / "pictures" / "all" / f"{index:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 255, (6, 6), dtype=np.uint8)).save(path)
        other = folder / "pictures" / "more" / f"{index:02}.png"
        other.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 255, (6, 6), dtype=np.uint8)).save(other)
    network = Network.stack(Conv2d(channels=2), Flatten(), Dense(units=36, activation="none"), Reshape(sizes=(1, 6, 6)))
    data = picture_data(path=str(folder / "pictures"), width=6, height=6, colour="grey", answer="itself")
    return data, network, MeanSquaredError(), folder / "pictures"


def next_word(folder):
    words = ["the cat sat on the mat", "the dog sat on the log", "a cat and a dog met"]
    for index in range(45):
        path = folder / "texts" / "ab"[index % 2] / f"{index:02}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(" ".join(words[(index + step) % 3] for step in range(1 + index % 3)))
    network = Network.stack(
        Embedding(id="words", vocabulary=20, dimensions=8),
        MultiHeadAttention(id="look", heads=2, causal=True),
        Add(id="add", inputs=("words", "look")),
        Dense(id="next", units=20, activation="softmax", shares="words"),
    )
    data = text_data(path=str(folder / "texts"), vocabulary=20, length=9, answer="next word")
    return data, network, CrossEntropy(), folder / "texts"


def trained(kind, folder) -> Example:
    made = {
        "joined": joined,
        "rows themselves": rows_themselves,
        "pictures themselves": pictures_themselves,
        "next word": next_word,
    }
    data, network, loss, inputs = made[kind](folder)
    settings = TrainingSettings(loss=loss, epochs=2, batch_size=16, threads=1, metrics=())
    dataset = load(data, Ticket())
    for _ in run(
        TrainingRequest(Project(data=data, network=network, training=settings), dataset, folder / "run"), Control()
    ):
        pass
    return Example(folder / "run", inputs, evaluate(folder / "run", "train"))


@pytest.fixture(scope="module")
def several_of(tmp_path_factory):
    return functools.cache(lambda kind: trained(kind, tmp_path_factory.mktemp(kind.replace(" ", "_"))))


@pytest.fixture(params=KINDS)
def several(request, several_of) -> Example:
    return several_of(request.param)


def lines_of_the_app(example):
    source = read(example.folder)
    names, inputs = gather(source.preparation, [example.inputs], lambda _: None)
    file = io.StringIO()
    write_csv(answered(source.preparation, names, inputs, source.outputs(inputs)), file)
    file.seek(0)
    return list(csv.DictReader(file))


@pytest.mark.parametrize("kind", ["torch", "onnx"])
def test_the_exported_script_answers_as_the_app(several, tmp_path, kind):
    found = lines_of(run_script(several.exported(kind) / "predict.py", several.inputs, cwd=tmp_path))
    wanted = lines_of_the_app(several)
    assert len(found) == len(wanted) >= 30
    for line, right in zip(found, wanted, strict=True):
        assert list(line) == list(right)
        for name, cell in line.items():
            try:
                assert float(cell) == pytest.approx(float(right[name]), abs=1e-4, rel=1e-4)
            except ValueError:
                assert cell == right[name]


def test_each_output_has_its_columns(several_of, tmp_path):
    example = several_of("joined")
    lines = lines_of(run_script(example.exported("torch") / "predict.py", example.inputs, cwd=tmp_path))
    assert list(lines[0]) == ["row", "sum", "letter", "letter probability"]
    first, (second,) = example.evaluation, example.evaluation.others
    assert (first.target.name, second.target.name) == ("sum", "letter")
    for place, row in enumerate(first.rows):
        assert float(lines[row]["sum"]) == pytest.approx(float(first.predicted[place]), rel=1e-4)
        assert lines[row]["letter"] == second.target.classes[second.predicted[place]]
        assert float(lines[row]["letter probability"]) == pytest.approx(float(second.answers[place].max()), abs=ROOM)


def test_what_an_autoencoder_and_a_text_say(several_of):
    rows, pictures, texts = (lines_of_the_app(several_of(kind)) for kind in KINDS[1:])
    assert next(iter(rows[0])) == "row"
    assert list(pictures[0]) == ["file", "error"]
    assert {line["prediction"] for line in texts} <= {"the", "cat", "sat", "on", "mat", "dog", "log", "a", "and", "met"}


def test_weights_are_there_once_and_load(several):
    kept = read(several.folder).network.model.state_dict()
    export("weights", several.folder, several.folder.parent / "alone.safetensors")
    for loaded in (
        torch.load(several.exported("torch") / "weights.pt", weights_only=True),
        load_file(several.folder.parent / "alone.safetensors"),
    ):
        assert sorted(loaded) == sorted(kept)
    assert not any(name.startswith(("shared.", "next.weight")) for name in kept)


def test_ten_lines_load_the_weights_in_plain_pytorch(several, tmp_path):
    script = several.exported("torch") / "load.py"
    assert len(script.read_text().splitlines()) <= 10
    result = run_script(script, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "tensor" in result.stdout


def test_onnx_names_inputs_and_outputs_as_the_data_does(several_of):
    out = several_of("joined").exported("onnx")
    session = onnxruntime.InferenceSession(str(out / "network.onnx"), providers=["CPUExecutionProvider"])
    assert [one.name for one in session.get_inputs()] == ["photo", "table"]
    assert [one.name for one in session.get_outputs()] == ["sum", "letter"]
    text = (out / "README.txt").read_text()
    assert '"photo" (batch, channel 1 × height 6 × width 5), "table" (batch, feature 2)' in text
    assert '"sum" (batch, feature 1), "letter" (batch, feature 3)' in text


def test_onnx_names_are_each_used_once(several_of):
    plan = read(several_of("joined").folder).network.plan
    doubled = type(plan)(plan.stage, plan.heads, ("x", "x"), ("x", "y"), plan.ends)
    assert onnx_names(doubled) == (["x", "x_2"], ["x_3", "y"])


def test_preparation_says_what_is_read_and_given(several_of):
    document = json.loads((several_of("joined").exported("torch") / "preparation.json").read_text())
    assert document["reads"] == [1, 0]
    assert document["gives"] == [[1, "numbers"], [0, "shares"]]
