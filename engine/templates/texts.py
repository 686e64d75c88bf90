"""Networks for texts."""

from __future__ import annotations

from engine.facts import DataFacts
from engine.layers.core.basics import Dropout
from engine.layers.image.convolution import Conv1d
from engine.layers.image.pooling import GlobalPool1d
from engine.layers.join.joining import Concatenate
from engine.layers.sequence.recurrent import Embedding, Lstm
from engine.network import Network
from engine.templates.base import answer

WINDOWS = (3, 4, 5)  # words that the text CNN sees at a time


def lstm_sentiment(facts: DataFacts) -> Network:
    """Embedding, LSTM (Hochreiter & Schmidhuber 1997), softmax: the example that opens many a course."""
    return Network.stack(Embedding(vocabulary=facts.input.vocabulary), Lstm(units=64), answer(facts))


def text_cnn(facts: DataFacts) -> Network:
    """Windows of three widths side by side, the strongest answer of each (Kim 2014)."""
    network = Network.stack(Embedding(vocabulary=facts.input.vocabulary, dimensions=128))
    strongest = []
    for width in WINDOWS:
        window = Conv1d(name=f"{width} words", kernel=width, channels=100, inputs=("embedding",))
        network, _ = network.insert(window)
        network, pool = network.insert(GlobalPool1d(name="Strongest", take="max"))
        strongest.append(pool)
    for layer in (Concatenate(inputs=tuple(strongest)), Dropout(rate=0.5), answer(facts)):
        network, _ = network.insert(layer)
    return network
