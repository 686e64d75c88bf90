"""`predict`: a run's answers for new rows, pictures or texts."""

from __future__ import annotations

import sys
from argparse import Namespace
from functools import partial

from engine.cli.opening import snapshot_of
from engine.cli.output import complain, say_json
from engine.data.reading import rows_of
from engine.data.rows import UnreadableError
from engine.errors import DataError
from engine.export.predicting import answered, documents, gather, write_csv
from engine.export.source import read


def run(options: Namespace) -> int:
    """Prints CSV lines, or JSON lines."""
    source = read(options.run, snapshot_of(options.run, options.snapshot))
    if source.network.trouble:
        complain(source.network.trouble)
    try:
        names, inputs = gather(source.preparation, options.inputs, complain, partial(rows_of, note=complain))
    except UnreadableError as error:
        raise DataError(error.message, hint=error.hint) from error
    columns = answered(source.preparation, names, inputs, source.outputs(inputs))
    if options.json:
        for document in documents(columns):
            say_json(document)
    else:
        write_csv(columns, sys.stdout)
    return 0
