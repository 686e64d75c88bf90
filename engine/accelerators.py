"""Graphics cards that training can use here, and why there is none where there is none."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Accelerators:
    """What this PyTorch can compute on beside the processor.

    Attributes:
        names: of each card, as its maker calls it.
        reason: one sentence why there is none; "" where there is one.
    """

    names: tuple[str, ...] = ()
    reason: str = ""


def accelerators() -> Accelerators:
    """Asks PyTorch. It takes a moment on a machine with a card: its driver is started."""
    if torch.cuda.is_available():
        count = torch.cuda.device_count()
        return Accelerators(names=tuple(torch.cuda.get_device_name(number) for number in range(count)))
    if torch.backends.mps.is_available():
        return Accelerators(names=("Apple GPU",))
    return Accelerators(reason=_reason())


def _reason() -> str:
    if torch.version.cuda is None and torch.version.hip is None and not torch.backends.mps.is_built():
        return "This PyTorch was built for the processor alone; a card needs its build for cards"
    if sys.platform == "darwin":
        return "macOS offers no Apple GPU to PyTorch here"
    return "PyTorch finds no card with a working driver"
