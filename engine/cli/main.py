"""Commands and their options; what each does is imported when it is called, so that --help answers at once."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from engine.cli.output import complain, drop_output, refused, write_any_letter
from engine.cli.usage import (
    ANSWERS,
    SAMPLE_NAMES,
    UsageError,
    export_format,
    export_formats,
    megabytes,
    snapshot_name,
    whole,
)
from engine.errors import Cancelled, EngineError

DONE, PROBLEM, USAGE = 0, 1, 2
PROGRAM = "python main.py"

if TYPE_CHECKING:
    Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command. Gives 0 where it is done, 1 for a problem the person can fix, 2 for wrong usage."""
    write_any_letter()
    try:
        options = parser().parse_args(argv)
    except SystemExit as end:  # argparse: 0 after --help, 2 after wrong usage
        return int(end.code or 0)
    except UsageError as error:
        complain(str(error))
        return USAGE
    try:
        command = importlib.import_module(options.module)
        code: int = command.run(options)
        sys.stdout.flush()
    except UsageError as error:
        complain(str(error))
        return USAGE
    except EngineError as error:
        complain(str(error))
    except (Cancelled, KeyboardInterrupt):
        complain("Stopped; nothing was changed.")
    except BrokenPipeError:  # whoever read our lines has had enough
        drop_output()
        return DONE
    except OSError as error:  # of a file that a person named, or of where our lines go
        complain(str(refused(error)))
    else:
        return code
    return PROBLEM


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Layerdeck: build, train and understand neural networks. Without a command, the window opens.",
        epilog="Each command has its own help and an example: python main.py train --help",
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    _add_project_commands(commands)
    _add_checking_and_training(commands)
    _add_run_commands(commands)
    _add_trying_commands(commands)
    return top


def _add_reading(new: argparse.ArgumentParser) -> None:
    """How the data of `new` is read, where that is not as it is guessed."""
    new.add_argument(
        "--columns",
        nargs="+",
        metavar="COLUMN=KIND",
        help="what columns hold: age=number,grade=ordered; also category, date, picture, text, ignore",
    )
    new.add_argument(
        "--read",
        nargs="+",
        metavar="OPTION",
        help="how a file is read where the guess is wrong: header=no, separator=;, encoding=cp1252, skip=2, decimal=,",
    )
    new.add_argument(
        "--text",
        nargs="+",
        metavar="SETTING",
        help="how texts are read: length=1000, keep=first, last or both, vocabulary=20000, tokens=words, characters, "
        "bpe, wordpiece or unigram, or a tokenizer.json",
    )


def _add_project_commands(commands: Commands) -> None:
    new = _command(
        commands,
        "new",
        "Make a project with a network that suits your data.",
        "new --data penguins.csv --target species --out penguins.layerdeck",
    )
    new.add_argument(
        "--data",
        type=Path,
        help="table (CSV, Excel, Parquet, JSON, SQLite, ...), or a folder with a folder of pictures or texts a class",
    )
    new.add_argument(
        "--target",
        action="append",
        default=[],
        help="column to predict; guessed where it is not given; several times for several answers",
    )
    new.add_argument(
        "--answer",
        choices=ANSWERS,
        help="itself: give the picture or row back, as an autoencoder; next-word: what follows each word",
    )
    names = ", ".join(SAMPLE_NAMES)
    new.add_argument(
        "--sample", metavar="NAME", default="", help=f"a sample: {names}; with --data, its network for your data"
    )
    _add_reading(new)
    _add_augment(new)
    new.add_argument("--out", type=Path, required=True, help="project file to write")
    new.add_argument("--replace", action="store_true", help="write over the file that is there")

    suit = _command(
        commands,
        "suit",
        "Make a project fit other data, or another column to predict.",
        "suit cars.layerdeck --target mpg",
    )
    suit.add_argument("project", type=Path, help="project file")
    suit.add_argument("--data", type=Path, help="other data: a file or a folder; the network stays")
    suit.add_argument(
        "--target", action="append", default=[], help="another column to predict; several times for several"
    )
    suit.add_argument("--out", type=Path, help="project file to write instead of this one")
    suit.add_argument("--replace", action="store_true", help="write over the file that is there")


def _add_checking_and_training(commands: Commands) -> None:
    check = _command(
        commands, "check", "Show shapes, parameters and problems of a project.", "check penguins.layerdeck", json=True
    )
    check.add_argument("project", type=Path, help="project file")
    _add_data(check)

    train = _command(commands, "train", "Train a project.", "train penguins.layerdeck --out run --epochs 30", json=True)
    train.add_argument("project", type=Path, help="project file")
    _add_data(train)
    train.add_argument("--out", type=Path, required=True, help="folder of the new run")
    train.add_argument(
        "--epochs", type=whole("--epochs", 1), help="passes over the training split, instead of the project's"
    )
    train.add_argument(
        "--seed", type=whole("--seed", 0), help="instead of the project's; the same seed gives the same result"
    )
    train.add_argument(
        "--threads", type=whole("--threads", 0), help="0: by the size of the network, then measured while it trains"
    )
    _add_augment(train)
    train.add_argument("--replace", action="store_true", help="delete the run that is in the folder")


def _add_augment(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--augment",
        nargs="+",
        metavar="KIND",
        help="change training examples at random: flip, shift:distance=0.2, mixup, ...; none: leave them as they are",
    )


def _add_run_commands(commands: Commands) -> None:
    resume = _command(
        commands, "resume", "Go on with a run that was stopped, for longer, or from earlier.", "resume run", json=True
    )
    resume.add_argument("run", type=Path, help="folder of the run")
    _add_data(resume)
    resume.add_argument("--epochs", type=whole("--epochs", 1), help="in all, those that are done counted in")
    _add_snapshot(resume, "last")
    resume.add_argument("--out", type=Path, help="folder of a new run that goes on from there; the first one stays")

    evaluate = _command(
        commands, "evaluate", "Measure a run on examples it has not seen.", "evaluate run --json", json=True
    )
    evaluate.add_argument("run", type=Path, help="folder of the run")
    _add_data(evaluate)
    _add_snapshot(evaluate)
    evaluate.add_argument("--split", choices=("train", "validation", "test"), default="test", help="default: test")

    predict = _command(
        commands,
        "predict",
        "Let a trained run answer for new rows, pictures or texts.",
        "predict run rows.csv",
        json=True,
    )
    predict.add_argument("run", type=Path, help="folder of the run")
    _add_snapshot(predict)
    predict.add_argument("inputs", type=Path, nargs="+", help="a table of rows, a folder, or pictures or text files")

    export = _command(
        commands,
        "export",
        "Take the trained network away.",
        "export run --format torch --out out",
    )
    export.add_argument("run", type=Path, help="folder of the run")
    _add_snapshot(export)
    export.add_argument("--format", type=export_format, default="torch", help=f"{export_formats()}; default: torch")
    export.add_argument("--out", type=Path, required=True, help="folder or file to write")
    export.add_argument("--replace", action="store_true", help="write over the one file that is named")

    _add_runs(commands)


def _add_runs(commands: Commands) -> None:
    runs = _command(
        commands,
        "runs",
        "List runs, newest first; compare two, make room, use the bin.",
        'runs "accuracy>0.9" --root experiments --sort accuracy',
        json=True,
    )
    runs.add_argument(
        "find", nargs="*", default=[], metavar="WORD", help="of name, tags, note or state; tag:NAME; accuracy>0.9"
    )
    runs.add_argument("--root", type=Path, help="folder that holds runs; default: where the window keeps them")
    runs.add_argument("--project", type=Path, metavar="FILE", help="only those of a project, wherever its file was")
    runs.add_argument("--sort", metavar="BY", default="", help="name, started, state, or a number; metrics: best first")
    runs.add_argument("--reverse", action="store_true", help="the other way round")
    runs.add_argument("--bin", action="store_true", help="the deleted ones")
    doing = runs.add_mutually_exclusive_group()
    doing.add_argument("--diff", nargs=2, metavar="RUN", help="what two runs have different, and their results")
    doing.add_argument("--snapshots", metavar="RUN", help="what a run holds that --snapshot can name")
    doing.add_argument("--rename", nargs=2, metavar=("RUN", "NAME"), help="give a run another name")
    doing.add_argument("--delete", nargs="+", default=[], metavar="RUN", help="move to the bin")
    doing.add_argument("--restore", nargs="+", default=[], metavar="RUN", help="bring back from the bin")
    doing.add_argument("--empty-bin", action="store_true", help="delete for ever what is in the bin")
    doing.add_argument(
        "--thin", type=megabytes, metavar="MB", help="delete snapshots needed least until all runs fit into that"
    )


def _add_data(command: argparse.ArgumentParser) -> None:
    command.add_argument("--data", type=Path, metavar="PATH", help="where the data is now, if it was moved")


def _add_snapshot(command: argparse.ArgumentParser, default: str | None = None) -> None:
    """`default`: None for what depends on the run, as engine/runs/weights.py says."""
    usual = default or "last, or best where last is clearly worse"
    command.add_argument(
        "--snapshot",
        type=snapshot_name,
        default=default,
        metavar="NAME",
        help=f"last, best, a step, or an epoch as epoch12; default: {usual}",
    )


def _add_trying_commands(commands: Commands) -> None:
    find = _command(
        commands, "find-rate", "Find a learning rate to begin with.", "find-rate penguins.layerdeck --save", json=True
    )
    find.add_argument("project", type=Path, help="project file")
    _add_data(find)
    find.add_argument("--save", action="store_true", help="write the suggested rate into the project")

    folds = _command(
        commands,
        "cross-validate",
        "Train a project several times, each time with another part of the data to validate.",
        "cross-validate penguins.layerdeck --folds 5 --out folds",
        json=True,
    )
    folds.add_argument("project", type=Path, help="project file")
    _add_data(folds)
    folds.add_argument("--folds", type=whole("--folds", 2), default=5, help="parts of the data; default: 5")
    folds.add_argument("--out", type=Path, required=True, help="folder for the runs; what is unfinished there goes on")


def _command(commands: Commands, name: str, about: str, example: str, *, json: bool = False) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=about,
        description=about,
        epilog=f"example:\n  {PROGRAM} {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(module=f"engine.cli.{name.replace('-', '_')}")
    if json:
        command.add_argument("--json", action="store_true", help="machine-readable lines")
    return command
