"""Networks for rows of numbers."""

from __future__ import annotations

from engine.facts import DataFacts
from engine.layers.core.basics import Dense
from engine.network import Network
from engine.templates.base import answer, one_row


def perceptron(facts: DataFacts) -> Network:
    """One layer: each answer is a weighted sum of the inputs (Rosenblatt 1958)."""
    return Network.stack(*one_row(facts), answer(facts))


def mlp(facts: DataFacts) -> Network:
    """Three hidden layers, trained by backpropagation (Rumelhart, Hinton & Williams 1986)."""
    first = 128 if facts.input.count > 64 else 64
    hidden = (Dense(units=units) for units in (first, 64, 32))
    return Network.stack(*one_row(facts), *hidden, answer(facts))
