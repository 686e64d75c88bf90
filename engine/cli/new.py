"""`new`: data or a sample -> a project file that trains."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from engine import project as projects
from engine.cli.augmenting import augmented
from engine.cli.columns import reading, with_columns
from engine.cli.opening import dataset_of, need_free, predicting
from engine.cli.output import say, say_classes, say_notes, say_task, telling
from engine.cli.texting import with_texts
from engine.cli.usage import UsageError
from engine.data.dataset import Dataset, Ticket
from engine.data.feature.text import Text
from engine.data.load import load
from engine.data.samples import SAMPLES
from engine.data.settings import TEXT, DataSettings, SourceSettings
from engine.data.sources import propose
from engine.errors import EngineError
from engine.project import Project
from engine.starter import sample_project, starter
from engine.suiting import suit


def run(options: Namespace) -> int:
    """Writes the project and says what is in it."""
    if not options.data and not options.sample:
        raise UsageError("There is nothing to begin with", hint="Give --data FILE or --sample NAME")
    need_free(options.out, options.replace, options.data)
    if options.data:
        with telling() as ticket:
            data = with_columns(_data(options, ticket), options.columns, ticket)
            data = with_texts(_answering(data, options.answer), options.text)
            dataset = load(data, ticket)
        project = _sample_on(options.sample, data, dataset) if options.sample else starter(data, dataset.facts)
    else:
        for name in ("text", "columns", "read"):
            if getattr(options, name):
                raise UsageError(f"--{name} is for data of your own", hint="Give --data, or leave it out")
        with telling() as ticket:
            project, dataset = _of_sample(options.sample, options.answer, ticket)
    projects.save(projects.identified(augmented(project, options.augment)), options.out)
    say(f"{options.out}: {project.about}" if project.about else f"{options.out} is written")
    say_task(dataset.facts)
    if options.data and data.of_files and dataset.facts.class_counts:
        say_classes(dataset.facts)
    say_notes(dataset.facts)
    say(f"Next: python main.py train {options.out} --out run")
    return 0


def _data(options: Namespace, ticket: Ticket) -> DataSettings:
    path: Path = options.data
    if options.answer == "next-word" and path.suffix.lower() == ".txt" and path.is_file():
        source = SourceSettings(path=str(path.absolute()), kind="texts")
        return DataSettings(source=source, columns={TEXT: Text()})
    return predicting(propose(path.absolute(), ticket, reading(options.read)), options.target)


def _answering(data: DataSettings, answer: str | None) -> DataSettings:
    """The data with this answer wanted. EngineError where data of that kind cannot have it."""
    if not answer:
        return data
    other = "next-word" if data.words_alone else "itself"
    if answer != other:
        what = "texts" if data.words_alone else "pictures" if data.of_files else "rows"
        raise EngineError(f"The answer for {what} cannot be {answer}", hint=f"Give --answer {other}, or leave it out")
    return data.without_targets()


def _of_sample(name: str, answer: str | None, ticket: Ticket) -> tuple[Project, Dataset]:
    """A sample as a project with its data, or one that wants another answer of it."""
    project = _sample(name)
    if not answer or project.data is None:
        return project, dataset_of(project, ticket)
    data = _answering(project.data, answer)
    dataset = load(data, ticket)
    return starter(data, dataset.facts), dataset


def _sample(name: str) -> Project:
    if name not in SAMPLES:
        raise EngineError(f"There is no sample {name}", hint=f"Choose one of {', '.join(SAMPLES)}")
    return sample_project(name)


def _sample_on(name: str, data: DataSettings, dataset: Dataset) -> Project:
    """The sample's network and training settings on other data, made to fit (units, loss)."""
    sample = _sample(name)
    if sample.data is None or _kind(sample.data) != _kind(data):
        raise EngineError(f"The sample {name} is for another kind of data", hint="Leave --sample out")
    return suit(sample.changed(data=data, about=""), dataset.facts)


def _kind(data: DataSettings) -> str:
    return "texts" if data.words_alone else data.source.kind
