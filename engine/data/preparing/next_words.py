"""Texts of which the next word is wanted at each step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.data.column import counted
from engine.data.dataset import Dataset, Tell
from engine.data.feature.base import Document, Entry, Indexes
from engine.data.feature.token_ids import HeldTexts
from engine.data.preparing.assembly import Wanted, assembled
from engine.data.progress import between
from engine.data.splits import Split
from engine.errors import DataError
from engine.facts import InputFact, Target
from engine.shapes import Shape


def next_words(
    held: HeldTexts, reading: Document, rows: Indexes, dealt: Split, notes: Sequence[str], tell: Tell
) -> Dataset:
    """Blocks of words, of which the next word is wanted at each step. All blocks of a text stand in the same split.

    Args:
        reading: the part of the preparation that says how the source is read.
        rows: of the source, one for each text.
        dealt: of the texts.
    Raises:
        DataError: no text to train on has two words.
    """
    length = held.settings.length
    learned = held.learned(dealt.train, between(tell, 0.0, 0.5))
    words = learned["words"]
    inputs, following, places = held.blocks(learned, between(tell, 0.5, 1.0))
    parts = (np.flatnonzero(np.isin(places, texts)) for texts in (dealt.train, dealt.validation, dealt.test))
    split = Split(*(blocks.astype(np.int64) for blocks in parts))
    if not len(split.train):
        raise DataError("No text to train on has two words or more", field="path", hint="Choose longer texts")
    preparation: dict[str, Any] = {**learned, **reading, "keep": "last", "filled": "end"}
    fact = InputFact(held.given.name, Shape.ids(len(words), time=length))
    target = Target("next word", "tokens", shape=Shape.of(time=length, feature=len(words)))
    asked = Wanted(target, {"name": "next word", "kind": "tokens"}, lambda chosen, _: following[chosen])
    tell(1.0, "Ready")
    said = [*notes, f"{counted(len(places), 'block')} of up to {counted(length, 'word')}"]
    entry = Entry(fact, lambda chosen: inputs[chosen])
    return assembled("text", [entry], [asked], split, rows[places], preparation, said)
