"""Advice: what could be better and keeps nobody from training."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.analysis import PROBLEMS, report
from engine.choices.augmentations import Flip
from engine.facts import Target
from engine.layers import Block
from engine.layers.base import Learning
from engine.layers.core.basics import ActivationLayer, Dense
from engine.layers.image.augmentation import Cutout, RandomFlip, RandomShift
from engine.layers.image.convolution import Conv2d
from engine.layers.shape.shaping import Flatten
from tests.engine.analysis.breaking import END, ONE, inputs
from tests.engine.analysis.samples import BOTH, ITSELF, NUMBERS, PICTURES, TABLE, facts, project, regression

ROWS = {
    "empty_block": (project(Block(), END), TABLE, "block"),
    "linear_stack": (project(Dense(units=8, activation="none"), END), TABLE, "dense"),
    "activation_repeated": (project(Dense(units=8), ActivationLayer(), END), TABLE, "activation"),
    "large_batch": (project(END, batch_size=64), TABLE, ""),
    "class_without_examples": (project(END), replace(TABLE, class_counts=(5, 0, 5)), ""),
    "no_validation": (project(END), replace(TABLE, validation=0), ""),
    "one_class": (project(END.changed(units=1)), facts(TABLE.input, Target("y", "classes", ("a",))), ""),
    "nothing_to_balance": (regression(ONE, class_weights="balanced"), NUMBERS, ""),
    "balanced_twice": (project(END, class_weights="balanced", sampling="balanced"), TABLE, ""),
    "augmentation_idle": (project(END, augment=[Flip()]), TABLE, ""),
    "accumulate_all": (project(END, accumulate=1_000), TABLE, ""),
    "follows_owner": (
        project(Dense(units=4), Dense(id="again", units=4, shares="dense", learning=Learning(frozen=True)), END),
        TABLE,
        "again",
    ),
    "target_not_moved": (
        regression(Block(layers=(RandomShift(id="shift"),)), Conv2d(channels=1)),
        ITSELF,
        "block.shift",
    ),
    "part_unread": (inputs(Dense(units=8), END, sources=("table",)), BOTH, ""),
}


@pytest.mark.parametrize("kind", ROWS)
def test_advice_is_pinned_and_does_not_keep_from_training(kind):
    made, data, layer = ROWS[kind]
    found = report(made, data)
    assert not found.problems
    assert found.reason == ""
    assert [(one.kind, one.layer, one.severity) for one in found.advice] == [(kind, layer, "advice")]
    for fix in found.advice[0].fixes:
        after = report(fix.apply(made), data)
        assert kind not in [one.kind for one in after.advice]
        assert not after.problems


def test_a_narrow_layer_without_activation_is_a_bottleneck_and_no_mistake():
    made = project(Dense(units=2, activation="none"), END)
    assert report(made, TABLE).advice == ()


def test_a_picture_may_be_moved_before_a_class_and_blanked_before_itself():
    flipped = project(RandomFlip(), RandomShift(), Flatten(), END)
    assert report(flipped, PICTURES).advice == ()
    last = Conv2d(channels=1, activation="none")
    assert report(regression(Cutout(), last), ITSELF).advice == ()
    found = report(regression(RandomFlip(), RandomShift(), last), ITSELF).advice
    assert [(one.layer, one.message) for one in found] == [
        ("random_flip", "Random flip flips the picture, but the target stays as it was"),
        ("random_shift", "Random shift shifts the picture, but the target stays as it was"),
    ]


def test_errors_are_no_advice():
    assert {kind.severity for kind in PROBLEMS.values()} == {"error", "advice"}
    assert {kind for kind, one in PROBLEMS.items() if one.severity == "advice"} == set(ROWS)


def test_every_kind_has_a_title_and_a_sentence():
    for one in PROBLEMS.values():
        assert one.title
        assert one.about.endswith(".")
