"""Another name for a run: that of its folder, by which the list, the commands and the disk know it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from engine.errors import EngineError, FileError
from engine.record.files import holds_run, is_going_on
from engine.runs import store

FORBIDDEN = '<>:"/\\|?*'  # what some file system does not take; a run may be moved to any
RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
LONGEST = 100  # characters


def rename(folder: Path, name: str) -> Path:
    """Gives a run another name; gives its new folder. What was made from it says the new name from then on.

    FileError where it is no run, goes on, or cannot be moved; EngineError where the name cannot be one, or is taken.
    """
    name = name.strip()
    if not holds_run(folder):
        raise FileError(f"{folder} holds no run", hint="Name a run of the list")
    check(name)
    if name == folder.name:
        return folder
    if is_going_on(folder):
        raise FileError(f"{folder.name} is going on", hint="Rename it when it has ended")
    place = folder.with_name(name)
    if place.exists() and not place.samefile(folder):  # the same one: only capitals differ, where the disk sees none
        raise EngineError(f"There is a run called {name} already", hint="Choose another name")
    children = [run.folder for run in store.runs(folder.parent) if run.about.parent == folder.name]
    try:
        folder.rename(place)
    except OSError as error:
        raise FileError(f"{folder.name} cannot be renamed: {error.strerror}") from error
    for child in children:
        with suppress(FileError):  # a child that cannot be written says the old name, which is true of when it was made
            store.annotate(child, parent=name)
    return place


def check(name: str) -> None:
    """EngineError where a run cannot be called so, on whatever system it may be moved to."""
    bad = sorted({letter for letter in name if letter in FORBIDDEN or not letter.isprintable()})
    if not name:
        raise EngineError("A run needs a name", hint="Type one")
    if bad:
        shown = " ".join(letter if letter.isprintable() else repr(letter) for letter in bad)
        raise EngineError(f"A run's name cannot have {shown} in it", hint="Use letters, digits, spaces, - and _")
    if name[0] in ".-" or name[-1] == ".":
        raise EngineError("A run's name begins with a letter or digit and has no dot at its end", hint="Change it")
    if len(name) > LONGEST or len(name.encode()) > 2 * LONGEST:
        raise EngineError(f"A run's name has at most {LONGEST} characters", hint="Put the rest into its note")
    if name.partition(".")[0].casefold() in RESERVED:
        raise EngineError(f"{name} is a name that Windows keeps for itself", hint="Choose another name")
