"""Which numbers the tiles show, from the report."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from engine.analysis import LayerReport
from gui.kit import amounts
from gui.pages.inspector.tiles import Measure


def of_layer(row: LayerReport, batch: int, milliseconds: float | None = None) -> tuple[Measure, ...]:
    """Parameters, multiply-adds, memory, shape and measured time of one layer; nothing where its shape is unknown."""
    if row.output is None:
        return ()
    shape = Measure(
        "output", row.output.short, " × ".join(row.output.names) or _tr("one number"), _tr("What it gives out")
    )
    if milliseconds is None:
        return (*of_all([row], batch), shape)
    time = Measure(
        "time", amounts.milliseconds(milliseconds), _tr("per step"), _tr("Its part of one step here, measured")
    )
    return (*of_all([row], batch), shape, time)


def of_all(rows: Sequence[LayerReport], batch: int) -> tuple[Measure, ...]:
    """The sums over some layers."""
    parameters, macs, memory = (
        sum(row.parameters for row in rows),
        sum(row.macs for row in rows) * batch,
        sum(row.memory for row in rows),
    )
    return (
        Measure("parameters", f"{parameters:,}", _tr("parameters"), _tr("Numbers that training changes")),
        Measure("macs", amounts.short(macs), _tr("MACs / batch"), _tr("Multiply-adds for {0} examples").format(batch)),
        Measure(
            "memory",
            amounts.size(memory),
            _tr("memory to train"),
            _tr("Weights, gradients, optimizer and activations"),
        ),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("inspector", text)
