"""Activations, each declared once: its name on screen, its formula and the module that computes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.layers.calls import Call, Calls
from engine.shapes import Shape

Activation = Literal[
    "none", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "softmax", "log_softmax"
]


@dataclass(frozen=True)
class ActivationChoice:
    """One activation.

    Attributes:
        title: name on screen.
        formula: what it does to a number, in plain text.
        call: the module, or None for "none".
    """

    title: str
    formula: str
    call: Call | None


ACTIVATIONS: dict[Activation, ActivationChoice] = {
    "none": ActivationChoice("none", "x", None),
    "sigmoid": ActivationChoice("sigmoid", "1 / (1 + e^-x): any number to one between 0 and 1", Call.of("nn.Sigmoid")),
    "tanh": ActivationChoice("tanh", "(e^x - e^-x) / (e^x + e^-x): between -1 and 1", Call.of("nn.Tanh")),
    "relu": ActivationChoice("ReLU", "max(0, x)", Call.of("nn.ReLU")),
    "leaky_relu": ActivationChoice("leaky ReLU", "x, or 0.01 x below zero", Call.of("nn.LeakyReLU", 0.01)),
    "elu": ActivationChoice("ELU", "x, or e^x - 1 below zero", Call.of("nn.ELU")),
    "selu": ActivationChoice("SELU", "1.0507 (x, or 1.6733 (e^x - 1) below zero)", Call.of("nn.SELU")),
    "gelu": ActivationChoice("GELU", "x Φ(x), Φ the normal distribution", Call.of("nn.GELU")),
    "silu": ActivationChoice("SiLU", "x sigmoid(x)", Call.of("nn.SiLU")),
    "softplus": ActivationChoice("softplus", "ln(1 + e^x)", Call.of("nn.Softplus")),
    "softmax": ActivationChoice("softmax", "e^x / sum of e^x: shares that add up to 1", Call.of("nn.Softmax", dim=-1)),
    "log_softmax": ActivationChoice("log-softmax", "logarithm of softmax", Call.of("nn.LogSoftmax", dim=-1)),
}


def activation_calls(name: Activation, shape: Shape | None = None) -> Calls:
    """The module for an activation on values of `shape`, or nothing for "none".

    Softmax and log-softmax share out over the channels of a picture, and over the last axis of anything else.
    """
    call = ACTIVATIONS[name].call
    if call is None:
        return ()
    if shape is not None and "channel" in shape.names and ("dim", -1) in call.kwargs:
        return (Call.of(call.target, dim=1),)
    return (call,)


def then(activation: Activation) -> str:
    """As the end of a layer's summary, " · ReLU"; nothing for "none"."""
    return "" if activation == "none" else f" · {ACTIVATIONS[activation].title}"
