"""How a run computes, as far as that shows in the last bits of its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

import torch
from torch import nn

from engine.training.precision import Name


@dataclass(frozen=True)
class Tactics:
    """Chosen when a run begins, by rule or by measuring; written into the run, and kept when it goes on or is repeated.

    Attributes:
        threads: of torch.
        precision: of multiplications.
        channels_last: whether the weights of 2D convolutions lie with the channels innermost.
    """

    threads: int
    precision: Name = "float32"
    channels_last: bool = False

    @classmethod
    def of(cls, position: Mapping[str, Any]) -> Tactics:
        """Those that a snapshot's state names; older ones name the threads alone, or threads and precision."""
        known = position.get("tactics", {})
        return cls(
            int(known.get("threads", position.get("threads", 1))),
            cast("Name", known.get("precision", position.get("precision", "float32"))),
            bool(known.get("channels_last", False)),
        )

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def likes_channels_last(model: nn.Module) -> bool:
    """Whether it has 2D convolutions: their kernels are faster so, on every kind of device."""
    return any(isinstance(module, nn.Conv2d) for module in model.modules())


def lay_out(model: nn.Module, *, channels_last: bool) -> None:
    """Lays the kernels of 2D convolutions out anew, in place; before an optimizer has seen them."""
    layout = torch.channels_last if channels_last else torch.contiguous_format
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            module.weight.data = module.weight.data.contiguous(memory_format=layout)
