"""Exports a trained run: reads it, lets its exporter write beside, and puts the files where they belong."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType

from engine.data.dataset import Ticket
from engine.errors import EngineError, unwritable
from engine.export import owned
from engine.export.exporters import EXPORTERS, Exporter
from engine.export.source import Source, read


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
    module = import_module(exporter.module)
    ticket.tell(0.0, "Reading the run")
    source = read(run, snapshot)
    if source.network.trouble and note is not None:
        note(source.network.trouble)
    beside = out.parent / f".{out.name}.{uuid.uuid4().hex[:8]}"
    try:
        beside.mkdir(parents=True)
        ticket.tell(0.2, f"Writing {exporter.title}")
        module.write(source, beside)
        ticket.tell(0.9, "Moving the files to their place")
        if out.suffix == Path(exporter.main).suffix and not out.is_dir():
            return [_alone(source, beside / exporter.main, out, module)]
        return _into_place(beside, out, exporter)
    except OSError as error:
        raise unwritable(out, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _alone(source: Source, made: Path, out: Path, module: ModuleType) -> Path:
    if not hasattr(module, "write_main"):
        return made.replace(out)
    module.write_main(source, out)
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
