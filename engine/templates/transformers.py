"""Networks of attention: for texts to be judged, texts to be continued, and pictures read as patches."""

from __future__ import annotations

import math

from engine import blocks
from engine.facts import DataFacts
from engine.layers import Block
from engine.layers.base import Layer
from engine.layers.core.basics import Dense, Dropout
from engine.layers.image.pooling import GlobalPool1d
from engine.layers.normalise.normalisation import LayerNorm
from engine.layers.sequence.attention import PatchEmbedding, PositionalEncoding
from engine.network import Network
from engine.shapes import Shape
from engine.templates.base import answer

DROPOUT = 0.1
PATCHES = 100  # of a picture, about
WIDE = 128  # numbers that stand for a word or a patch


def encoder(facts: DataFacts) -> Network:
    """Two transformer layers that see the whole text at once, then the mean (Vaswani et al. 2017)."""
    begin = (blocks.words_with_places(facts.input.vocabulary, 64), PositionalEncoding(), Dropout(rate=DROPOUT))
    return Network.stack(*begin, blocks.encoder(_steps(64)).changed(repeat=2), GlobalPool1d(), answer(facts))


def writes(facts: DataFacts) -> bool:
    """Words in, the next word at each place out."""
    single = len(facts.inputs) == 1 and len(facts.targets) == 1
    return single and facts.target.kind == "tokens" and facts.input.values == "ids"


def gpt(facts: DataFacts) -> Network:
    """A small GPT-2 (Radford et al. 2019): six causal layers, 128 wide; one table reads and tells the words."""
    vocabulary = facts.target.output.size("feature")
    embedding = blocks.words_with_places(max(vocabulary, facts.input.vocabulary), WIDE)
    begin: tuple[Layer, ...] = (embedding, PositionalEncoding(form="learned"), Dropout(rate=DROPOUT))
    told = Dense(name="Next word", units=vocabulary, activation="softmax", shares="embedding")
    return Network.stack(*begin, blocks.decoder(_steps(WIDE)).changed(repeat=6), LayerNorm(), told)


def vit(facts: DataFacts) -> Network:
    """A picture as a sentence of patches (Dosovitskiy et al. 2021), their mean judged (Beyer et al. 2022)."""
    begin = (PatchEmbedding(patch=patch(facts), dimensions=WIDE), PositionalEncoding(form="learned"))
    return Network.stack(
        *begin, _seeing_all(blocks.decoder(_steps(WIDE))).changed(repeat=6), LayerNorm(), GlobalPool1d(), answer(facts)
    )


def patch(facts: DataFacts) -> int:
    """The side, px, of patches that cut a picture without rest into about `PATCHES` of them."""
    height, width = facts.input.size("height"), facts.input.size("width")
    sides = [side for side in range(1, min(height, width) + 1) if height % side == width % side == 0]
    return min(sides[1:] or sides, key=lambda side: abs(math.log(height * width / side**2 / PATCHES)))


def _seeing_all(block: Block) -> Block:
    """A decoder whose attention also looks ahead: an encoder with the norms in front, as in ViT."""
    layers = (layer.changed(causal=False) if layer.kind == "attention" else layer for layer in block.layers)
    return block.changed(id="encoder", name="Transformer encoder", layers=tuple(layers))


def _steps(width: int) -> Shape:
    return Shape.of(time=1, feature=width)
