"""Wrong usage of a command, said in one sentence, and the checks of its words."""

from __future__ import annotations

from collections.abc import Callable

from engine.errors import EngineError, FileError
from engine.export import EXPORTERS
from engine.record import snapshots

ANSWERS = ("itself", "next-word")
SAMPLE_NAMES = (
    "circle",
    "spirals",
    "moons",
    "xor",
    "surface",
    "iris",
    "digits",
    "diabetes",
    "sums",
    "waves",
    "reviews",
)


class UsageError(EngineError):
    """The command was called wrongly: exit code 2."""


def whole(option: str, least: int) -> Callable[[str], int]:
    """A reader of whole numbers for an option. UsageError for other words and smaller numbers."""

    def read(word: str) -> int:
        try:
            value = int(word)
        except ValueError:
            value = least - 1
        if value < least:
            raise UsageError(f"{option} takes a whole number from {least}")
        return value

    return read


def export_format(word: str) -> str:
    """The format. UsageError where there is none of that name."""
    if word not in EXPORTERS:
        raise UsageError(f"--format takes {export_formats()}")
    return word


def export_formats() -> str:
    """All there are, in words."""
    *others, last = EXPORTERS
    return f"{', '.join(others)} or {last}"


def snapshot_name(word: str) -> str:
    """ "last", "best", an epoch or a step. UsageError for other words."""
    try:
        return str(snapshots.parsed(word))
    except FileError as error:
        raise UsageError("--snapshot takes last, best, a step, or an epoch as epoch12") from error


def megabytes(word: str) -> int:
    """Bytes. UsageError for words that are no size."""
    try:
        value = float(word)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e12:
        raise UsageError("--thin takes a number of megabytes")
    return int(value * 1_000_000)
