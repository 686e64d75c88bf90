"""`resume`: goes on with a run from its snapshot, as if it had never been interrupted, or for more epochs."""

from __future__ import annotations

from argparse import Namespace

from engine.cli.opening import dataset_of
from engine.cli.output import say, say_json, telling
from engine.cli.training import train_here
from engine.errors import EngineError
from engine.runs.folder import RunFolder
from engine.runs.longer import is_over, with_epochs
from engine.training.request import TrainingRequest


def run(options: Namespace) -> int:
    """Goes on; 0 at once where the run is over and no more epochs are asked for."""
    folder = RunFolder(options.run)
    if is_over(folder) and options.epochs is None:
        return _say_over(folder, options)
    if not folder.trained:
        raise EngineError(f"{options.run} stopped before its first snapshot", hint="Train it anew")
    project = folder.project() if options.epochs is None else with_epochs(folder, options.epochs)
    with telling(options.json) as ticket:
        dataset = dataset_of(project, ticket)
    folder.check(dataset)
    request = TrainingRequest(project, dataset, options.run.absolute(), resume=True)
    return train_here(request, json_lines=options.json)


def _say_over(folder: RunFolder, options: Namespace) -> int:
    status = folder.status()
    if options.json:
        say_json({"event": status.state, "step": status.step, "run": str(options.run), "message": status.message})
        return 0
    how = "is finished already" if status.state == "finished" else "was stopped early, for its loss got no better"
    more = folder.snapshot().epoch + 10
    say(f"{options.run} {how}. Train it longer: python main.py resume {options.run} --epochs {more}")
    return 0
