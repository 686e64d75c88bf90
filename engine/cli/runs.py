"""`runs`: the runs below a folder, newest first."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from engine.cli.output import metric_text, say, say_json, show_table
from engine.errors import FileError
from engine.runs import store
from engine.runs.store import RunSummary


def run(options: Namespace) -> int:
    """Prints a table, or JSON lines."""
    root = options.root or store.default_root()
    if options.root and not root.is_dir():
        raise FileError(f"{root} is {'not a folder' if root.exists() else 'not there'}", hint="Give a folder of runs")
    found = store.runs(root)
    if options.json:
        for summary in found:
            say_json({"folder": str(summary.folder), **asdict(summary.status)})
    elif found:
        headings = ("folder", "started", "state", "epochs", "seconds", "parameters", "validation")
        show_table(headings, [_row(summary) for summary in found], numbers=(3, 4, 5))
    else:
        say(f"No runs in {root}.")
    return 0


def _row(summary: RunSummary) -> tuple[str, ...]:
    status = summary.status
    metrics = "  ".join(metric_text(name, value) for name, value in (status.metrics or {}).items())
    return (
        str(summary.folder),
        status.started,
        status.state,
        f"{status.epoch}/{status.epochs}",
        f"{status.seconds:.1f}",
        f"{status.parameters:,}",
        metrics,
    )
