"""How much of the parameters, of the work or of the memory each layer takes: what colours the cards when asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import SignalInstance

from engine.analysis.findings import LayerReport, Report
from engine.paths import depth
from gui.kit import amounts


class Clock(Protocol):
    """Who knows how long layers take. `changed` says that something else is known."""

    @property
    def changed(self) -> SignalInstance: ...

    def ms_of(self, layer_id: str) -> float | None:
        """The layer's part of a step in milliseconds; None while that is not known."""


@dataclass(frozen=True)
class Measure:
    """What can be asked for. `of` takes a layer's report; `write` says the amount in few characters."""

    key: str
    of: Callable[[LayerReport], float]
    write: Callable[[float], str]


MEASURES = {
    measure.key: measure
    for measure in (
        Measure("parameters", lambda row: row.parameters, amounts.short),
        Measure("macs", lambda row: row.macs, amounts.short),
        Measure("memory", lambda row: row.memory, amounts.size),
    )
}


@dataclass(frozen=True)
class Heat:
    """Amounts by path, and what they are shares of.

    Attributes:
        amounts: of each layer, inside of blocks too.
        total: of the network's own layers.
        write: an amount as text; "" for all where only shares are known.
    """

    amounts: Mapping[str, float] = field(default_factory=dict)
    total: float = 0.0
    most: float = 0.0
    write: Callable[[float], str] = lambda _: ""

    def text(self, path: str) -> str:
        """`12.3 k · 42 %`; "" where the layer takes nothing."""
        amount = self.amounts.get(path, 0.0)
        if amount <= 0 or self.total <= 0:
            return ""
        share = amount / self.total
        percent = f"{share:.0%}".replace("%", " %") if share >= 0.01 else "< 1 %"
        return " · ".join(part for part in (self.write(amount), percent) if part)

    def warmth(self, path: str) -> float:
        """0 to 1, beside the layer that takes most."""
        return min(1.0, self.amounts.get(path, 0.0) / self.most) if self.most > 0 else 0.0


NO_HEAT = Heat()


def heat_of(report: Report, key: str) -> Heat:
    """The heat of one measure; none for "" and for what is not known."""
    measure = MEASURES.get(key)
    return heated({path: measure.of(row) for path, row in report.layers.items()}, measure.write) if measure else NO_HEAT


def time_heat(clock: Clock, paths: Iterable[str]) -> Heat:
    """The heat of a step's time; none while that is not known."""
    return heated({path: clock.ms_of(path) or 0.0 for path in paths}, amounts.milliseconds)


def heated(found: Mapping[str, float], write: Callable[[float], str] = NO_HEAT.write) -> Heat:
    """The heat of amounts by path."""
    own = [amount for path, amount in found.items() if not depth(path)]
    return Heat(found, sum(own), max(own, default=0.0), write)
