"""`runs`: the runs below a folder: listed, filtered, compared, renamed, thinned, moved to the bin and back."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine import project as projects
from engine.choices.metrics import metric_text
from engine.cli.opening import load_project
from engine.cli.output import say, say_json, show_table
from engine.cli.usage import UsageError
from engine.errors import FileError
from engine.record.rows import higher_is_better
from engine.record.states import state_words
from engine.runs import store
from engine.runs.compare import Row, compare
from engine.runs.finding import find, numbers
from engine.runs.folder import RunFolder, SnapshotInfo
from engine.runs.past import Identity, runs_of
from engine.runs.renaming import rename
from engine.runs.summary import RunSummary
from engine.runs.thinning import thin
from engine.runs.weights import usual

WORDS: dict[str, Callable[[RunSummary], str]] = {
    "name": lambda run: run.name.lower(),
    "started": lambda run: run.status.started,
    "state": lambda run: run.state,
}


def run(options: Namespace) -> int:
    """Prints a table, or JSON lines; with --diff, --delete and the like does that instead."""
    root = options.root or store.default_root()
    if options.root and not root.is_dir():
        raise FileError(f"{root} is {'not a folder' if root.exists() else 'not there'}", hint="Give a folder of runs")
    if options.diff:
        return _diff(root, options)
    if options.snapshots:
        return _snapshots(_folder(root, options.snapshots), options)
    if options.rename or options.delete or options.restore:
        return _move(root, options)
    if options.empty_bin:
        count = store.empty_bin(root)
        say(f"{count:,} {'run is' if count == 1 else 'runs are'} gone for ever.")
        return 0
    if options.thin is not None:
        return _thin(root, options)
    return _list(root, options)


def _list(root: Path, options: Namespace) -> int:
    listed = store.binned(root) if options.bin else store.runs(root)
    if options.project is not None:
        project = projects.identified(load_project(options.project), options.project)
        listed = runs_of(listed, Identity.of(project, options.project))
    found = find(listed, " ".join(options.find))
    if options.sort:
        found = _sorted(found, options.sort, options.reverse)
    if options.json:
        for summary in found:
            say_json(_document(summary))
    elif found:
        headings = ("folder", "started", "state", "epochs", "seconds", "parameters", "validation", "tags")
        show_table(headings, [_row(summary) for summary in found], numbers=(3, 4, 5))
    elif options.find or options.project:
        say(f"No runs in {root} that fit.")
    else:
        say(f"{'The bin of' if options.bin else 'No runs in'} {root}{' is empty' if options.bin else ''}.")
    return 0


def _sorted(found: list[RunSummary], by: str, turned: bool) -> list[RunSummary]:
    """Words from A, metrics from the best, other numbers from the smallest; those that have none last.

    UsageError where no run has such a number.
    """
    if by in WORDS:
        return sorted(found, key=WORDS[by], reverse=turned)
    have = [run for run in found if by in numbers(run)]
    if found and not have:
        raise UsageError(f"--sort takes {', '.join(WORDS)}, or a number such as loss or accuracy, not {by}")
    largest_first = higher_is_better(by.removeprefix("best.")) != turned
    have.sort(key=lambda run: numbers(run)[by], reverse=largest_first)
    return have + [run for run in found if by not in numbers(run)]


def _document(summary: RunSummary) -> dict[str, Any]:
    return {
        "folder": str(summary.folder),
        **asdict(summary.status),
        "state": summary.state,
        **asdict(summary.about),
        "snapshots": summary.snapshots,
        "bytes": summary.bytes,
        "trouble": summary.trouble,
    }


def _row(summary: RunSummary) -> tuple[str, ...]:
    status = summary.status
    metrics = "  ".join(metric_text(name, value) for name, value in (status.metrics or {}).items())
    return (
        f"{'* ' if summary.about.star else ''}{summary.folder}",
        status.started,
        state_words(summary.state),
        f"{status.epoch}/{status.epochs}",
        f"{status.seconds:.1f}",
        f"{status.parameters:,}",
        metrics,
        ", ".join(summary.about.tags),
    )


def _diff(root: Path, options: Namespace) -> int:
    found = compare(*(_folder(root, name) for name in options.diff))
    if options.json:
        for row in (*found.changes, *found.results):
            say_json(asdict(row))
        return 0
    if not found.changes:
        say("The two have the same data, network and settings.")
    headings = ("where", "what", *options.diff)
    show_table(headings, [_cells(row) for row in (*found.changes, *found.results)])
    return 0


def _cells(row: Row) -> tuple[str, ...]:
    what = row.what if row.kind == "changed" else f"{row.what} {row.kind}"
    return row.where, what, row.before, row.after


def _snapshots(folder: Path, options: Namespace) -> int:
    """Earliest step first."""
    run = RunFolder(folder)
    infos = run.snapshots()
    taken = usual(run) if any(info.whole for info in infos) else None
    if options.json:
        for info in infos:
            row = {"step": info.step, "names": list(info.called), "loss": info.loss, "bytes": info.bytes}
            chosen = taken is not None and info.step == taken.step
            say_json({**row, "file": str(info.path), "whole": info.whole, "usual": chosen})
    elif infos:
        headings = ("step", "name", "loss", "MB")
        show_table(headings, [_snapshot_cells(info) for info in infos], numbers=(0, 2, 3))
        if taken is not None:
            say(f"Unless another is named: {taken.sentence}")
    else:
        say(f"{folder} holds no snapshot.")
    return 0


def _snapshot_cells(info: SnapshotInfo) -> tuple[str, ...]:
    names = ", ".join(info.called) if info.whole else "damaged"
    return f"{info.step:,}", names, "" if info.loss is None else f"{info.loss:.4g}", f"{info.bytes / 1e6:,.2f}"


def _move(root: Path, options: Namespace) -> int:
    for name, other in [options.rename] if options.rename else ():
        say(f"Renamed: {rename(_folder(root, name), other)}")
    for name in options.delete:
        say(f"In the bin: {store.to_bin(_folder(root, name))}")
    for name in options.restore:
        say(f"Back: {store.from_bin(root / store.BIN / name)}")
    return 0


def _thin(root: Path, options: Namespace) -> int:
    done = thin(root, options.thin)
    if options.json:
        say_json({"deleted": [str(info.path) for _, info in done.chosen], "before": done.before, "after": done.after})
    else:
        count = len(done.chosen)
        say(f"{count:,} snapshot{'' if count == 1 else 's'} deleted; the runs take {done.after / 1e6:,.1f} MB now.")
        if done.after > done.budget:
            say("That is above the budget: the last and best snapshots, starred runs and runs that go on stay.")
    return 0


def _folder(root: Path, name: str) -> Path:
    """A run by its name below the root, or else by its folder."""
    below = root / name
    return below if below.is_dir() else Path(name)
