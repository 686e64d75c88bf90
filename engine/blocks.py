"""Blocks that come with the app. Each adapts to what arrives at its place, so that it fits there as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.layers import Block
from engine.layers.base import Layer
from engine.layers.core.basics import ActivationLayer, Dense, Dropout
from engine.layers.image.convolution import Conv2d
from engine.layers.image.pooling import GlobalPool2d
from engine.layers.image.separable import DepthwiseConv2d
from engine.layers.join.joining import Add, Multiply
from engine.layers.normalise.normalisation import BatchNorm, LayerNorm
from engine.layers.sequence.attention import MultiHeadAttention
from engine.layers.sequence.recurrent import Embedding
from engine.layers.wiring import ENTRY
from engine.shapes import Shape

CHANNELS = 64  # or features, where nothing is known of what arrives
LEAST_HEAD = 8  # features of one head


@dataclass(frozen=True)
class ReadyBlock:
    """One shipped block.

    Attributes:
        kind: names it in the palette.
        title, about: for the person.
        words: more that a search finds it by.
        make: the block for the shape that arrives there, None where that is not known.
    """

    kind: str
    title: str
    about: str
    words: str
    make: Callable[[Shape | None], Block]


def residual(x: Shape | None) -> Block:
    """Two convolutions and a skip around them. (channel, height, width) stays as it is.

    He et al. 2015, figure 2: relu(norm(conv(relu(norm(conv(x))))) + x).
    """
    channels = _size(x, "channel", CHANNELS)
    return _block(
        "residual",
        "Residual",
        *_convolved("1", channels, 3, activation="relu"),
        *_convolved("2", channels, 3),
        Add(id="add", inputs=(ENTRY, "norm_2")),
        ActivationLayer(id="relu_2"),
    )


def residual_down(x: Shape | None) -> Block:
    """A residual block that halves the picture and doubles the channels; its skip is a 1 × 1 convolution.

    He et al. 2015, section 3.3, option B. (channel, height, width) -> (2 channel, height / 2, width / 2).
    """
    channels = 2 * _size(x, "channel", CHANNELS // 2)
    return _block(
        "residual",
        "Residual, halving",
        *_convolved("1", channels, 3, stride=2, activation="relu"),
        *_convolved("2", channels, 3),
        *_convolved("skip", channels, 1, stride=2, reads=ENTRY),
        Add(id="add", inputs=("norm_2", "norm_skip")),
        ActivationLayer(id="relu_2"),
    )


def bottleneck(x: Shape | None) -> Block:
    """A residual block that thinks in a quarter of the channels. (channel, height, width) stays as it is.

    He et al. 2015, figure 5: 1 × 1 down, 3 × 3, 1 × 1 up, and the skip.
    """
    channels = _size(x, "channel", 4 * CHANNELS)
    narrow = max(1, channels // 4)
    return _block(
        "bottleneck",
        "Residual, bottleneck",
        *_convolved("1", narrow, 1, activation="relu"),
        *_convolved("2", narrow, 3, activation="relu"),
        *_convolved("3", channels, 1),
        Add(id="add", inputs=(ENTRY, "norm_3")),
        ActivationLayer(id="relu_3"),
    )


def squeeze_excite(x: Shape | None) -> Block:
    """Weighs the channels by what the whole picture holds. (channel, height, width) stays as it is.

    Hu et al. 2017, figure 2: x · sigmoid(W2 relu(W1 mean(x))), a sixteenth of the channels in between.
    """
    channels = _size(x, "channel", CHANNELS)
    return _block(
        "squeeze_excite",
        "Squeeze and excite",
        GlobalPool2d(id="squeeze"),
        Dense(id="narrow", units=max(4, channels // 16), activation="relu"),
        Dense(id="weigh", units=channels, activation="sigmoid"),
        Multiply(id="excite", inputs=(ENTRY, "weigh")),
    )


def inverted_residual(x: Shape | None) -> Block:
    """Widens, looks at each channel by itself, and narrows again around a skip. (channel, height, width) stays.

    Sandler et al. 2018 (MobileNetV2), figure 4b with a stride of 1: six times the channels in between.
    """
    channels = _size(x, "channel", CHANNELS)
    return _block(
        "inverted",
        "Inverted residual",
        *_convolved("wide", 6 * channels, 1, activation="relu"),
        DepthwiseConv2d(id="depthwise", kernel=3, activation="none", bias=False),
        BatchNorm(id="norm_depthwise"),
        ActivationLayer(id="relu_depthwise"),
        *_convolved("narrow", channels, 1),
        Add(id="add", inputs=(ENTRY, "norm_narrow")),
    )


def encoder(x: Shape | None) -> Block:
    """Every step looks at all steps, then thinks by itself. (time, feature) stays as it is.

    Vaswani et al. 2017, figure 1, left: norm(x + attention(x)), then norm(x + dense(dense(x))), four times as wide.
    """
    size = _size(x, "feature", CHANNELS)
    return _block(
        "encoder",
        "Transformer encoder",
        MultiHeadAttention(id="attention", heads=heads_for(size)),
        Dropout(id="dropout_1", rate=0.1),
        Add(id="add_1", inputs=(ENTRY, "dropout_1")),
        LayerNorm(id="norm_1"),
        Dense(id="wide", units=4 * size, activation="relu"),
        Dense(id="narrow", units=size, activation="none"),
        Dropout(id="dropout_2", rate=0.1),
        Add(id="add_2", inputs=("norm_1", "dropout_2")),
        LayerNorm(id="norm_2"),
    )


def decoder(x: Shape | None) -> Block:
    """Every step looks at the steps before it, then thinks by itself. (time, feature) stays as it is.

    Radford et al. 2019 (GPT-2), section 2.3: as the encoder, causal, with the norms before instead of after.
    """
    size = _size(x, "feature", CHANNELS)
    return _block(
        "decoder",
        "Transformer decoder",
        LayerNorm(id="norm_1"),
        MultiHeadAttention(id="attention", heads=heads_for(size), causal=True),
        Dropout(id="dropout_1", rate=0.1),
        Add(id="add_1", inputs=(ENTRY, "dropout_1")),
        LayerNorm(id="norm_2"),
        Dense(id="wide", units=4 * size, activation="gelu"),
        Dense(id="narrow", units=size, activation="none"),
        Dropout(id="dropout_2", rate=0.1),
        Add(id="add_2", inputs=("add_1", "dropout_2")),
    )


def words_with_places(vocabulary: int, size: int) -> Embedding:
    """A table of words for a transformer: rows of deviation 1, beside which waves for places do not drown them."""
    return Embedding(vocabulary=vocabulary, dimensions=size, initialisation="torch")


def heads_for(size: int) -> int:
    """How many heads share out `size` features: at most 8, each of 8 features or more."""
    return next(heads for heads in (8, 4, 2, 1) if size % heads == 0 and (size // heads >= LEAST_HEAD or heads == 1))


def _block(block_id: str, name: str, *layers: Layer) -> Block:
    return Block.model_validate({"id": block_id, "name": name, "layers": layers})


def _convolved(
    end: str, channels: int, kernel: int, *, stride: int = 1, activation: str = "", reads: str = ""
) -> list[Layer]:
    """Convolution without bias (the norm has one), norm, and an activation where there is one."""
    layers: list[Layer] = [
        Conv2d(
            id=f"conv_{end}",
            channels=channels,
            kernel=kernel,
            stride=stride,
            activation="none",
            bias=False,
            inputs=(reads,) if reads else (),
        ),
        BatchNorm(id=f"norm_{end}"),
    ]
    return [*layers, ActivationLayer(id=f"{activation}_{end}", activation=activation)] if activation else layers


def _size(x: Shape | None, axis: str, otherwise: int) -> int:
    return x.size(axis) if x is not None and axis in x.names else otherwise


BLOCKS: tuple[ReadyBlock, ...] = (
    ReadyBlock(
        "residual_basic",
        "Residual",
        "Two convolutions and a skip around them (ResNet-18 and -34)",
        "resnet basic skip",
        residual,
    ),
    ReadyBlock(
        "residual_down",
        "Residual, halving",
        "A residual block that halves the picture and doubles the channels",
        "resnet basic stride projection downsample skip",
        residual_down,
    ),
    ReadyBlock(
        "residual_bottleneck",
        "Residual, bottleneck",
        "Three convolutions, the middle one on a quarter of the channels, and a skip (ResNet-50)",
        "resnet skip",
        bottleneck,
    ),
    ReadyBlock(
        "squeeze_excite",
        "Squeeze and excite",
        "Weighs the channels of a picture by what the whole picture holds",
        "se senet attention gate",
        squeeze_excite,
    ),
    ReadyBlock(
        "inverted_residual",
        "Inverted residual",
        "Widens, looks at each channel by itself, and narrows around a skip (MobileNetV2)",
        "mobilenet depthwise skip",
        inverted_residual,
    ),
    ReadyBlock(
        "transformer_encoder",
        "Transformer encoder",
        "Attention over all steps and two dense layers, each with a skip and a norm",
        "bert attention",
        encoder,
    ),
    ReadyBlock(
        "transformer_decoder",
        "Transformer decoder",
        "As the encoder, but no step sees a later one: for writing word by word",
        "gpt causal attention",
        decoder,
    ),
)
"""Every shipped block, in palette order."""
