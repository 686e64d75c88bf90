"""Networks with several ends and shared weights as they are printed, and on which lines each layer is."""

from __future__ import annotations

import pytest
import torch

from engine.code.render import Listing, listing
from engine.facts import Target
from engine.layers import Block
from engine.layers.base import Layer
from engine.layers.core.basics import Dense, Input, Output
from engine.layers.image.convolution import Conv2d
from engine.layers.join.joining import Add, Concatenate
from engine.layers.sequence.attention import MultiHeadAttention
from engine.layers.sequence.recurrent import Embedding
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.plan import Plan, plan_of
from engine.settings import TrainingSettings
from engine.shapes import Shape
from tests.engine.code.printed import both, facts, same, some

ROW, PICTURE = Shape.of(feature=4), Shape.of(channel=1, height=6, width=5)
STEPS, WORDS = Shape.of(time=7, feature=8), Shape.ids(20, time=5)
DIGIT, SUM = Target("digit", "classes", ("a", "b", "c")), Target("sum", "number")
CLASSES = Dense(id="classes", units=3, activation="softmax")
TWICE = Block(id="twice", repeat=2, layers=(Conv2d(id="conv", channels=2), Add(id="add", inputs=("entry", "conv"))))


def planned(shapes: tuple[Shape, ...], *layers: Layer, outputs: tuple[Layer, ...] = (Output(id="out"),)) -> Plan:
    names = ("first", "second")[: len(shapes)]
    inputs = (Input(id=f"in_{name}", source=name) for name in names)
    network = Network.model_validate({"layers": (*inputs, *layers, *outputs)})
    return plan_of(network, facts(*shapes, targets=(DIGIT, SUM)), TrainingSettings())


def table_and_picture() -> Plan:
    return planned(
        (ROW, PICTURE),
        Conv2d(id="conv", channels=2, inputs=("in_second",)),
        TWICE,
        Flatten(id="flat"),
        Dense(id="row", units=3, inputs=("in_first",)),
        Concatenate(id="both", inputs=("flat", "row")),
        Dense(id="sum", units=1, activation="none"),
        CLASSES.changed(inputs=("both",)),
        outputs=(Output(id="digit_out"), Output(id="sum_out", target="sum", inputs=("sum",))),
    )


CASES = {
    "table and picture": table_and_picture(),
    "two answers of one layer": planned(
        (ROW,), CLASSES, outputs=(Output(id="left"), Output(id="right", target="sum", inputs=("classes",)))
    ),
    "no heads": planned(
        (ROW,), Dense(id="a"), outputs=(Output(id="left", target="sum"), Output(id="right", target="sum"))
    ),
    "an input handed through": planned(
        (ROW, ROW), CLASSES, outputs=(Output(id="left"), Output(id="right", target="sum", inputs=("in_first",)))
    ),
    "an input twice": planned((ROW,), Add(id="add", inputs=("in_first", "in_first")), CLASSES),
    "called again in a chain": planned((ROW,), Dense(id="a", units=4), Dense(id="b", units=4, shares="a"), CLASSES),
    "called again on two branches": planned(
        (ROW, ROW),
        Dense(id="a", units=4, inputs=("in_first",)),
        Dense(id="b", units=4, inputs=("in_second",), shares="a"),
        Add(id="add", inputs=("a", "b")),
        CLASSES,
    ),
    "table transposed": planned(
        (WORDS,),
        Embedding(id="words", vocabulary=20, dimensions=6),
        Dense(id="a", units=6),
        Dense(id="next", units=20, shares="words", activation="softmax"),
    ),
    "table transposed and bent": planned(
        (WORDS,),
        Embedding(id="words", vocabulary=20, dimensions=6),
        Dense(id="next", units=20, shares="words"),
        CLASSES,
    ),
    "sharing in blocks": planned(
        (ROW,),
        Block(id="one", repeat=2, layers=(Dense(id="a", units=4), Dense(id="b", units=4, shares="a"))),
        Block(id="two", repeat=2, layers=(Dense(id="a", units=4), Dense(id="b", units=4, shares="a")), shares="one"),
        CLASSES,
    ),
    "looks at a memory": planned(
        (STEPS, Shape.of(time=3, feature=8)),
        Dense(id="query", units=8, inputs=("in_first",)),
        MultiHeadAttention(id="look", heads=2, inputs=("query", "in_second")),
        CLASSES,
    ),
    "blocks in blocks": planned(
        (PICTURE,),
        Conv2d(id="conv", channels=2),
        Block(id="outer", repeat=2, layers=(TWICE,)),
        Flatten(id="flat"),
        CLASSES,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_printed_is_built(name: str) -> None:
    made = CASES[name]
    printed, built = both(made)
    x = [some(shape) for shape in made.stage.shapes]
    assert same(printed(*x), built(*x))
    assert same(printed.logits(*x), built.logits(*x))


@pytest.mark.parametrize("name", CASES)
def test_every_layer_has_its_lines(name: str) -> None:
    made, found = CASES[name], listing(CASES[name])
    text = found.text.splitlines()
    for step in made.stage.steps:
        lines = [text[number] for number in found.lines[step.part_of or step.id]]
        called = step.id if step.makes else step.shares or f"{step.id}_out ="
        assert any(called in line for line in lines if " = " in line), step.id
        assert not step.makes or any(f"self.{step.id} = " in line for line in lines), step.id
    for number in {number for numbers in found.lines.values() for number in numbers}:
        assert number in found.lines[found.layer_at(number)]


def said(found: Listing, path: str) -> list[str]:
    lines = found.text.splitlines()
    return [lines[number].strip().split("  #")[0] for number in found.lines[path]]


def test_several_ends_print_well() -> None:
    found = listing(table_and_picture())
    assert said(found, "in_first") == ["def logits(self, first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:"]
    assert said(found, "in_second") == said(found, "in_first")
    assert said(found, "row") == ["self.row = nn.Sequential(nn.Linear(4, 3), nn.ReLU())", "row_out = self.row(first)"]
    assert said(found, "sum_out") == [
        "return classes_out, sum_out",
        "digit, sum = self.logits(first, second)",
        "return nn.Softmax(dim=-1)(digit), sum",
    ]
    assert "def forward(self, first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:" in found.text


def test_lines_inside_of_blocks_go_by_path() -> None:
    found = listing(CASES["blocks in blocks"])
    assert said(found, "outer") == [
        "class Outer(nn.Module):",
        "self.outer = nn.Sequential(*[Outer() for _ in range(2)])",
        "x = self.outer(x)",
    ]
    assert said(found, "outer.twice")[0] == "class Twice(nn.Module):"
    assert said(found, "outer.twice.add") == ["self.add = Add()", "add_out = self.add(x, conv_out)"]
    number = found.lines["outer.twice.conv"][0]
    assert found.layer_at(number) == "outer.twice.conv"
    assert found.layer_at(0) == found.layer_at(10_000) == ""


def test_blocks_alike_stand_on_the_same_lines() -> None:
    found = listing(
        planned(
            (PICTURE,), Conv2d(id="conv", channels=2), TWICE, TWICE.changed(id="again"), Flatten(id="flat"), CLASSES
        )
    )
    assert found.text.count("class ") == 3  # Add, Twice, Model
    assert found.lines["twice.conv"] == found.lines["again.conv"]
    assert found.lines["twice"] != found.lines["again"]


def test_shared_weights_print_as_one_module() -> None:
    found = listing(CASES["called again in a chain"])
    assert said(found, "b") == ["x = self.a(x)"]
    found = listing(CASES["table transposed"])
    assert said(found, "next") == ["self.next = TiedLinear(20)", "x = self.next(x, self.words.weight)"]
    found = listing(CASES["table transposed and bent"])
    assert said(found, "next") == [
        "self.next = Chain(TiedLinear(20), nn.ReLU())",
        "x = self.next(x, self.words.weight)",
    ]


@pytest.mark.parametrize(
    ("sources", "names"),
    [
        (("first", "first"), ["first", "first_2"]),
        (("Größe (cm)", "7"), ["gr_e_cm", "input"]),
        (("class", "torch"), ["input", "torch_2"]),
        (("self", "a out"), ["self_2", "a_out_2"]),
    ],
)
def test_names_in_the_data_become_names_in_python(sources: tuple[str, str], names: list[str]) -> None:
    made = planned((ROW, ROW), Dense(id="a", inputs=("in_first",)), Add(id="add", inputs=("a", "a")))
    text = listing(Plan(made.stage, made.heads, sources, made.targets, made.ends)).text
    assert f"def logits(self, {', '.join(f'{name}: Tensor' for name in names)}) -> Tensor:" in text
    compile(text, "printed.py", "exec")


def test_one_input_and_one_output_print_as_simply_as_can_be() -> None:
    classes = CLASSES.changed(initialisation="torch")
    text = listing(planned((ROW,), Dense(id="a", units=2), classes)).text
    assert (
        text
        == '''\
import torch
from torch import Tensor, nn


class Model(nn.Module):
    """Reads (batch, feature 4), gives (batch, feature 3)."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Sequential(nn.Linear(4, 2), nn.ReLU())
        self.classes = nn.Linear(2, 3)
        self.head = nn.Softmax(dim=-1)

    def logits(self, x: Tensor) -> Tensor:  # (batch, feature 4)
        x = self.a(x)  # (batch, feature 2)
        x = self.classes(x)  # (batch, feature 3)
        return x

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.logits(x))
'''
    )


def test_both_learn_alike() -> None:
    """Gradients of shared weights add up in printed code as in ours."""
    printed, built = both(CASES["table transposed"])
    x = some(WORDS)
    for model in (printed, built):
        torch.autograd.backward(model.logits(x).square().sum())
    assert torch.equal(printed.words.weight.grad, built.words.weight.grad)
