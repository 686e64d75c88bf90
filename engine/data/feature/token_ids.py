"""Token numbers of the texts that cells hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.data.collection.text_files import strangers
from engine.data.dataset import Tell
from engine.data.feature.base import Document, Entry, Given, Indexes, InputPart
from engine.data.feature.text import Text
from engine.data.feature.text_lengths import length_notes
from engine.data.feature.tokens import fit_tokens
from engine.data.feature.words import BATCH, Ids, blocks
from engine.data.prepare import laid_out, numbered
from engine.data.progress import between
from engine.data.rows import is_missing
from engine.facts import InputFact
from engine.shapes import Shape


@dataclass(frozen=True)
class HeldTexts:
    """Texts as they are; `Held` says the rest. All are kept: a missing one has no words."""

    settings: Text
    given: Given
    texts: Sequence[str]
    kept: Indexes
    notes: Sequence[str] = ()

    def only(self, places: Indexes) -> HeldTexts:
        if len(places) == len(self.kept):
            return self
        return HeldTexts(self.settings, self.given, [self.texts[place] for place in places], self.kept[places])

    def part(self, train: Indexes, tell: Tell) -> InputPart:
        document = self.learned(train, between(tell, 0.0, 0.5))
        inputs = np.zeros((len(self.texts), self.settings.length), dtype=np.int64)
        lengths = np.zeros(len(inputs), dtype=np.int64)
        for start in range(0, len(inputs), BATCH):
            tell(0.5 + 0.5 * start / len(inputs), f"Numbering words: {start:,} of {len(inputs):,} texts")
            tokens = numbered(document, self.texts[start : start + BATCH])
            inputs[start : start + BATCH] = laid_out(document, tokens)
            lengths[start : start + BATCH] = [len(one) for one in tokens]
        settings = self.settings
        vocabulary = settings.vocabulary if settings.tokens == "words" else len(document["words"])
        fact = InputFact(self.given.name, Shape.ids(vocabulary, time=settings.length))
        notes = length_notes(lengths, settings)
        if settings.tokens != "file":
            notes += strangers(inputs, np.setdiff1d(np.arange(len(inputs)), train))
        return InputPart(Entry(fact, lambda rows: inputs[rows]), document, tuple(notes))

    def learned(self, train: Indexes, tell: Tell) -> Document:
        """The preparation, by what the training texts teach."""
        return {
            "format": 1,
            "kind": "text",
            "column": self.given.column,
            "length": self.settings.length,
            "keep": self.settings.keep,
            **fit_tokens(self.settings, [self.texts[row] for row in train], tell),
        }

    def blocks(self, document: Document, tell: Tell) -> tuple[Ids, Ids, Ids]:
        """Blocks of words, the word that follows each, and the place of the text, as `feature.words.blocks`."""
        return blocks(self.texts, document, self.settings.length, tell)


def held_texts(settings: Text, given: Given) -> HeldTexts:
    """The texts that the cells hold, or those of files, of which none is missing."""
    texts = ["" if given.column and is_missing(cell) else cell for cell in given.cells]
    return HeldTexts(settings, given, texts, np.arange(len(texts), dtype=np.int64))
