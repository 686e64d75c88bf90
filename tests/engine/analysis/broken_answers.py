"""Networks that give what cannot be compared with the target, or that cannot learn, with what the report says."""

from __future__ import annotations

from engine.choices.augmentations import CutMix, Mixup
from engine.choices.losses import BinaryCrossEntropy, CrossEntropy, Hinge, MeanSquaredError, Poisson
from engine.facts import Target
from engine.layers import Block
from engine.layers.base import Learning
from engine.layers.core.basics import ActivationLayer, Dense, Dropout, Output
from engine.layers.image.augmentation import RandomFlip
from engine.layers.image.convolution import Conv2d
from engine.layers.join.joining import Concatenate
from engine.layers.normalise.normalisation import BatchNorm
from engine.layers.sequence.attention import MultiHeadAttention
from engine.layers.sequence.recurrent import Lstm
from engine.layers.shape.picking import Slice
from engine.layers.shape.shaping import Flatten, Repeat, Reshape
from tests.engine.analysis import samples
from tests.engine.analysis.breaking import EMBED, END, ONE, WORD, Broken, inputs
from tests.engine.analysis.samples import (
    BOTH,
    HEADS,
    ITSELF,
    NEXT,
    NUMBERS,
    PICTURES,
    ROW,
    TABLE,
    TEXTS,
    TWOS,
    project,
    regression,
    with_outputs,
)

FROZEN = Learning(frozen=True)
ANSWERS = {
    "picture at the end": Broken(
        "not_flat",
        "output",
        project(Conv2d(channels=3, activation="none")),
        PICTURES,
        ("row of 3", "channel 3 × height 8 × width 8"),
    ),
    "every step at the end": Broken(
        "not_flat",
        "output",
        project(EMBED, Lstm(units=3, returns="every step")),
        TEXTS,
        ("row of 3", "time 6 × feature 3"),
    ),
    "ten units for three classes": Broken(
        "units", "dense", project(Dense(units=10, activation="softmax")), TABLE, ("10 units", "3 classes")
    ),
    "no Dense at the end": Broken(
        "units", "output", project(Dense(units=8), BatchNorm()), TABLE, ("8 units", "3 classes")
    ),
    "words of another vocabulary": Broken(
        "units",
        "dense",
        project(EMBED, Lstm(units=8, returns="every step"), Dense(units=20, activation="softmax")),
        NEXT,
        ("20 units", "30 words"),
    ),
    "second head of two units": Broken(
        "units",
        "two",
        with_outputs(
            Dense(units=8, id="body"),
            END.changed(inputs=("body",)),
            Dense(units=2, activation="none", id="two", inputs=("body",)),
            targets=(("species", "end"), ("sum", "two")),
        ),
        HEADS,
        ("2 units", "one number"),
    ),
    "row for a picture": Broken(
        "answer_shape",
        "output",
        regression(Flatten(), Dense(units=16), Dense(units=64, activation="none")),
        ITSELF,
        ("channel 1 × height 8 × width 8", "feature 64"),
    ),
    "picture of other channels": Broken(
        "answer_shape",
        "output",
        regression(Conv2d(channels=4), Conv2d(channels=3, activation="none")),
        ITSELF,
        ("channel 1", "channel 3"),
    ),
    "last step for the next word": Broken(
        "every_step", "output", project(EMBED, Lstm(units=8), WORD), NEXT, ("6 steps", "feature 30")
    ),
    "attention that sees the answer": Broken(
        "sees_answer", "attention", project(EMBED, MultiHeadAttention(heads=2), WORD), NEXT
    ),
    "both ways for the next word": Broken(
        "sees_answer", "lstm", project(EMBED, Lstm(units=8, both_ways=True, returns="every step"), WORD), NEXT
    ),
    "attention in a block that sees the answer": Broken(
        "sees_answer",
        "block.attention",
        project(EMBED, Block(layers=(MultiHeadAttention(heads=2, id="attention"),), repeat=2), WORD),
        NEXT,
    ),
    "one row repeated at each step": Broken(
        "sees_answer", "repeat", project(EMBED, Lstm(units=8), Repeat(times=6), WORD), NEXT
    ),
    "cross-entropy on a number": Broken("loss_kind", "", regression(ONE, loss=CrossEntropy()), NUMBERS),
    "squares of words": Broken(
        "loss_kind",
        "",
        project(EMBED, Lstm(units=8, returns="every step"), WORD, loss=MeanSquaredError()),
        NEXT,
    ),
    "squares of class numbers": Broken("loss_form", "", project(END, loss=MeanSquaredError()), TABLE),
    "scaled counts": Broken("counts_scaled", "", regression(ONE, loss=Poisson()), NUMBERS),
    "counts below zero": Broken(
        "counts_negative",
        "",
        regression(ONE, loss=Poisson()),
        samples.facts(ROW, Target("y", "number", minimum=-3.0)),
    ),
    "accuracy of a number": Broken("metric", "", project(ONE, loss=MeanSquaredError()), NUMBERS),
    "sigmoid before cross-entropy": Broken(
        "loss_activation", "end", project(END.changed(activation="sigmoid")), TABLE, ("softmax", "sigmoid")
    ),
    "ReLU before cross-entropy": Broken(
        "loss_activation", "end", project(END.changed(activation="relu")), TABLE, ("softmax", "ReLU")
    ),
    "softmax of one unit for yes or no": Broken(
        "loss_activation",
        "dense",
        project(Dense(units=1, activation="softmax"), loss=BinaryCrossEntropy()),
        TWOS,
        ("sigmoid", "softmax"),
    ),
    "softmax twice": Broken("softmax_twice", "activation", project(END, ActivationLayer(activation="softmax")), TABLE),
    "softmax before Flatten": Broken("early_softmax", "end", project(END, Flatten()), TABLE),
    "softmax for a number": Broken("constant_answer", "end", regression(ONE.changed(activation="softmax")), NUMBERS),
    "sigmoid for a number": Broken("bounded_answer", "end", regression(ONE.changed(activation="sigmoid")), NUMBERS),
    "ReLU for a scaled number": Broken("bounded_answer", "end", regression(ONE.changed(activation="relu")), NUMBERS),
    "dropout after the last layer": Broken("dropout_last", "dropout", project(END, Dropout()), TABLE),
    "dropout in a block at the end": Broken(
        "dropout_last", "block.dropout", project(Block(layers=(END.changed(activation="none"), Dropout()))), TABLE
    ),
    "pictures flipped after the last layer": Broken(
        "dropout_last",
        "random_flip",
        project(END.changed(activation="none"), Reshape(sizes=(1, 1, 3)), RandomFlip(), Flatten()),
        TABLE,
    ),
    "batch norm of one": Broken(
        "batch_of_one", "batch_norm", project(Dense(units=8), BatchNorm(), END, batch_size=1), TABLE
    ),
    "nothing to learn": Broken(
        "nothing_to_learn", "", project(Slice(axis="feature", take="range", start=0, stop=3)), TABLE
    ),
    "branch that ends": Broken(
        "dead_branch",
        "aside",
        project(Dense(units=8, id="body"), Dense(units=5, id="aside"), END.changed(inputs=("body",))),
        TABLE,
    ),
    "branch that ends in a block": Broken(
        "dead_branch",
        "block.aside",
        project(
            Block(layers=(Dense(units=4, id="one"), Dense(units=4, id="aside"), Dense(id="two", inputs=("one",)))), END
        ),
        TABLE,
    ),
    "input that nobody reads": Broken(
        "unused_input", "in_picture", inputs(Dense(units=8), END, sources=("picture", "table")), BOTH
    ),
    "input that is not there": Broken(
        "missing_part",
        "in_sound",
        inputs(
            Flatten(inputs=("in_picture",)),
            Concatenate(inputs=("in_sound", "flatten")),
            END,
            sources=("sound", "picture"),
        ),
        BOTH,
        ("sound",),
    ),
    "target that is not there": Broken(
        "missing_target",
        "output",
        inputs(END, sources=("",), output=Output(id="output", target="age")),
        TABLE,
        ("age",),
    ),
    "target that nobody answers": Broken("unanswered_target", "output", project(Dense(units=8), END), HEADS, ("sum",)),
    "target answered twice": Broken(
        "target_twice",
        "output_2",
        with_outputs(
            Dense(units=8, id="body"),
            END.changed(inputs=("body",)),
            ONE.changed(inputs=("body",), id="two"),
            targets=(("species", "end"), ("species", "two")),
        ),
        HEADS,
        ("species",),
    ),
    "all layers frozen": Broken(
        "all_frozen", "", project(Dense(units=8, learning=FROZEN), END.changed(learning=FROZEN)), TABLE, ("frozen",)
    ),
    "a block of all layers frozen": Broken(
        "all_frozen",
        "",
        regression(
            Block(
                layers=(Dense(id="a", units=3, learning=FROZEN), Dense(id="b", units=1, activation="none")),
                learning=FROZEN,
            )
        ),
        NUMBERS,
    ),
    "float16 on the CPU": Broken(
        "half_on_cpu", "", project(END, precision="float16", device="cpu"), TABLE, ("float16", "cpu")
    ),
    "words mixed up": Broken(
        "cannot_mix", "", project(EMBED, Lstm(units=8), END, augment=[Mixup()]), TEXTS, ("Mixup", "words")
    ),
    "one class of two mixed": Broken(
        "cannot_mix", "", project(END.changed(activation="none"), loss=Hinge(), augment=[Mixup()]), TABLE, ("Hinge",)
    ),
    "pieces cut out of a row": Broken("cannot_mix", "", project(END, augment=[CutMix()]), TABLE, ("CutMix", "picture")),
}
