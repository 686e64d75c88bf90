"""Data settings -> a Dataset: read the source, deal the examples out, prepare them by what the training ones teach."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from engine.data.column import Column, counted
from engine.data.dataset import Dataset, Tell, Ticket
from engine.data.feature.base import Given, Held, Indexes, InputFeature
from engine.data.feature.fitting import leaks
from engine.data.feature.picture import Picture
from engine.data.feature.text import Text
from engine.data.feature.token_ids import HeldTexts
from engine.data.feature.vectors import Cells, missing
from engine.data.friendly import friendly
from engine.data.preparing.asked import Asked, asked_of
from engine.data.preparing.assembly import assembled, itself, kind_of, wanted
from engine.data.preparing.chosen import Chosen, chosen
from engine.data.preparing.next_words import next_words
from engine.data.preparing.parts import prepared, row_part
from engine.data.progress import between, within
from engine.data.settings import DataSettings
from engine.data.shared import Shared, read_once
from engine.data.source.cells import told_apart
from engine.data.source_table import table_of
from engine.data.splits import deal
from engine.data.tables import Table, described
from engine.errors import DataError


def load(settings: DataSettings, ticket: Ticket) -> Dataset:
    """Data ready for training; the same settings and files always give the same arrays.

    Raises:
        DataError: the data cannot be used as it is, in one sentence.
        Cancelled: the ticket says so.
    """
    with friendly(settings.path):
        return _load(settings, ticket)


def _size(dataset: Dataset) -> int:
    parts = (dataset.train, dataset.validation, dataset.test)
    return sum(array.nbytes for part in parts for array in (*part.all_inputs, *part.all_targets))


_loaded: Shared[Dataset] = Shared(_size, most=256 * 2**20)


def load_shared(settings: DataSettings, ticket: Ticket) -> Dataset:
    """The same as `load`, and the same object for all who ask while the source stays as it is: nobody changes it."""
    if not settings.of_files and any(isinstance(one, Picture) for one in settings.columns.values()):
        return load(settings, ticket)  # the pictures lie anywhere
    make, wait = partial(load, settings, ticket), partial(ticket.tell, 0.0, "Reading the data")
    return read_once(_loaded, settings.path, settings.model_dump_json(), make, wait)


def _load(settings: DataSettings, ticket: Ticket) -> Dataset:
    table = table_of(settings, within(ticket, 0.0, 0.4))
    ticket.tell(0.4, "Looking at the columns")
    rows, columns, wordless = used_rows(settings, table)
    asked = asked_of(settings, table, columns, rows)
    picked = chosen(settings, columns)
    held, asked = _read(settings, table, picked, asked, within(ticket, 0.4, 0.6))
    given = [table.parts[row] for row in asked.rows.tolist()] if table.parts else None
    split = deal(settings.split, len(asked.rows), asked.labels, given)
    notes = [*table.notes, *asked.notes, *wordless, *picked.notes, *(note for one in held for note in one.notes)]
    if not settings.targets and isinstance(picked.single, Text) and isinstance(held[0], HeldTexts):
        return next_words(held[0], table.preparation, asked.rows, split, notes, within(ticket, 0.6, 1.0))
    cells = {column.name: _cells(table, column.name, asked.rows) for column, _ in picked.row}
    parts = []
    if picked.row:
        parts.append(row_part(picked.row, cells, split.train, within(ticket, 0.6, 0.8)))
    parts += [one.part(split.train, within(ticket, 0.8, 1.0)) for one in held]
    notes += [note for part in parts for note in part.notes]
    notes += [note for one in asked.targets for note in leaks([column for column, _ in picked.row], cells, one)]
    entries = [part.entry for part in parts]
    targets = [wanted(one, split, settings.scale_target) for one in asked.targets] or itself(entries)
    if not targets:
        raise DataError("Only numbers, categories and pictures can be given back", field="answer", hint="Set a target")
    ticket.tell(1.0, "Ready")
    kind = kind_of([entry.fact for entry in entries]) if settings.inputs or settings.of_files else "table"
    return assembled(kind, entries, targets, split, asked.rows, {**prepared(parts), **table.preparation}, notes)


def used_rows(settings: DataSettings, table: Table) -> tuple[Indexes, Sequence[Column], list[str]]:
    """The rows that are of use, what their columns seem to be, and a note on the others: those without text, where
    texts are all that goes in.
    """
    for name in settings.inputs:
        table.place(name, "column")
    used, notes = np.ones(table.frame.height, dtype=np.bool_), []
    if len(settings.inputs) == 1 and isinstance(settings.told(settings.inputs[0]), Text):
        name = settings.inputs[0]
        used = ~missing(table.frame[name])
        if not used.any():
            raise DataError(f"The column {name} has no texts", field="column", hint="Choose another column")
        notes += _left_out(len(used) - int(used.sum()), f"without {name} left out")
    if settings.unique:
        first = told_apart(table.frame).to_struct().is_first_distinct().to_numpy() if not table.files else used
        notes += _left_out(int((used & ~first).sum()), "left out: the same stands above")
        used = used & first
    rows = np.flatnonzero(used).astype(np.int64)
    return rows, table.columns if len(rows) == len(used) else described(table.frame[rows]), notes


def _left_out(count: int, what: str) -> list[str]:
    return [f"{counted(count, 'row')} {what}"] if count else []


def _cells(table: Table, name: str, rows: Indexes) -> Cells:
    cells = Cells(table.frame[name])
    return cells if len(rows) == len(cells) else cells.only(rows)


def _read(settings: DataSettings, table: Table, picked: Chosen, asked: Asked, tell: Tell) -> tuple[list[Held], Asked]:
    """The cells of columns that are an input of their own, and the targets of the rows whose cells could be read."""
    held: list[Held] = []
    for done, (column, feature) in enumerate(picked.own):
        given = _given(settings, table, column.name, feature, asked.rows)
        found = feature.read(given, between(tell, done / len(picked.own), (done + 1) / len(picked.own)))
        asked, held = asked.only(found.kept), [*(one.only(found.kept) for one in held), found]
    return held, asked


def _given(settings: DataSettings, table: Table, name: str, feature: InputFeature, rows: Indexes) -> Given:
    return Given(
        feature.kind if settings.inputs == (name,) else name,
        "" if table.files else name,
        table.cells(name, rows),
        table.find,
        lambda place: f"row {int(rows[place]) + 1:,}",
    )
