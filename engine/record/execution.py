"""How a run computes, as far as that shows in the last bits of its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast

Precision = Literal["float32", "bfloat16", "float16"]


@dataclass(frozen=True)
class Tactics:
    """Chosen by rule when a run begins, and by measuring while it goes on.

    Every change is written into the run with its step, and made again there when the run goes on or is repeated.

    Attributes:
        threads: of torch.
        precision: of multiplications.
        channels_last: whether the weights of 2D convolutions lie with the channels innermost.
    """

    threads: int
    precision: Precision = "float32"
    channels_last: bool = False

    @classmethod
    def of(cls, position: Mapping[str, Any]) -> Tactics:
        """Those that a snapshot's state names; older ones name the threads alone, or threads and precision."""
        known = position.get("tactics", {})
        return cls(
            int(known.get("threads", position.get("threads", 1))),
            cast("Precision", known.get("precision", position.get("precision", "float32"))),
            bool(known.get("channels_last", False)),
        )

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)
