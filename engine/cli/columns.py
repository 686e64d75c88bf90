"""`--columns` and `--read` of `new`: what columns hold and how the file is read, in words."""

from __future__ import annotations

from collections.abc import Sequence

from engine.cli.usage import UsageError
from engine.data.dataset import Ticket
from engine.data.feature.table import feature_of, kinds
from engine.data.progress import within
from engine.data.settings import DataSettings
from engine.data.source_table import table_of


def reading(words: Sequence[str] | None) -> dict[str, str]:
    """What is said of a file's format: "header=no", "separator=;". UsageError where a word says nothing."""
    found = {}
    for word in words or ():
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise UsageError(
                f"--read does not know {word}", hint="Give header=no, separator=; or another of its fields"
            )
        found[name] = value
    return found


def with_columns(data: DataSettings, words: Sequence[str] | None, ticket: Ticket) -> DataSettings:
    """The data with these columns read so: "age=number,grade=ordered". What goes in otherwise stays.

    Raises:
        UsageError: there is no such kind; DataError: there is no such column.
    """
    if not words:
        return data
    if data.of_files:
        raise UsageError("--columns is for tables, and this data is a folder", hint="Leave it out")
    table = table_of(data, within(ticket, 0.0, 1.0))
    for word in (one for said in words for one in said.split(",")):
        name, equals, kind = word.rpartition("=")
        if not equals or kind not in kinds():
            raise UsageError(f"--columns does not know {word}", hint=f"Give COLUMN=KIND, one of {', '.join(kinds())}")
        table.place(name, "columns")
        data = data.read_as(name, feature_of({"kind": kind}))
    return data
