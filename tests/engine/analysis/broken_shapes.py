"""Networks in which a layer does not fit what it reads, with what the report has to say of each."""

from __future__ import annotations

from engine.layers import Block
from engine.layers.core.basics import Dense, Dropout
from engine.layers.image.augmentation import Cutout, RandomShift
from engine.layers.image.convolution import Conv1d, Conv2d
from engine.layers.image.pooling import AveragePool1d, GlobalPool1d, GlobalPool2d, MaxPool2d
from engine.layers.image.resizing import Crop2d, Pad2d
from engine.layers.join.joining import Add, Concatenate, Multiply
from engine.layers.normalise.normalisation import GroupNorm, InstanceNorm
from engine.layers.sequence.attention import MultiHeadAttention, PatchEmbedding
from engine.layers.sequence.recurrent import Embedding, Gru, Lstm
from engine.layers.shape.picking import Mean, Slice
from engine.layers.shape.shaping import Flatten, Reshape
from tests.engine.analysis.breaking import EMBED, END, Broken, inputs, skip
from tests.engine.analysis.samples import (
    BOTH,
    PICTURES,
    TABLE,
    TEXTS,
    project,
)

SHAPES = {
    "dense on a picture": Broken(
        "flat_missing", "end", project(END), PICTURES, ("feature", "channel 1 × height 8 × width 8")
    ),
    "LSTM on LSTM": Broken(
        "sequence_after_flat",
        "lstm_2",
        project(EMBED, Lstm(units=8), Lstm(units=8), END),
        TEXTS,
        ("time × feature", "feature 8"),
    ),
    "GRU on a row": Broken(
        "sequence_after_flat", "gru", project(Gru(units=8), END), TABLE, ("time × feature", "feature 4")
    ),
    "attention after Flatten": Broken(
        "sequence_after_flat",
        "attention",
        project(EMBED, Flatten(), MultiHeadAttention(heads=2), GlobalPool1d(), END),
        TEXTS,
        ("time × feature", "feature 48"),
    ),
    "Conv 1D on a picture": Broken(
        "sequence_on_picture",
        "conv1d",
        project(Conv1d(channels=4), Flatten(), END),
        PICTURES,
        ("time × feature", "channel 1 × height 8 × width 8"),
    ),
    "LSTM on a picture": Broken(
        "sequence_on_picture",
        "lstm",
        project(Lstm(units=8), END),
        PICTURES,
        ("time × feature", "channel 1 × height 8 × width 8"),
    ),
    "Conv 2D after Flatten": Broken(
        "picture_after_flat",
        "conv2d_2",
        project(Conv2d(channels=4), Flatten(), Conv2d(channels=4), GlobalPool2d(), END),
        PICTURES,
        ("channel × height × width", "feature 256"),
    ),
    "Conv 2D on a row": Broken(
        "picture_after_flat",
        "conv2d",
        project(Conv2d(channels=4), Flatten(), END),
        TABLE,
        ("channel × height × width", "feature 4"),
    ),
    "Conv 2D on a text": Broken(
        "picture_on_sequence",
        "conv2d",
        project(EMBED, Conv2d(channels=4), Flatten(), END),
        TEXTS,
        ("channel × height × width", "time 6 × feature 8"),
    ),
    "LSTM on words": Broken("embedding_missing", "lstm", project(Lstm(units=8), END), TEXTS, ("time 6",)),
    "Dense on words": Broken("embedding_missing", "end", project(END), TEXTS, ("time 6",)),
    "Embedding on numbers": Broken("embedding_on_numbers", "embedding", project(EMBED, END), TABLE, ("feature 4",)),
    "small vocabulary": Broken(
        "vocabulary", "embedding", project(Embedding(vocabulary=20), Lstm(units=8), END), TEXTS, ("20", "30")
    ),
    "Add of unequal channels": Broken(
        "channel_mismatch",
        "join",
        skip(
            Add,
            Conv2d(channels=4, id="one"),
            Conv2d(channels=8, id="two"),
            inputs=("one", "two"),
            below=(GlobalPool2d(), END),
        ),
        PICTURES,
        ("channel 4", "channel 8"),
    ),
    "Add of unequal features": Broken(
        "feature_mismatch",
        "join",
        skip(Add, Dense(units=8, id="one"), Dense(units=6, id="two"), inputs=("one", "two")),
        TABLE,
        ("feature 8", "feature 6"),
    ),
    "Multiply of unequal features": Broken(
        "feature_mismatch",
        "join",
        skip(Multiply, Dense(units=8, id="one"), Dense(units=6, id="two"), inputs=("one", "two")),
        TABLE,
        ("feature 8", "feature 6"),
    ),
    "Concatenate after a pool": Broken(
        "size_mismatch",
        "join",
        skip(
            Concatenate,
            Conv2d(channels=4, id="one"),
            MaxPool2d(id="two"),
            inputs=("one", "two"),
            below=(GlobalPool2d(), END),
        ),
        PICTURES,
        ("height 8 × width 8", "height 4 × width 4"),
    ),
    "Add over a stride": Broken(
        "size_mismatch",
        "join",
        skip(
            Add,
            Conv2d(channels=4, id="one"),
            Conv2d(channels=8, stride=2, id="two"),
            inputs=("one", "two"),
            below=(GlobalPool2d(), END),
        ),
        PICTURES,
        ("channel 4 × height 8", "channel 8 × height 4"),
    ),
    "Concatenate of unequal times": Broken(
        "size_mismatch",
        "join",
        skip(
            Concatenate,
            EMBED.changed(id="one"),
            AveragePool1d(id="two"),
            inputs=("one", "two"),
            below=(GlobalPool1d(), END),
        ),
        TEXTS,
        ("time 6", "time 3"),
    ),
    "Concatenate of a picture and a row": Broken(
        "axes_mismatch",
        "join",
        inputs(Concatenate(inputs=("in_picture", "in_table"), id="join"), END, sources=("picture", "table")),
        BOTH,
        ("channel 1 × height 8 × width 8", "feature 4"),
    ),
    "Add of one": Broken("one_to_join", "add", project(Dense(units=6), Dropout(), Add(), END), TABLE),
    "Concatenate of one": Broken("one_to_join", "concatenate", project(Dense(units=6), Concatenate(), END), TABLE),
    "Dense that reads two": Broken(
        "several_read",
        "end",
        project(Dense(units=6, id="one"), Dense(units=6, id="two"), END.changed(inputs=("one", "two"))),
        TABLE,
    ),
    "kernel larger than the picture": Broken(
        "window",
        "conv2d",
        project(Conv2d(channels=4, kernel=9, padding="valid"), Flatten(), END),
        PICTURES,
        ("9 × 9", "height 8 × width 8"),
    ),
    "pool larger than the picture": Broken(
        "pool_window",
        "max_pool2d_2",
        project(MaxPool2d(kernel=4), MaxPool2d(kernel=3), Flatten(), END),
        PICTURES,
        ("3 × 3", "height 2 × width 2"),
    ),
    "crop larger than the picture": Broken(
        "crop", "crop2d", project(Crop2d(height=10, width=4), Flatten(), END), PICTURES, ("10", "8")
    ),
    "shift out of the picture": Broken(
        "shape", "random_shift", project(RandomShift(distance=8), Flatten(), END), PICTURES, ("8 px", "height 8")
    ),
    "cutout of the whole picture": Broken(
        "shape", "cutout", project(Cutout(side=9), Flatten(), END), PICTURES, ("9 px", "height 8")
    ),
    "patches that do not fit": Broken(
        "patch",
        "patch_embedding",
        project(PatchEmbedding(patch=3), GlobalPool1d(), END),
        PICTURES,
        ("3 × 3", "height 8 × width 8"),
    ),
    "groups that do not divide": Broken(
        "groups",
        "group_norm",
        project(Conv2d(channels=6), GroupNorm(groups=4), GlobalPool2d(), END),
        PICTURES,
        ("6", "4"),
    ),
    "heads that do not divide": Broken(
        "heads", "attention", project(EMBED, MultiHeadAttention(heads=3), GlobalPool1d(), END), TEXTS, ("8", "3")
    ),
    "rotary of an odd width": Broken(
        "rotary",
        "attention",
        project(EMBED.changed(dimensions=9), MultiHeadAttention(heads=3, rotary=True), GlobalPool1d(), END),
        TEXTS,
        ("3",),
    ),
    "reshape to more than there is": Broken(
        "reshape",
        "reshape",
        project(Dense(units=60), Reshape(sizes=(1, 8, 8)), Flatten(), END),
        TABLE,
        ("64", "60"),
    ),
    "slice out of range": Broken(
        "slice",
        "slice",
        project(Slice(axis="feature", take="range", start=6, stop=8), END),
        TABLE,
        ("6", "4"),
    ),
    "mean over an axis that is not there": Broken(
        "axis", "mean", project(Mean(over="time"), END), PICTURES, ("time", "channel 1 × height 8 × width 8")
    ),
    "mirror wider than the picture": Broken(
        "margin", "pad2d", project(Pad2d(top=9, fill="reflect"), Flatten(), END), PICTURES, ("9", "8")
    ),
    "instance norm of one place": Broken(
        "norm_of_one",
        "instance_norm",
        project(MaxPool2d(kernel=8), InstanceNorm(), Flatten(), END),
        PICTURES,
        ("channel 1 × height 1 × width 1",),
    ),
    "block that cannot be repeated": Broken(
        "block_repeat",
        "block.conv2d",
        project(Block(layers=(Conv2d(channels=4, kernel=5, padding="valid"),), repeat=2), Flatten(), END),
        PICTURES,
        ("Repeat 2", "5 × 5", "height 4 × width 4"),
    ),
    "residual block of other channels": Broken(
        "channel_mismatch",
        "block.add",
        project(
            Conv2d(channels=4),
            Block(layers=(Conv2d(channels=8, id="conv"), Add(id="add", inputs=("entry", "conv")))),
            GlobalPool2d(),
            END,
        ),
        PICTURES,
        ("channel 4", "channel 8"),
    ),
    "shared weights of another size": Broken(
        "shares",
        "two",
        project(Dense(units=8, id="one"), Dense(units=8, id="two", shares="one"), END),
        TABLE,
        ("4", "8"),
    ),
}
