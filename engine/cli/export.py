"""`export`: a trained network taken away."""

from __future__ import annotations

from argparse import Namespace

from engine.cli.opening import snapshot_of
from engine.cli.output import complain, say, telling
from engine.errors import FileError
from engine.export.writing import export


def run(options: Namespace) -> int:
    """Writes the export and says what it wrote."""
    if options.out.is_file() and not options.replace:
        raise FileError(f"{options.out} is there already", hint="Give another name, or --replace to write over it")
    snapshot = snapshot_of(options.run, options.snapshot)
    with telling() as ticket:
        written = export(options.format, options.run, options.out, ticket, snapshot=snapshot, note=complain)
    for path in written:
        say(str(path))
    return 0
