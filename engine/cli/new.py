"""`new`: data or a sample -> a project file that trains."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from engine import analysis
from engine import project as projects
from engine.cli.opening import dataset_of
from engine.cli.output import say, say_classes, say_task, telling
from engine.cli.usage import UsageError
from engine.data.dataset import Dataset
from engine.data.load import load
from engine.data.samples import SAMPLES
from engine.data.sources import propose
from engine.errors import EngineError, FileError
from engine.project import Project
from engine.settings import AnyData, ImageData
from engine.starter import sample_project, starter

MOST_FIXES = 20


def run(options: Namespace) -> int:
    """Writes the project and says what is in it."""
    if not options.data and not options.sample:
        raise UsageError("There is nothing to begin with", hint="Give --data FILE or --sample NAME")
    _need_free(options.out, options.data, options.replace)
    if options.data:
        data = _data(options.data, options.target)
        with telling() as ticket:
            dataset = load(data, ticket)
        project = _sample_on(options.sample, data, dataset) if options.sample else starter(data, dataset.facts)
    else:
        project = _sample(options.sample)
        with telling() as ticket:
            dataset = dataset_of(project, ticket)
    projects.save(project, options.out)
    say(f"{options.out}: {project.about}" if project.about else f"{options.out} is written")
    say_task(dataset.facts)
    if options.data and options.data.is_dir():
        say_classes(dataset.facts)
    say(f"Next: python main.py train {options.out} --out run")
    return 0


def _need_free(out: Path, data: Path | None, replace: bool) -> None:
    """FileError where the file to write is the data, or is there already and shall not be replaced."""
    if not out.exists():
        return
    if out.is_dir():
        raise FileError(f"{out} is a folder", hint="Give the name of a file to write")
    if data is not None and data.exists() and data.samefile(out):
        raise FileError(f"{out} is the data file itself", hint="Give another name after --out")
    if not replace:
        raise FileError(f"{out} is there already", hint="Give another name, or --replace to write over it")


def _data(path: Path, target: str) -> AnyData:
    data: AnyData = propose(path.absolute())
    if not target:
        return data
    if isinstance(data, ImageData) or path.is_dir():
        raise EngineError(f"{path} is a folder: the target is the folder a file is in", hint="Leave --target out")
    changed: AnyData = data.changed(target=target)
    return changed


def _sample(name: str) -> Project:
    if name not in SAMPLES:
        raise EngineError(f"There is no sample {name}", hint=f"Choose one of {', '.join(SAMPLES)}")
    return sample_project(name)


def _sample_on(name: str, data: AnyData, dataset: Dataset) -> Project:
    """The sample's network and training settings on other data, with the fixes that analysis offers (units, loss)."""
    sample = _sample(name)
    if sample.data is None or sample.data.kind != data.kind:
        raise EngineError(f"The sample {name} is for another kind of data", hint="Leave --sample out")
    project: Project = sample.changed(data=data, about="")
    for _ in range(MOST_FIXES):
        problems = analysis.report(project, dataset.facts).problems
        fix = next((fix for problem in problems for fix in problem.fixes), None)
        if fix is None:
            break
        project = fix.apply(project)
    return project
