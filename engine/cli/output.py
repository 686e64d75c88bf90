"""Lines on the terminal: plain text, tables, JSON, and progress where a person watches."""

from __future__ import annotations

import errno
import io
import json
import math
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from engine.data.dataset import Ticket
from engine.errors import FULL, FileError, unreadable, unwritable
from engine.facts import DataFacts, Target

MOST_CLASSES = 10  # named in a line


def write_any_letter() -> None:
    """Lines into files and pipes are UTF-8, whatever the terminal's own letters are; a terminal gets what it has."""
    stdout = sys.stdout
    if not isinstance(stdout, io.TextIOWrapper):
        return
    if stdout.isatty():
        stdout.reconfigure(errors="backslashreplace")
    else:
        stdout.reconfigure(encoding="utf-8", errors="surrogateescape")  # names of files need not be text


def drop_output() -> None:
    """What waits to be written to standard output goes nowhere: it cannot be, and would be tried again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def refused(error: OSError) -> FileError:
    """What the system refused, in one sentence. The error itself where it is about no file and no output of ours."""
    if error.filename is not None:
        place = os.fsdecode(error.filename)
        return unwritable(Path(place), error) if error.errno in FULL else unreadable(place, error)
    if error.errno not in (*FULL, errno.EIO):
        raise error
    drop_output()
    return unwritable(Path("The output"), error)


def say(text: str) -> None:
    """A line for the person."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def say_json(document: Mapping[str, Any]) -> None:
    """A line for a machine; numbers that are none are null, which JSON has."""
    say(json.dumps(_plain(document), ensure_ascii=False, allow_nan=False))


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def complain(text: str) -> None:
    """What went wrong, on stderr."""
    sys.stderr.write(text + "\n")


def say_notes(facts: DataFacts) -> None:
    """What was found in the data and done about it, a line each: columns left out, leaks, the set's own test part."""
    for note in facts.notes:
        say(note)


def complain_notes(facts: DataFacts) -> None:
    """The same on stderr, where the lines on stdout are another matter."""
    for note in facts.notes:
        complain(f"Note: {note}.")


def say_task(facts: DataFacts) -> None:
    """`Predicts species (3 classes)`, `Predicts digit (10 classes) and sum (a number)`."""
    named = [_task(target) for target in facts.targets]
    say(f"Predicts {' and '.join(part for part in (', '.join(named[:-1]), named[-1]) if part)}")


def _task(target: Target) -> str:
    words = {
        "classes": f"{len(target.classes)} classes",
        "number": "a number",
        "values": f"numbers: {target.output}",
        "tokens": f"one of {target.size:,} words",
    }
    return f"{target.name} ({words[target.kind]})"


def say_classes(facts: DataFacts) -> None:
    """How many pictures or texts there are of which classes, as far as a line holds."""
    pairs = list(zip(facts.target.classes, facts.class_counts, strict=False))
    named = ", ".join(f"{count:,} {name}" for name, count in pairs[:MOST_CLASSES])
    more = f" and {len(pairs) - MOST_CLASSES:,} classes more" if len(pairs) > MOST_CLASSES else ""
    noun = "pictures" if facts.kind == "images" else "texts"
    say(f"{sum(facts.class_counts):,} {noun}: {named}{more}")


def show_table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int] = ()) -> None:
    """A table; columns whose index is in `numbers` stand to the right."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, heading in enumerate(headings):
        table.add_column(heading, justify="right" if index in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    wide = Console(markup=False, highlight=False)
    if not wide.is_terminal:
        wide.width = 200
    wide.print(table)


@contextmanager
def telling(json_lines: bool = False) -> Iterator[Ticket]:
    """A ticket for a long job. It shows how far the job is on a terminal, and is silent elsewhere."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, console=console, transient=True, disable=json_lines or not console.is_terminal) as progress:
        yield _Telling(progress)


class _Telling(Ticket):
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=1.0)

    def tell(self, done: float, text: str) -> None:
        super().tell(done, text)
        self._progress.update(self._task, completed=done, description=text)
