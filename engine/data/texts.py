"""Texts: folders of text files, a text column of a table, or the reviews sample, as token numbers (text, time)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from engine.data import samples
from engine.data.assembly import Entry, Wanted, assembled, wanted
from engine.data.collection.found import files_at, folder_at
from engine.data.dataset import Dataset, Tell, Ticket
from engine.data.feature.words import BATCH, blocks, fit_words
from engine.data.folders import Found, has_files, subfolders
from engine.data.prepare import inputs_from_texts
from engine.data.progress import within
from engine.data.rows import OLD, is_missing, unicode_of
from engine.data.shared import Shared, read_once
from engine.data.splits import Split, deal
from engine.data.tables import describe_column, read_so, read_table
from engine.data.targets import Answers, column_answers, counted, folder_answers
from engine.data.text_files import read_files, strangers
from engine.errors import DataError
from engine.facts import InputFact, Target
from engine.project import SAMPLE
from engine.settings import TextData
from engine.shapes import Shape

SUFFIXES = (".txt",)
SHARED_LETTERS = 64 * 2**20  # of texts that are kept for who asks next, at most


@dataclass(frozen=True)
class Texts:
    """Texts with what they should be answered with, one for each of `answers.rows`."""

    texts: list[str]
    answers: Answers
    given: list[str]
    notes: list[str]
    reading: dict[str, Any] = field(default_factory=dict)  # its part of a preparation: how the source was read


def load_texts(settings: TextData, ticket: Ticket) -> Dataset:
    """Reads texts and numbers their words; the vocabulary comes from the training texts.

    Raises:
        DataError: no texts, one class only, no words in the training texts.
    """
    source = read_texts(settings, within(ticket, 0.0, 0.4))
    if settings.answer == "next word":
        return _next_words(settings, source, ticket)
    answers = source.answers
    split = deal(settings.split, len(source.texts), answers.labels, source.given)
    words = fit_words([source.texts[row] for row in split.train], settings.vocabulary, within(ticket, 0.4, 0.7))
    preparation = {**_preparation(settings, words), **source.reading}
    inputs = np.zeros((len(source.texts), settings.length), dtype=np.int64)
    for start in range(0, len(inputs), BATCH):
        ticket.tell(0.7 + 0.3 * start / len(inputs), f"Numbering words: {start:,} of {len(inputs):,} texts")
        inputs[start : start + BATCH] = inputs_from_texts(preparation, source.texts[start : start + BATCH])
    ticket.tell(1.0, "Ready")
    shape = Shape.ids(settings.vocabulary, time=settings.length)
    entry = Entry(InputFact("text", shape), lambda rows: inputs[rows])
    targets = [wanted(answers, split, scale=True)]
    notes = [*source.notes, *strangers(inputs, np.concatenate([split.validation, split.test]))]
    return assembled("text", [entry], targets, split, answers.rows, preparation, notes)


def _preparation(settings: TextData, words: list[str]) -> dict[str, Any]:
    return {
        "format": 1,
        "kind": "text",
        "column": settings.column,
        "length": settings.length,
        "keep": settings.keep,
        "words": words,
    }


def _next_words(settings: TextData, source: Texts, ticket: Ticket) -> Dataset:
    """Blocks of words, of which the next word is wanted at each step. All blocks of a text stand in the same split."""
    dealt = deal(settings.split, len(source.texts), source.answers.labels, source.given)
    words = fit_words([source.texts[row] for row in dealt.train], settings.vocabulary, within(ticket, 0.4, 0.6))
    inputs, following, places = blocks(source.texts, words, settings.length, within(ticket, 0.6, 1.0))
    parts = (np.flatnonzero(np.isin(places, rows)) for rows in (dealt.train, dealt.validation, dealt.test))
    split = Split(*(rows.astype(np.int64) for rows in parts))
    if not len(split.train):
        raise DataError("No text to train on has two words or more", field="path", hint="Choose longer texts")
    preparation = {**_preparation(settings, words), **source.reading, "keep": "last", "filled": "end"}
    entry = Entry(InputFact("text", Shape.ids(len(words), time=settings.length)), lambda rows: inputs[rows])
    fact = Target("next word", "tokens", shape=Shape.of(time=settings.length, feature=len(words)))
    target = Wanted(fact, {"name": "next word", "kind": "tokens"}, lambda rows, _: following[rows])
    ticket.tell(1.0, "Ready")
    notes = [*source.notes, f"{counted(len(places), 'block')} of up to {counted(settings.length, 'word')}"]
    return assembled("text", [entry], [target], split, source.answers.rows[places], preparation, notes)


_read: Shared[Texts] = Shared(lambda found: sum(map(len, found.texts)), most=SHARED_LETTERS)


def read_texts(settings: TextData, tell: Tell) -> Texts:
    """The texts of a sample, a folder or a column, as they are; read once, while they stay so."""
    if settings.path.startswith(SAMPLE):
        texts, labels = samples.texts(settings.path.removeprefix(SAMPLE))
        return Texts(texts, folder_answers(labels, settings.path), [""] * len(texts), [])
    length = settings.length if settings.answer == "next word" else 0  # texts without classes are cut into such pieces
    key = f"{settings.column}\0{settings.target}\0{settings.answer}\0{length}"
    return read_once(_read, settings.path, key, partial(_read_all, settings, tell), partial(tell, 0.0, "Reading texts"))


def _read_all(settings: TextData, tell: Tell) -> Texts:
    if settings.column:
        return _from_column(settings, tell)
    root = folder_at(settings.path, tell)[0]
    plain = _plain_files(root) if settings.answer == "next word" else []
    return _without_classes(plain, settings.length, tell) if plain else _from_folder(settings.path, tell)


def _plain_files(path: Path) -> list[Path]:
    """A text file, or those that stand in a folder itself: for next words no classes are needed."""
    if path.is_file():
        return [path]
    if path.is_dir() and any(has_files(folder, SUFFIXES) for folder in subfolders(path)):
        return []
    return sorted(file for file in path.glob("*") if file.suffix.lower() in SUFFIXES and file.is_file())


def _without_classes(files: list[Path], length: int, tell: Tell) -> Texts:
    """Texts cut into pieces of `length` words and the one that follows, so that a single one can be dealt out too."""
    pieces: list[str] = []
    for file in files:
        with file.open("rb") as opened:
            head = opened.read(65536)
        if b"\0" in head and not unicode_of(head):
            raise DataError(f"{file.name} is not text", field="path", hint="Choose text files")
    texts, encoding, notes = read_files(files, tell)
    for text in texts:
        words = text.split()
        pieces += [" ".join(words[start : start + length + 1]) for start in range(0, len(words) - 1, length)]
    if not pieces:
        raise DataError("The texts have no words", field="path", hint="Choose texts with words in them")
    places = np.arange(len(pieces), dtype=np.int64)
    return Texts(pieces, Answers("next word", (), places, places), [""] * len(pieces), notes, _of_encoding(encoding))


def find_texts(path: str, tell: Tell) -> tuple[Found, ...]:
    """The text files of a folder with a folder a class."""
    return files_at(path, SUFFIXES, "text", tell).files


def _from_folder(path: str, tell: Tell) -> Texts:
    folder = files_at(path, SUFFIXES, "text", tell)
    texts, encoding, said = read_files([file.path for file in folder.files], tell)
    answers = folder_answers([file.label for file in folder.files], path)
    empty = sum(not text.strip() for text in texts)
    notes = [*folder.notes, *said, *([f"{counted(empty, 'text')} without words"] if empty else [])]
    return Texts(texts, answers, [file.part for file in folder.files], notes, _of_encoding(encoding))


def _of_encoding(encoding: str) -> dict[str, Any]:
    return {} if encoding == OLD else {"encoding": encoding}


def _from_column(settings: TextData, tell: Tell) -> Texts:
    table = read_table(settings.path, tell)
    table.place(settings.column, "column")
    table.place(settings.target)
    cells = table.cells(settings.column)
    kept = np.array([row for row, cell in enumerate(cells) if not is_missing(cell)], dtype=np.int64)
    if not len(kept):
        raise DataError(f"The column {settings.column} has no texts", field="column", hint="Choose another column")
    target = table.frame[settings.target].gather(kept)
    found = column_answers(target, describe_column(target))
    answers = replace(found, rows=kept[found.rows])
    notes = [*table.notes, *found.notes]
    if len(kept) < len(cells):
        notes.append(f"{counted(len(cells) - len(kept), 'row')} without {settings.column} left out")
    texts = [cells[row] for row in answers.rows]
    return Texts(texts, answers, [""] * len(texts), notes, read_so(table))
