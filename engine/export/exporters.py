"""The ways to take a trained network away, each declared once, and how their files get to where they belong."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.data.dataset import Ticket
from engine.errors import EngineError, unwritable
from engine.export import onnx, owned, project, pytorch, weights
from engine.export.source import Source, read


@dataclass(frozen=True)
class Exporter:
    """One way.

    Attributes:
        title: name on screen.
        about: what it is good for, one plain sentence.
        main: the file that matters most. `out` ending like it asks for that file alone.
        write: writes all files into an empty folder.
        write_main: writes the main file alone where it shall be; None where a file from `write` can be moved there.
    """

    kind: str
    title: str
    about: str
    main: str
    write: Callable[[Source, Path], None]
    write_main: Callable[[Source, Path], None] | None = None


EXPORTERS: dict[str, Exporter] = {
    entry.kind: entry
    for entry in (
        Exporter(
            "torch",
            "PyTorch code and weights",
            "Runs in plain PyTorch: the network as readable code, its weights, and a script that answers.",
            "weights.pt",
            pytorch.write,
        ),
        Exporter(
            "onnx",
            "ONNX",
            "For other programs and languages: the network in the open format that ONNX Runtime and others read.",
            onnx.NETWORK,
            onnx.write,
        ),
        Exporter(
            "weights",
            "Weights only",
            "The trained numbers alone, in one safetensors file.",
            weights.WEIGHTS,
            weights.write,
        ),
        Exporter(
            "project",
            "Project",
            "The project file as it was when this run began, to train it again or to pass it on.",
            project.PROJECT,
            project.write,
            project.write_main,
        ),
    )
}


def export(
    kind: str,
    run: Path,
    out: Path,
    ticket: Ticket | None = None,
    *,
    snapshot: str | int = "last",
    note: Callable[[str], None] | None = None,
) -> list[Path]:
    """Exports a trained run into the folder `out` (or the one file `out`) and gives the paths of what it wrote.

    Files of an earlier export of the same kind are replaced, others in the folder are left alone. Everything is written
    beside first, so that a failure or cancelling leaves what was there. EngineError for an unknown kind or a run that
    cannot be read, FileError where `out` cannot be written or holds files of the same names from elsewhere.
    """
    if kind not in EXPORTERS:
        raise EngineError(f"There is no export format {kind}", hint=f"Choose one of {', '.join(EXPORTERS)}")
    exporter, ticket, out = EXPORTERS[kind], ticket or Ticket(), out.absolute()
    ticket.tell(0.0, "Reading the run")
    source = read(run, snapshot)
    if source.network.trouble and note is not None:
        note(source.network.trouble)
    beside = out.parent / f".{out.name}.{uuid.uuid4().hex[:8]}"
    try:
        beside.mkdir(parents=True)
        ticket.tell(0.2, f"Writing {exporter.title}")
        exporter.write(source, beside)
        ticket.tell(0.9, "Moving the files to their place")
        if out.suffix == Path(exporter.main).suffix and not out.is_dir():
            return [_alone(source, beside / exporter.main, out, exporter)]
        return _into_place(beside, out, exporter)
    except OSError as error:
        raise unwritable(out, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _alone(source: Source, made: Path, out: Path, exporter: Exporter) -> Path:
    if exporter.write_main is None:
        return made.replace(out)
    exporter.write_main(source, out)
    return out


def _into_place(beside: Path, out: Path, exporter: Exporter) -> list[Path]:
    names = sorted(file.name for file in beside.iterdir())
    owned.need_free(out, exporter.kind, names)
    owned.record(out, beside, exporter.kind, names)
    if not out.exists():
        beside.rename(out)
    else:
        out.mkdir(exist_ok=True)
        for name in (owned.MARKER, *names):  # the marker first: files that it names are never taken for foreign
            (beside / name).replace(out / name)
    return [out / name for name in names]
