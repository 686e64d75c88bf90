"""How values of a choice read on screen, taken from the engine's tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.choices.deciding import LOSS
from engine.choices.metrics import METRICS
from engine.layers.activations import ACTIVATIONS
from engine.layers.initialisations import INITIALISATIONS


@dataclass(frozen=True)
class Word:
    """A value on screen: its name and, as a tooltip, what it means."""

    title: str
    about: str = ""


WORDS: Mapping[str, Word] = {
    **{name: Word(choice.title, choice.formula) for name, choice in ACTIVATIONS.items()},
    **{name: Word(choice.title, choice.about) for name, choice in METRICS.items()},
    LOSS: Word("validation loss", "Of the validation split; the training loss where there is no such split."),
    **{name: Word(choice.title, choice.about) for name, choice in INITIALISATIONS.items()},
    "cpu": Word("CPU"),
    "cuda": Word("NVIDIA GPU (CUDA)"),
    "mps": Word("Apple GPU (MPS)"),
    "target": Word("the target"),
    "class": Word("the class"),
    "next word": Word("the next word"),
    "itself": Word("what goes in, again"),
    "auto": Word("the fastest there is"),
}


def word(value: str, words: Mapping[str, Word]) -> Word:
    """The word for a value; the value itself with blanks where the table has none."""
    return words.get(value) or Word(value.replace("_", " "))
