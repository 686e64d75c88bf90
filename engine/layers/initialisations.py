"""How weights begin: each way declared once, and the setting that layers with weights share. No torch here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import Field

from engine.layers.activations import Activation
from engine.layers.base import Unary
from engine.layers.calls import Call

Rule = Literal[
    "torch",
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
    "orthogonal",
    "small_uniform",
    "small_normal",
]
Initialisation = Literal["automatic", Rule]


@dataclass(frozen=True)
class InitialisationChoice:
    """One way to begin. A rule's function has its name and stands in engine.initialisation.

    Attributes:
        title: name on screen.
        about: what it does, and where it comes from.
    """

    title: str
    about: str


INITIALISATIONS: dict[Initialisation, InitialisationChoice] = {
    "automatic": InitialisationChoice("automatic", "What is known to work for this layer and its activation"),
    "torch": InitialisationChoice("torch's own", "What PyTorch does where nothing is said; biases random too"),
    "glorot_uniform": InitialisationChoice(
        "Glorot, uniform", "Within ±√(6 / (inputs + outputs)): for tanh, sigmoid and none (Glorot & Bengio 2010)"
    ),
    "glorot_normal": InitialisationChoice(
        "Glorot, normal", "Deviation √(2 / (inputs + outputs)) (Glorot & Bengio 2010)"
    ),
    "he_uniform": InitialisationChoice("He, uniform", "Within ±√(6 / inputs): for ReLU and its kin (He et al. 2015)"),
    "he_normal": InitialisationChoice("He, normal", "Deviation √(2 / inputs): for ReLU and its kin (He et al. 2015)"),
    "lecun_uniform": InitialisationChoice("LeCun, uniform", "Within ±√(3 / inputs) (LeCun et al. 1998)"),
    "lecun_normal": InitialisationChoice(
        "LeCun, normal", "Deviation √(1 / inputs): for SELU (LeCun et al. 1998, Klambauer et al. 2017)"
    ),
    "orthogonal": InitialisationChoice(
        "orthogonal", "Rows at right angles, of length 1: for what is applied again and again (Saxe et al. 2013)"
    ),
    "small_uniform": InitialisationChoice("small, uniform", "Within ±0.05: for tables of words, as in Keras"),
    "small_normal": InitialisationChoice("small, normal", "Deviation 0.02: for transformers (Radford et al. 2018)"),
}

BENT = frozenset[Activation]({"relu", "leaky_relu", "elu", "gelu", "silu", "softplus"})
"""Activations that are zero, or nearly so, on one side."""


class Weighted(Unary):
    """A layer with weights of its own that have to begin somewhere.

    Biases begin at zero, but for torch's own way and for the gate of an LSTM that keeps its memory, whose bias is 1.
    """

    straight: ClassVar[Rule] = "glorot_uniform"  # what automatic means without an activation that says otherwise
    bent: ClassVar[Rule] = "he_uniform"  # and before one of `BENT`
    initialisation: Initialisation = Field(
        "automatic", title="Initialisation", description="How its weights begin, before training changes them"
    )

    @property
    def automatic(self) -> Rule:
        """What automatic means for this layer with its activation."""
        activation = getattr(self, "activation", "none")
        if activation == "selu":
            return "lecun_normal"  # it keeps deviations at 1 only so (Klambauer et al. 2017)
        return self.bent if activation in BENT else self.straight

    def begun(self, call: Call, function: str = "initialise", automatic: Sequence[Rule] = ()) -> Call:
        """The call with its weights begun as the layer says.

        Args:
            function: of engine.initialisation, which receives the module and a rule or several.
            automatic: the rules where the layer leaves it open; none: the one that suits its activation.
        """
        rules = automatic or (self.automatic,)
        if self.initialisation != "automatic":
            rules = [self.initialisation] * len(rules)
        return call if "torch" in rules else call.begun(function, *rules)
