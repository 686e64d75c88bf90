"""The report of what is inside of blocks, by path; of shared weights; of several inputs and outputs."""

from __future__ import annotations

from engine.analysis import report
from engine.analysis.shapes import shapes
from engine.build import build
from engine.choices.losses import CrossEntropy, MeanSquaredError
from engine.layers import Block
from engine.layers.core.basics import Dense
from engine.layers.image.convolution import Conv2d
from engine.layers.image.pooling import GlobalPool2d
from engine.layers.join.joining import Add, Concatenate
from engine.layers.sequence.recurrent import Embedding
from engine.layers.shape.shaping import Flatten
from engine.plan import plan_of
from engine.settings import Head
from tests.engine.analysis.breaking import EMBED, END, inputs
from tests.engine.analysis.samples import BOTH, HEADS, NEXT, PICTURES, TABLE, WORDS, project, with_outputs

INNER = Block(id="inner", layers=(Dense(id="one", units=4), Dense(id="two", units=4)), repeat=3)


def test_layers_inside_blocks_have_rows_by_path_of_their_first_repeat():
    found = report(project(Dense(units=4), Block(layers=(INNER, Dense(id="last", units=6)), repeat=2), END), TABLE)
    rows = found.layers
    assert rows["block.inner.two"].parameters == 4 * 4 + 4
    assert rows["block.inner"].parameters == 3 * 2 * (4 * 4 + 4)
    assert rows["block.last"].output == rows["block"].output
    second = 6 * 4 + 4 + 5 * (4 * 4 + 4)  # its first Dense reads the 6 features of the first repeat
    assert rows["block"].parameters == rows["block.inner"].parameters + (4 * 6 + 6) + second + (4 * 6 + 6)


def test_sums_count_a_block_once_and_agree_with_the_model():
    made = project(Conv2d(channels=4), Block(layers=(Conv2d(id="conv", channels=4),), repeat=3), GlobalPool2d(), END)
    found = report(made, PICTURES)
    model = build(plan_of(made.network, PICTURES, made.training))
    assert found.parameters == sum(weights.numel() for weights in model.parameters())


def test_wires_are_named_with_the_batch():
    rows = report(project(Conv2d(channels=4), Flatten(), END), PICTURES).layers
    assert str(rows["conv2d"].output) == "channel 4 × height 8 × width 8"
    assert str(rows["flatten"].output) == "feature 256"
    assert report(project(END), PICTURES).layers["end"].output is None


def test_a_problem_inside_a_block_is_pinned_to_its_path_and_cured_inside():
    inner = (Conv2d(id="conv", channels=8), Add(id="add", inputs=("entry", "conv")))
    broken = project(Block(layers=inner, repeat=2), GlobalPool2d(), END)
    found = report(broken, PICTURES)
    assert [problem.layer for problem in found.problems] == ["block.add"]
    assert found.problems_of("block.add") == found.problems
    assert found.layers["block.conv"].output is not None
    block = found.problems[0].fixes[0].apply(broken).network.layer("block")
    assert isinstance(block, Block)
    assert len(block.layers) == 3
    assert block.repeat == 2


def test_weights_that_are_shared_are_counted_once():
    tied = project(EMBED, Dense(units=WORDS, activation="softmax", id="end", shares="embedding"))
    found = report(tied, NEXT)
    assert found.problems == ()
    assert found.layers["end"].parameters == WORDS  # its bias
    model = build(plan_of(tied.network, NEXT, tied.training))
    assert found.parameters == sum(weights.numel() for weights in model.parameters())


def test_shared_weights_of_another_kind_do_not_fit():
    wrong = project(Embedding(vocabulary=WORDS, dimensions=9), Dense(units=8), Dense(units=WORDS, shares="embedding"))
    problem = report(wrong, NEXT).problems[0]
    assert (problem.kind, problem.layer) == ("shares", "dense_2")


def test_every_input_has_the_shape_of_its_own_part_of_the_data():
    made = inputs(
        Flatten(inputs=("in_picture",)), Concatenate(inputs=("flatten", "in_table")), END, sources=("picture", "table")
    )
    found = report(made, BOTH)
    assert found.problems == ()
    assert str(found.layers["in_picture"].output) == "channel 1 × height 8 × width 8"
    assert str(found.layers["concatenate"].output) == "feature 68"


def test_an_edit_looks_up_all_layers_that_it_does_not_touch():
    base = project(*[Dense(units=8) for _ in range(20)], END)
    known = shapes(base.network, TABLE)
    edited = shapes(base.network.with_values("dense_5", units=9), TABLE)
    assert edited.outputs["dense_15"] is known.outputs["dense_15"]
    assert edited.outputs["dense_5"] != known.outputs["dense_5"]


def test_of_a_branch_that_ends_only_the_last_layer_is_blamed_and_all_of_it_goes():
    layers = (Dense(units=8, id="body"), Dense(units=5, id="aside"), Dense(units=5, id="tip"))
    broken = project(*layers, END.changed(inputs=("body",)))
    problems = report(broken, TABLE).problems
    assert [(problem.kind, problem.layer) for problem in problems] == [("dead_branch", "tip")]
    kept = problems[0].fixes[-1].apply(broken).network
    assert [layer.id for layer in kept.middle] == ["body", "end"]


def test_the_units_of_a_layer_that_others_need_as_it_is_are_left_alone():
    layers = (Dense(units=8, id="body"), Dense(units=8, id="last"), Add(inputs=("body", "last"), id="sum"))
    both = with_outputs(
        *layers, Dense(units=1, id="two", activation="none"), targets=(("species", "last"), ("sum", "two"))
    )
    problem = report(both, HEADS).problems[0]
    assert (problem.kind, problem.layer) == ("units", "last")
    assert [fix.text for fix in problem.fixes] == ["Add Dense with 3 units"]


def test_the_loss_of_another_target_is_changed_where_it_is_kept():
    ends = END.changed(inputs=("body",)), Dense(units=1, activation="none", id="two", inputs=("body",))
    made = with_outputs(Dense(units=8, id="body"), *ends, targets=(("species", "end"), ("sum", "two")))
    head = {"sum": Head(loss=CrossEntropy(), weight=2.0)}
    broken = made.changed(training=made.training.changed(heads=head))
    problem = report(broken, HEADS).problems[0]
    assert (problem.kind, problem.field) == ("loss_kind", "heads")
    cured = problem.fixes[0].apply(broken)
    assert cured.training.loss == made.training.loss
    assert cured.training.heads["sum"] == Head(loss=MeanSquaredError(), weight=2.0)
    assert report(cured, HEADS).problems == ()
