"""Data settings -> a Dataset: read the source, deal the examples out, prepare them by what the training ones teach."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from engine.data.assembly import assembled, itself, wanted
from engine.data.dataset import Dataset, Ticket
from engine.data.feature.fitting import Indexes, columns_of, leaks, used_columns
from engine.data.feature.vectors import Cells
from engine.data.friendly import friendly
from engine.data.images import load_images
from engine.data.parts import TablePart, feature_part, picture_part, prepared, text_part
from engine.data.progress import within
from engine.data.shared import Shared, read_once
from engine.data.splits import Split, deal
from engine.data.tables import Column, Table, read_so, read_table
from engine.data.targets import Answers, aligned, column_answers
from engine.data.texts import load_texts
from engine.errors import DataError
from engine.settings import AnyData, ImageData, TableData


def load(settings: AnyData, ticket: Ticket) -> Dataset:
    """Data ready for training; the same settings and files always give the same arrays.

    Raises:
        DataError: the data cannot be used as it is, in one sentence.
        Cancelled: the ticket says so.
    """
    with friendly(settings.path):
        if isinstance(settings, TableData):
            return load_table(settings, ticket)
        return load_images(settings, ticket) if isinstance(settings, ImageData) else load_texts(settings, ticket)


def _size(dataset: Dataset) -> int:
    parts = (dataset.train, dataset.validation, dataset.test)
    return sum(array.nbytes for part in parts for array in (*part.all_inputs, *part.all_targets))


_loaded: Shared[Dataset] = Shared(_size, most=256 * 2**20)


def load_shared(settings: AnyData, ticket: Ticket) -> Dataset:
    """The same as `load`, and the same object for all who ask while the source stays as it is: nobody changes it."""
    if isinstance(settings, TableData) and "picture" in settings.roles.values():
        return load(settings, ticket)  # the pictures lie anywhere
    make, wait = partial(load, settings, ticket), partial(ticket.tell, 0.0, "Reading the data")
    return read_once(_loaded, settings.path, settings.model_dump_json(), make, wait)


def load_table(settings: TableData, ticket: Ticket) -> Dataset:
    """Reads and prepares a table: float32 (rows, features), and an input for each column of pictures or texts."""
    table = read_table(settings.path, within(ticket, 0.0, 0.5))
    ticket.tell(0.5, "Looking at the columns")
    columns = table.columns
    answers = _answers(settings, table, columns)
    rows = answers[0].rows if answers else np.arange(table.frame.height, dtype=np.int64)
    labels = next((one.labels for one in answers if one.labels is not None), None)
    split = deal(settings.split, len(rows), labels)
    parts, notes = _parts(settings, table, columns, rows, split, ticket, answers)
    entries = [part.entry for part in parts]
    targets = [wanted(one, split, settings.scale_target) for one in answers] or itself(entries)
    if not targets:
        raise DataError("Only numbers, categories and pictures can be given back", field="answer", hint="Set a target")
    ticket.tell(1.0, "Ready")
    return assembled("table", entries, targets, split, rows, {**prepared(parts), **read_so(table)}, notes)


def _answers(settings: TableData, table: Table, columns: Sequence[Column]) -> list[Answers]:
    """The targets, with the rows that have all of them; none where the input itself is wanted."""
    if settings.answer == "itself":
        return []
    names = (settings.target, *settings.more_targets)
    if len(set(names)) < len(names):
        raise DataError("A column is named twice as a target", field="more_targets", hint="Name each target once")
    found = []
    for name in names:
        column = columns[table.place(name, "target" if name == settings.target else "more_targets")]
        found.append(column_answers(table.frame[name], column, settings.roles.get(name, "")))
    return aligned(found)


def _parts(
    settings: TableData,
    table: Table,
    columns: Sequence[Column],
    rows: Indexes,
    split: Split,
    ticket: Ticket,
    answers: Sequence[Answers],
) -> tuple[list[TablePart], list[str]]:
    """The inputs, numbers and categories first, and notes on all that was found."""
    used, notes = used_columns(columns, settings)
    cells = {column.name: Cells(table.frame[column.name].gather(rows)) for column in used}
    parts = []
    if used:
        parts.append(feature_part(used, settings, cells, split, within(ticket, 0.6, 0.7)))
    for name in columns_of(columns, settings, "picture"):
        parts.append(picture_part(name, settings, table, rows, split, within(ticket, 0.7, 0.9)))
    for name in columns_of(columns, settings, "text"):
        parts.append(text_part(name, settings, table.cells(name, rows), split, within(ticket, 0.9, 1.0)))
    remarks = [note for part in parts for note in part.notes]
    found = [note for one in answers for note in (*one.notes,)]
    told = [note for one in answers for note in leaks(used, cells, one)]
    return parts, [*table.notes, *found, *notes, *remarks, *told]
