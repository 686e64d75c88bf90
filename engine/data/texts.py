"""Texts: folders of text files, a text column of a table, or the reviews sample, as token numbers (text, time)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from tokenizers import Tokenizer, models, trainers

from engine.data import samples
from engine.data.assembly import assembled
from engine.data.dataset import Dataset, Tell, Ticket
from engine.data.folders import Found, class_folders
from engine.data.prepare import PADDING, UNKNOWN, inputs_from_texts, is_missing, read_text, splitter
from engine.data.progress import within
from engine.data.splits import deal
from engine.data.tables import describe_column, read_table
from engine.data.targets import Answers, column_answers, counted, folder_answers
from engine.errors import DataError
from engine.project import SAMPLE
from engine.settings import TextData
from engine.shapes import Shape

SUFFIXES = (".txt",)
BATCH = 500  # texts split at a time


@dataclass(frozen=True)
class Texts:
    """Texts with what they should be answered with, one for each of `answers.rows`."""

    texts: list[str]
    answers: Answers
    given: list[str]
    notes: list[str]


def load_texts(settings: TextData, ticket: Ticket) -> Dataset:
    """Reads texts and numbers their words; the vocabulary comes from the training texts.

    Raises:
        DataError: no texts, one class only, no words in the training texts.
    """
    source = read_texts(settings, within(ticket, 0.0, 0.4))
    answers = source.answers
    split = deal(settings.split, len(source.texts), answers.labels, source.given)
    words = fit_words([source.texts[row] for row in split.train], settings.vocabulary, within(ticket, 0.4, 0.7))
    preparation = {
        "format": 1,
        "kind": "text",
        "column": settings.column,
        "length": settings.length,
        "keep": settings.keep,
        "words": words,
    }
    inputs = np.zeros((len(source.texts), settings.length), dtype=np.int64)
    for start in range(0, len(inputs), BATCH):
        ticket.tell(0.7 + 0.3 * start / len(inputs), f"Numbering words: {start:,} of {len(inputs):,} texts")
        inputs[start : start + BATCH] = inputs_from_texts(preparation, source.texts[start : start + BATCH])
    ticket.tell(1.0, "Ready")
    shape = Shape.ids(settings.vocabulary, time=settings.length)
    return assembled("text", lambda rows: inputs[rows], answers, split, preparation, shape, source.notes, scale=True)


def read_texts(settings: TextData, tell: Tell) -> Texts:
    """The texts of a sample, a folder or a column, as they are."""
    if settings.path.startswith(SAMPLE):
        texts, labels = samples.texts(settings.path.removeprefix(SAMPLE))
        return Texts(texts, folder_answers(labels, settings.path), [""] * len(texts), [])
    return _from_column(settings, tell) if settings.column else _from_folder(settings.path, tell)


def find_texts(path: str, tell: Tell) -> tuple[Found, ...]:
    """The text files of a folder with a folder a class."""
    return class_folders(path, SUFFIXES, "text", tell).files


def fit_words(texts: Sequence[str], vocabulary: int, tell: Tell) -> list[str]:
    """The most frequent words of the texts, most frequent first, equally frequent ones by alphabet.

    Places 0 and 1 are padding and unknown, so at most `vocabulary` - 2 words. DataError where the texts have none.
    """

    def batches() -> Iterator[Sequence[str]]:
        for start in range(0, len(texts), BATCH):
            tell(start / len(texts), f"Counting words: {start:,} of {len(texts):,} texts")
            yield texts[start : start + BATCH]

    tokenizer = splitter(Tokenizer(models.WordLevel(unk_token=UNKNOWN)))
    trainer = trainers.WordLevelTrainer(vocab_size=vocabulary, special_tokens=[PADDING, UNKNOWN], show_progress=False)
    tokenizer.train_from_iterator(batches(), trainer)
    numbers: dict[str, int] = tokenizer.get_vocab()
    if len(numbers) <= 2:
        raise DataError("The texts have no words", field="path", hint="Choose texts with words in them")
    return sorted(numbers, key=numbers.__getitem__)


def _from_folder(path: str, tell: Tell) -> Texts:
    folder = class_folders(path, SUFFIXES, "text", tell)
    texts = []
    for done, file in enumerate(folder.files):
        if done % 50 == 0:
            tell(done / len(folder.files), f"Reading texts: {done:,} of {len(folder.files):,}")
        texts.append(read_text(file.path))
    answers = folder_answers([file.label for file in folder.files], path)
    empty = sum(not text.strip() for text in texts)
    notes = [*folder.notes, f"{counted(empty, 'text')} without words"] if empty else list(folder.notes)
    return Texts(texts, answers, [file.part for file in folder.files], notes)


def _from_column(settings: TextData, tell: Tell) -> Texts:
    table = read_table(settings.path, tell)
    table.place(settings.column, "column")
    table.place(settings.target)
    cells = table.cells(settings.column)
    kept = np.array([row for row, cell in enumerate(cells) if not is_missing(cell)], dtype=np.int64)
    if not len(kept):
        raise DataError(f"The column {settings.column} has no texts", field="column", hint="Choose another column")
    target = table.frame[settings.target].gather(kept)
    found = column_answers(target.to_list(), describe_column(target))
    answers = replace(found, rows=kept[found.rows])
    notes = [*table.notes, *found.notes]
    if len(kept) < len(cells):
        notes.append(f"{counted(len(cells) - len(kept), 'row')} without {settings.column} left out")
    texts = [cells[row] for row in answers.rows]
    return Texts(texts, answers, [""] * len(texts), notes)
