"""`cross-validate`: a run for each fold, and the mean and deviation over them."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from engine import project as projects
from engine.choices.metrics import metric_text
from engine.cli.opening import dataset_of, load_project, located, need_trainable
from engine.cli.output import complain, complain_notes, say, say_json, telling
from engine.cli.training import epoch_document, epoch_line, stopping, told
from engine.data.dataset import Ticket
from engine.record.control import Control
from engine.record.events import Ended, EpochEnd, Event
from engine.runs.cross_validation import cross_validate, fold_projects
from engine.runs.folds import FoldResult, FoldsEnded, FoldsSummary, FoldStarted, Spread


def run(options: Namespace) -> int:
    """Trains what is unfinished; 0 where all folds are trained or Ctrl-C stopped them, 1 where one failed."""
    project = projects.identified(located(load_project(options.project), options.data), options.project)
    control = Control()
    with telling(options.json) as ticket:
        dataset = dataset_of(fold_projects(project, options.folds)[0], ticket)
    need_trainable(project, dataset)
    complain_notes(dataset.facts)
    printer = _Json() if options.json else _Lines(project.training.epochs)
    whole = False
    with stopping(control):
        for fold, event in cross_validate(project, options.folds, options.out, control, Ticket(), told):
            printer.show(fold, event)
            if isinstance(event, FoldsEnded):
                whole = event.summary.whole
    if not whole and not options.json:
        again = f"cross-validate {options.project} --folds {options.folds} --out {options.out}"
        say(f"Not all folds are trained. Go on: python main.py {again}")
    return 0 if whole or control.stopping else 1


class _Lines:
    """A line for each epoch of a fold, one for each fold, one for all."""

    def __init__(self, epochs: int) -> None:
        self._epochs = epochs
        self._folds = 0

    def show(self, fold: int, event: Event) -> None:
        if isinstance(event, FoldStarted):
            self._folds = event.folds
            if event.dataset is None:
                say(f"fold {fold + 1}/{event.folds}  is trained already")
        elif isinstance(event, EpochEnd):
            say(f"fold {fold + 1}/{self._folds}  {epoch_line(event, self._epochs)}")
        elif isinstance(event, FoldsEnded):
            for line in _summary_lines(event.summary):
                say(line)
        elif isinstance(event, Ended):
            _complain(fold, event)


class _Json:
    """A document for each epoch, each fold and all."""

    def show(self, fold: int, event: Event) -> None:
        if isinstance(event, EpochEnd):
            say_json({"event": "epoch", "fold": fold + 1, **epoch_document(event)})
        elif isinstance(event, FoldsEnded):
            say_json(_document(event.summary))
        elif isinstance(event, Ended):
            message = getattr(event, "message", "")
            say_json({"event": event.state, "fold": fold + 1, "step": event.step, "message": message})
            _complain(fold, event)


def _complain(fold: int, event: Ended) -> None:
    message = getattr(event, "message", "")
    if message:
        complain(f"Fold {fold + 1}: {message}")


def _summary_lines(found: FoldsSummary) -> list[str]:
    lines = [_fold_line(result, found.folds) for result in found.results]
    means = [f"validation loss {_plus_minus('', found.loss)}"] if found.loss else []
    means += [_plus_minus(name, spread) for name, spread in found.metrics.items()]
    whole = sum(result.whole for result in found.results)
    return [*lines, f"mean of {whole}  {'  '.join(means)}"] if means else lines


def _fold_line(result: FoldResult, folds: int) -> str:
    parts = [f"fold {result.fold + 1}/{folds}", result.state]
    if result.loss is not None:
        parts.append(f"validation loss {result.loss:.4g}")
    return "  ".join([*parts, *(metric_text(name, value) for name, value in result.metrics.items())])


def _plus_minus(name: str, spread: Spread) -> str:
    """`accuracy 93.1 % ± 2.4 %`, `0.41 ± 0.03`."""
    if not name:
        return f"{spread.mean:.4g} ± {spread.deviation:.2g}"
    deviation = metric_text(name, spread.deviation).removeprefix(metric_text(name, 0.0).rstrip("0.% "))
    return f"{metric_text(name, spread.mean)} ± {deviation.strip()}"


def _document(found: FoldsSummary) -> dict[str, Any]:
    return {
        "event": "folds",
        "folds": [
            {
                "fold": result.fold + 1,
                "run": str(result.folder),
                "state": result.state,
                "epoch": result.epoch,
                "loss": result.loss,
                "metrics": dict(result.metrics),
                "train_losses": list(result.train_losses),
                "losses": list(result.losses),
            }
            for result in found.results
        ],
        "loss": _spread(found.loss) if found.loss else None,
        "metrics": {name: _spread(spread) for name, spread in found.metrics.items()},
        "whole": found.whole,
    }


def _spread(spread: Spread) -> dict[str, float]:
    return {"mean": spread.mean, "deviation": spread.deviation}
