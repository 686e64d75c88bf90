"""Data settings -> a Dataset: read the source, deal the examples out, prepare them by what the training ones teach."""

from __future__ import annotations

from engine.data.assembly import assembled
from engine.data.dataset import Dataset, Ticket
from engine.data.features import fit_all, leaks, used_columns
from engine.data.images import load_images
from engine.data.prepare import inputs_from_columns
from engine.data.progress import within
from engine.data.splits import deal
from engine.data.tables import describe, read_table
from engine.data.targets import column_answers
from engine.data.texts import load_texts
from engine.settings import AnyData, ImageData, TableData
from engine.shapes import Shape


def load(settings: AnyData, ticket: Ticket) -> Dataset:
    """Data ready for training; the same settings and files always give the same arrays.

    Raises:
        DataError: the data cannot be used as it is, in one sentence.
        Cancelled: the ticket says so.
    """
    if isinstance(settings, TableData):
        return load_table(settings, ticket)
    return load_images(settings, ticket) if isinstance(settings, ImageData) else load_texts(settings, ticket)


def load_table(settings: TableData, ticket: Ticket) -> Dataset:
    """Reads and prepares a table: inputs float32 (rows, features)."""
    table = read_table(settings.path, within(ticket, 0.0, 0.5))
    ticket.tell(0.5, "Looking at the columns")
    columns = describe(table)
    target = columns[table.place(settings.target)]
    answers = column_answers(table.cells(target.name), target, settings.roles.get(target.name, ""))
    used, notes = used_columns(columns, settings)
    split = deal(settings.split, len(answers.rows), answers.labels)

    cells = {column.name: table.cells(column.name, answers.rows) for column in used}
    features, names, remarks = fit_all(used, settings.roles, cells, split.train, within(ticket, 0.6, 0.8))
    notes = [*table.notes, *answers.notes, *notes, *remarks, *leaks(used, cells, answers)]
    preparation = {"format": 1, "kind": "table", "features": features, "names": names}
    ticket.tell(0.8, "Preparing the rows")
    inputs = inputs_from_columns(preparation, cells)
    shape = Shape.of(feature=inputs.shape[1])
    ticket.tell(1.0, "Ready")
    return assembled(
        "table",
        lambda rows: inputs[rows],
        answers,
        split,
        preparation,
        shape,
        notes,
        scale=settings.scale_target,
        features=tuple(names),
    )
