"""`evaluate`: a run measured on a split."""

from __future__ import annotations

from argparse import Namespace

from engine.choices.metrics import metric_text
from engine.cli.opening import located, snapshot_of
from engine.cli.output import complain, say, show_table, telling
from engine.runs.evaluate import Answered, evaluate
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
        for part in result.parts:
            _show(part, f"{part.target.name}: " if result.others else "")
    return 0


def _show(part: Answered, name: str) -> None:
    """What was measured beside; for classes what guessing gives, and each of them by itself."""
    for metric, value in part.also.items():
        say(metric_text(f"{name}{metric}", value))
    if part.guess is None:
        return
    say(f"{name}always {part.guess.name} {part.guess.share:.1%}")
    rows = [
        (score.name, f"{score.examples:,}", *map(_share, (score.precision, score.recall, score.f1)))
        for score in part.scores
    ]
    show_table((f"{name}class", "examples", "precision", "recall", "F1"), rows, numbers=(1, 2, 3, 4))


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
