"""The networks of the cases in Keras, channels last; logits come out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import layers, ops

from benchmarks.speed.cases import Case

WIDE, HEADS, LAYERS, DROPOUT = 128, 4, 6, 0.1  # of GPT-mini


def mlp(case: Case) -> keras.Model:
    """(13) -> (3)."""
    dense = [layers.Dense(units, activation="relu") for units in (64, 32)]
    return keras.Sequential([keras.Input(case.shape), *dense, layers.Dense(case.classes)])


def wide(case: Case) -> keras.Model:
    """(784) -> (10)."""
    return keras.Sequential([keras.Input(case.shape), layers.Dense(128, activation="relu"), layers.Dense(case.classes)])


def cnn(case: Case) -> keras.Model:
    """A picture of 28 x 28 -> (10)."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(case.classes),
        ]
    )


def lstm(case: Case) -> keras.Model:
    """200 words -> (10)."""
    words = keras.Input(case.shape, dtype="int64")
    return keras.Model(
        words, layers.Dense(case.classes)(layers.LSTM(64)(layers.Embedding(case.vocabulary, 128)(words)))
    )


class Words(layers.Layer):
    """Words (B, time) -> (B, time, WIDE) with a learned row for each place; `told` goes the way back to logits."""

    def __init__(self, vocabulary: int, length: int) -> None:
        super().__init__()
        self.table = self.add_weight(shape=(vocabulary, WIDE), initializer=keras.initializers.RandomNormal(stddev=0.02))
        self.places = self.add_weight(shape=(length, WIDE), initializer=keras.initializers.RandomNormal(stddev=0.02))

    def call(self, words: Any) -> Any:
        return ops.take(self.table, words, axis=0) + self.places


class Told(layers.Layer):
    """(B, time, WIDE) -> logits of words (B, time, vocabulary), by the table that reads them."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.bias = self.add_weight(shape=(words.table.shape[0],), initializer="zeros")

    def call(self, x: Any) -> Any:
        return ops.matmul(x, ops.transpose(self.words.table)) + self.bias


def gpt(case: Case) -> keras.Model:
    """128 words -> the next one at each place."""
    words = keras.Input(case.shape, dtype="int64")
    reads = Words(case.vocabulary, case.shape[0])
    x = layers.Dropout(DROPOUT)(reads(words))
    for _ in range(LAYERS):
        y = layers.LayerNormalization(epsilon=1e-5)(x)
        y = layers.MultiHeadAttention(HEADS, WIDE // HEADS)(y, y, use_causal_mask=True)
        x = x + layers.Dropout(DROPOUT)(y)
        y = layers.LayerNormalization(epsilon=1e-5)(x)
        y = layers.Dense(WIDE)(layers.Dense(4 * WIDE, activation="gelu")(y))
        x = x + layers.Dropout(DROPOUT)(y)
    return keras.Model(words, Told(reads)(layers.LayerNormalization(epsilon=1e-5)(x)))


def _convolved(x: Any, channels: int, kernel: int, stride: int) -> Any:
    x = layers.Conv2D(channels, kernel, strides=stride, padding="same", use_bias=False)(x)
    return layers.BatchNormalization()(x)


def _residual(x: Any, channels: int, stride: int) -> Any:
    y = layers.ReLU()(_convolved(x, channels, 3, stride))
    skip = _convolved(x, channels, 1, stride) if stride > 1 else x
    return layers.ReLU()(_convolved(y, channels, 3, 1) + skip)


def resnet(case: Case) -> keras.Model:
    """ResNet-18 as it is used on CIFAR (He et al. 2015, 4.2)."""
    picture = keras.Input((32, 32, 3))
    x = layers.ReLU()(_convolved(picture, 64, 3, 1))
    for channels, stride in ((64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1)):
        x = _residual(x, channels, stride)
    return keras.Model(picture, layers.Dense(case.classes)(layers.GlobalAveragePooling2D()(x)))


MODELS: dict[str, Callable[[Case], keras.Model]] = {
    "mlp": mlp,
    "wide": wide,
    "cnn": cnn,
    "lstm": lstm,
    "gpt": gpt,
    "resnet": resnet,
}
