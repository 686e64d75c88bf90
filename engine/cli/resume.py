"""`resume`: goes on with a run as if it had never been interrupted, for more epochs, or from an earlier snapshot."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from engine.cli.opening import dataset_of, located
from engine.cli.output import complain_notes, say, say_json, telling
from engine.cli.training import train_here
from engine.cli.usage import UsageError
from engine.errors import EngineError, FileError
from engine.record.files import holds_run
from engine.record.request import TrainingRequest
from engine.record.snapshots import LAST
from engine.record.states import RunState
from engine.runs.folder import RunFolder
from engine.runs.forking import fork
from engine.runs.longer import is_over, with_epochs


def run(options: Namespace) -> int:
    """Goes on; 0 at once where the run is over and no more epochs are asked for."""
    folder = RunFolder(options.run)
    from_here = _is_last(folder, options)
    if from_here and is_over(folder) and options.epochs is None:
        return _say_over(folder, options)
    if not folder.trained:
        raise EngineError(f"{options.run} stopped before its first snapshot", hint="Train it anew")
    name = options.snapshot
    project = folder.project() if options.epochs is None else with_epochs(folder, options.epochs, name)
    project = located(project, options.data)
    with telling(options.json) as ticket:
        dataset = folder.matched(dataset_of(project, ticket))
    complain_notes(dataset.facts)
    if options.out is not None:
        fork(folder, name, options.out)
    place, longer = (options.out or options.run).absolute(), options.epochs is not None
    request = TrainingRequest(project, dataset, place, resume=True, longer=longer)
    return train_here(request, json_lines=options.json)


def _is_last(folder: RunFolder, options: Namespace) -> bool:
    """Whether it goes on from where the run is now. An earlier snapshot needs a folder of its own.

    UsageError where that is not given, FileError where there is no such snapshot or the folder is taken.
    """
    out: Path | None = options.out
    if out is not None and holds_run(out):
        raise FileError(f"{out} holds a run already", hint="Choose another folder")
    if options.snapshot == LAST or LAST in folder.snapshot(options.snapshot).names:
        return True
    if out is None:
        raise UsageError("Going on from an earlier snapshot makes a new run: name its folder with --out")
    return False


def _say_over(folder: RunFolder, options: Namespace) -> int:
    status = folder.status()
    if options.json:
        say_json({"event": status.state, "step": status.step, "run": str(options.run), "message": status.message})
        return 0
    early = status.state == RunState.EARLY_STOPPED
    how = "was stopped early, for its loss got no better" if early else "is finished already"
    more = folder.snapshot().epoch + 10
    say(f"{options.run} {how}. Train it longer: python main.py resume {options.run} --epochs {more}")
    return 0
