"""`evaluate`: a run measured on a split."""

from __future__ import annotations

from argparse import Namespace

from engine.choices.metrics import metric_text
from engine.cli.opening import located, snapshot_of
from engine.cli.output import complain, say, telling
from engine.runs.evaluate import evaluate
from engine.runs.folder import RunFolder


def run(options: Namespace) -> int:
    """Prints the metrics."""
    place = located(RunFolder(options.run).project(), options.data).data
    snapshot = snapshot_of(options.run, options.snapshot)
    with telling(options.json) as ticket:
        result = evaluate(options.run, options.split, ticket, snapshot, place)
    if result.trouble:
        complain(result.trouble)
    if options.json:
        say(result.json())
    else:
        say(f"{options.split}, {result.examples:,} examples")
        for name, value in result.metrics.items():
            say(metric_text(name, value))
    return 0
