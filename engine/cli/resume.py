"""`resume`: goes on with a run from its snapshot, as if it had never been interrupted."""

from __future__ import annotations

from argparse import Namespace

from engine.cli.opening import dataset_of
from engine.cli.output import say, say_json, telling
from engine.cli.training import train_here
from engine.errors import EngineError
from engine.runs.folder import RunFolder
from engine.training.request import TrainingRequest


def run(options: Namespace) -> int:
    """Goes on; 0 at once where the run is finished."""
    folder = RunFolder(options.run)
    status = folder.status()
    if status.state == "finished":
        if options.json:
            say_json({"event": "finished", "step": status.step, "run": str(options.run), "message": ""})
        else:
            say(f"{options.run} is finished already.")
        return 0
    if not folder.trained:
        raise EngineError(f"{options.run} stopped before its first snapshot", hint="Train it anew")
    project = folder.project()
    with telling(options.json) as ticket:
        dataset = dataset_of(project, ticket)
    folder.check(dataset)
    request = TrainingRequest(project, dataset, options.run.absolute(), resume=True)
    return train_here(request, json_lines=options.json)
