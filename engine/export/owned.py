"""Which files of a folder are exports of ours: kept in a hidden file there, so that nothing foreign is overwritten."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from engine.errors import FileError

MARKER = ".layerdeck-export.json"


def need_free(folder: Path, kind: str, names: Sequence[str]) -> None:
    """FileError where a file in the folder has one of the names and is not of an earlier export of this kind."""
    ours = _recorded(folder).get(kind, [])
    others = [name for name in names if name not in ours and (folder / name).exists()]
    if others:
        raise FileError(f"{folder} holds other files named {', '.join(others)}", hint="Choose an empty folder")


def record(folder: Path, into: Path, kind: str, names: Sequence[str]) -> None:
    """Writes the folder's marker with this export added, into another folder from where it is moved."""
    document = {**_recorded(folder), kind: list(names)}
    (into / MARKER).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _recorded(folder: Path) -> dict[str, list[str]]:
    """Names of files by kind of export; none where there is no marker or it is damaged."""
    try:
        document = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(document, dict):
        return {}
    return {str(kind): [str(name) for name in names] for kind, names in document.items() if isinstance(names, list)}
