"""An exporter as somebody would add it: a module that writes."""

from pathlib import Path

from engine.export.source import Source

FILE = "weights.toy"


def write(source: Source, folder: Path) -> None:
    (folder / FILE).write_text(source.name)
