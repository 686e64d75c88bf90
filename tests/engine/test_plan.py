"""Several inputs and outputs, shared weights, and whose activation is left to the loss: from a network to a module."""

from __future__ import annotations

import pytest
import torch

from engine.build import Model, build
from engine.choices.losses import BinaryCrossEntropy, CrossEntropy, MeanSquaredError
from engine.errors import ShapeError
from engine.facts import DataFacts, InputFact, Target
from engine.layers import Block
from engine.layers.base import Layer
from engine.layers.core.basics import Dense, Dropout, Input, Output
from engine.layers.image.convolution import Conv2d
from engine.layers.join.joining import Add, Concatenate
from engine.layers.sequence.recurrent import Embedding
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.plan import Plan, answer_form, plan, plan_of
from engine.settings import TrainingSettings
from engine.shapes import Shape

ROW, TEXT = Shape.of(feature=4), Shape.ids(50, time=6)
SOFTMAX = Dense(id="last", units=3, activation="softmax")
FACTS = DataFacts(
    "table",
    ROW,
    Target("digit", "classes", ("a", "b", "c")),
    10,
    1,
    1,
    input_name="table",
    more_inputs=(InputFact("more", Shape.of(feature=2)),),
    more_targets=(Target("sum", "number"),),
)


def two_heads(*middle: Layer, reads: str = "") -> Network:
    """Reads "more" (id first) and the table (id second), answers the sum (from `reads`) and the digit."""
    inputs = Input(id="first", source="more"), Input(id="second")
    outputs = Output(id="sum_out", target="sum", inputs=(reads,) if reads else ()), Output(id="digit_out")
    return Network(layers=(*inputs, *middle, *outputs))


def random(*shapes: Shape) -> list[torch.Tensor]:
    return [torch.randn(5, *shape.sizes) for shape in shapes]


def test_inputs_and_outputs_are_taken_by_name_in_the_networks_order() -> None:
    network = two_heads(
        Concatenate(id="both", inputs=("first", "second")), Dense(id="sum", units=1), SOFTMAX, reads="sum"
    )
    made = plan_of(network, FACTS, TrainingSettings(loss=CrossEntropy()))
    assert (made.sources, made.targets, made.ends) == (("more", "table"), ("sum", "digit"), ("sum_out", "digit_out"))
    assert made.stage.shapes == (Shape.of(feature=2), ROW)
    assert [len(head) for head in made.heads] == [0, 1]
    assert [answer_form(made, number) for number in (0, 1)] == ["numbers", "shares"]
    model = build(made).eval()
    more, table = random(Shape.of(feature=2), ROW)
    sums, digits = model(more, table)
    assert (sums.shape, digits.shape) == ((5, 1), (5, 3))
    assert torch.equal(sums, model.sum(torch.cat((more, table), dim=1)))
    assert torch.equal(model.answers(model.logits(more, table))[1], digits)
    assert torch.allclose(digits, torch.softmax(model.logits(more, table)[1], dim=-1))


@pytest.mark.parametrize(
    ("changed", "layer", "field", "hint"),
    [({"source": "nope"}, "first", "source", "table, more"), ({"target": "nope"}, "sum_out", "target", "digit, sum")],
)
def test_a_name_that_the_data_does_not_have_is_pinned(
    changed: dict[str, str], layer: str, field: str, hint: str
) -> None:
    network = two_heads(SOFTMAX).with_values(layer, **changed)
    with pytest.raises(ShapeError, match="nope, which the data does not have") as caught:
        plan_of(network, FACTS, TrainingSettings())
    assert (caught.value.layer, caught.value.field) == (layer, field)
    assert hint in caught.value.hint


def test_one_input_and_one_output_give_one_tensor() -> None:
    model = build(plan(Network.stack(SOFTMAX), ROW, CrossEntropy()))
    (x,) = random(ROW)
    assert isinstance(model(x), torch.Tensor)
    assert isinstance(model.logits(x), torch.Tensor)


def peeled(network: Network, *links: str) -> tuple[Plan, Model]:
    losses = {"softmax": CrossEntropy(), "sigmoid": BinaryCrossEntropy(), "none": MeanSquaredError(form="one-hot")}
    training = TrainingSettings(loss=losses[links[0]])
    facts = FACTS
    if len(links) > 1:
        facts = DataFacts("table", ROW, FACTS.target, 1, 1, 1, more_targets=(Target("sum", "number"),))
        training = training.changed(heads={"sum": {"loss": losses[links[1]]}})
    made = plan_of(network, facts, training)
    return made, build(made, seed=2).eval()


def test_who_else_reads_the_last_layer_still_gets_its_activation() -> None:
    """Output "sum" has a loss without a link, so it gets softmax as it stands; the other one gets the logits."""
    outputs = Output(id="digit"), Output(id="sum_out", target="sum", inputs=("last",))
    made, model = peeled(Network(layers=(Input(id="input"), SOFTMAX, *outputs)), "softmax", "none")
    (x,) = random(ROW)
    logits, shares = model.logits(x)
    assert torch.equal(logits, model.last(x))
    assert torch.allclose(shares, torch.softmax(logits, dim=-1))
    assert torch.equal(model(x)[0], shares)
    assert torch.equal(model(x)[1], shares)
    assert set(model.state_dict()) == {"last.weight", "last.bias"}
    assert made.stage.steps[1].part_of == "last"


def test_a_step_that_reads_it_gets_the_activation_too() -> None:
    wide = Dense(id="wide", units=1, activation="none")
    outputs = Output(id="digit", inputs=("last",)), Output(id="sum_out", target="sum")
    _, model = peeled(Network(layers=(Input(id="input"), SOFTMAX, wide, *outputs)), "softmax", "none")
    (x,) = random(ROW)
    logits, numbers = model.logits(x)
    assert torch.equal(logits, model.last(x))
    assert torch.equal(numbers, model.wide(torch.softmax(model.last(x), dim=-1)))


def test_the_same_weights_are_called_again_and_counted_once() -> None:
    network = Network.stack(
        Dense(id="a", units=4), Dropout(), Dense(id="b", units=4, shares="a"), Dense(id="c", units=4), SOFTMAX
    )
    model = build(plan(network, ROW, CrossEntropy())).eval()
    assert {name.split(".")[0] for name in model.state_dict()} == {"a", "c", "last"}
    assert sum(weights.numel() for weights in model.parameters()) == 2 * (4 * 4 + 4) + 4 * 3 + 3
    (x,) = random(ROW)
    assert torch.equal(model.logits(x), model.last(model.c(model.a(model.a(x)))))


def test_two_branches_share_one_layer() -> None:
    network = two_heads(
        Dense(id="one", units=4, inputs=("first",)),
        Dense(id="two", units=4, inputs=("second",)),
        Dense(id="a", units=4, inputs=("one",)),
        Dense(id="b", units=4, inputs=("two",), shares="a"),
        Add(id="add", inputs=("a", "b")),
        SOFTMAX,
    )
    model = build(plan_of(network, FACTS, TrainingSettings())).eval()
    more, table = random(Shape.of(feature=2), ROW)
    assert torch.equal(model.logits(more, table)[1], model.last(model.a(model.one(more)) + model.a(model.two(table))))


def test_a_dense_uses_the_table_of_an_embedding_transposed() -> None:
    network = Network.stack(
        Embedding(id="words", vocabulary=50, dimensions=8),
        Dense(id="mid", units=8),
        Dense(id="next", units=50, activation="softmax", shares="words"),
    )
    made = plan(network, TEXT, CrossEntropy())
    model = build(made).eval()
    assert set(model.state_dict()) == {"words.weight", "mid.0.weight", "mid.0.bias", "next.bias"}
    with torch.no_grad():
        model.next.bias.normal_()
    x = torch.randint(0, 50, (3, 6))
    expected = model.mid(model.words(x)) / 8**0.5 @ model.words.weight.T + model.next.bias
    assert torch.allclose(model.logits(x), expected, atol=1e-6)
    model.logits(x).sum().backward()
    assert float(model.words.weight.grad[49].abs().sum()) > 0  # of the output, whether or not word 49 was read
    assert answer_form(made) == "shares"


def test_its_own_activation_follows_the_shared_table() -> None:
    network = Network.stack(
        Embedding(id="words", vocabulary=50, dimensions=8), Dense(id="next", units=50, shares="words")
    )
    model = build(plan(network, TEXT, MeanSquaredError()))
    x = torch.randint(0, 50, (3, 6))
    assert torch.allclose(model(x), torch.relu(model.words(x) / 8**0.5 @ model.words.weight.T))


def test_layers_inside_a_block_share_within_each_repeat() -> None:
    inside = (Dense(id="a", units=4), Dense(id="b", units=4, shares="a"))
    model = build(plan(Network.stack(Block(id="block", repeat=2, layers=inside), SOFTMAX), ROW, CrossEntropy()))
    assert [name for name in model.state_dict() if name.endswith("weight")] == [
        "block.0.a.0.weight",
        "block.1.a.0.weight",
        "last.weight",
    ]


def test_a_block_shares_a_block() -> None:
    inside = (Dense(id="a", units=4),)
    network = Network.stack(Block(id="one", layers=inside), Block(id="two", layers=inside, shares="one"), SOFTMAX)
    model = build(plan(network, ROW, CrossEntropy()))
    assert {name.split(".")[0] for name in model.state_dict()} == {"one", "last"}
    (x,) = random(ROW)
    assert torch.equal(model.logits(x), model.last(model.one(model.one(x))))
    other = network.with_values("two", layers=(Dense(id="a", units=4, activation="tanh"),))
    with pytest.raises(ShapeError, match="hold different layers"):
        plan(other, ROW, CrossEntropy())


def test_shared_softmax_at_both_ends_is_left_to_the_loss() -> None:
    heads = SOFTMAX, SOFTMAX.changed(id="again", shares="last", inputs=("input",))
    outputs = Output(id="digit", inputs=("last",)), Output(id="sum_out", target="sum")
    _, model = peeled(Network(layers=(Input(id="input"), *heads, *outputs)), "softmax", "softmax")
    (x,) = random(ROW)
    logits = model.logits(x)
    assert torch.equal(logits[0], model.last(x))
    assert torch.equal(logits[1], model.last(x))
    assert torch.allclose(model(x)[1].sum(dim=-1), torch.ones(5))


@pytest.mark.parametrize(
    ("layers", "pinned", "said"),
    [
        ((Dense(id="a", units=4), Dense(id="b", units=5, shares="a")), "b", r"nn.Linear\(4, 5\).* nn.Linear\(4, 4\)"),
        ((Dense(id="a", units=4), Dense(id="b", units=4, activation="tanh", shares="a")), "b", "nn.Tanh"),
        ((Dense(id="a"), Dropout(id="b", shares="a")), "b", "another kind"),
        ((Dropout(id="a"), Dropout(id="b", shares="a")), "b", "no weights to share"),
        (
            (Dense(id="a", units=4), Dense(id="b", units=4, shares="a"), Dense(id="c", units=4, shares="b")),
            "c",
            "no weights of its own",
        ),
        (
            (Block(id="block", layers=(Dense(id="a"), Dense(id="b", shares="nope"))),),
            "block.b",
            "nope, which is not above",
        ),
    ],
)
def test_what_cannot_be_shared_is_pinned(layers: tuple[Layer, ...], pinned: str, said: str) -> None:
    with pytest.raises(ShapeError, match=said) as caught:
        plan(Network.stack(*layers), ROW, CrossEntropy())
    assert (caught.value.layer, caught.value.field) == (pinned, "shares")


def test_a_table_of_another_size_says_both() -> None:
    network = Network.stack(
        Embedding(id="words", vocabulary=50, dimensions=8), Dense(id="next", units=40, shares="words")
    )
    with pytest.raises(ShapeError, match="8 features for 40 units, and the table of Embedding has 50 words of 8"):
        plan(network, TEXT, CrossEntropy())


def test_few_large_pictures_are_measured_at_once_and_many_small_rows():
    small = plan(Network.stack(Dense(units=3)), Shape.of(feature=4), CrossEntropy())
    large = plan(
        Network.stack(Conv2d(channels=64), Flatten()), Shape.of(channel=3, height=256, width=256), CrossEntropy()
    )
    block = plan(
        Network.stack(Block(layers=(Conv2d(channels=64),)), Flatten()),
        Shape.of(channel=3, height=256, width=256),
        CrossEntropy(),
    )
    assert (small.measured_at_once, large.measured_at_once, block.measured_at_once) == (512, 4, 4)
