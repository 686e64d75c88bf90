"""In which precision the multiplications of a step are done. Weights, losses and everything measured stay float32."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import torch
from torch import Tensor, optim

from engine.errors import EngineError
from engine.record.execution import Precision
from engine.settings import TrainingSettings

TYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16}
PAYS = 0.95  # of the float32 step's time, at most: what loses digits has to gain time


def choose(settings: TrainingSettings, device: torch.device) -> Precision | None:
    """The precision that was asked for; None where it has to be measured. EngineError where the device has it not."""
    if settings.precision == "auto":
        return "float32" if settings.deterministic else None
    if settings.precision == "float16" and device.type != "cuda":
        raise EngineError(
            f"16-bit floats need a CUDA graphics card, and this run computes on {device.type}",
            field="precision",
            hint="Set precision to bfloat16 or auto",
        )
    return settings.precision


def autocast(name: str, device: torch.device) -> AbstractContextManager[Any]:
    """Within, products are computed in that precision; sums that need more digits stay float32.

    Micikevicius et al. 2017, Mixed precision training.
    """
    return torch.autocast(device.type, TYPES[name])


class Scaler:
    """Loss scaling for float16: small gradients are lifted into its range, and steps that overflow are left out."""

    def __init__(self, device: torch.device) -> None:
        self._scaler = torch.amp.GradScaler(device.type)
        self._scaler.scale(torch.ones((), device=device))  # makes its numbers, so that they can be kept and put back

    def scale(self, loss: Tensor) -> Tensor:
        """The loss to go backwards from."""
        scaled: Tensor = self._scaler.scale(loss)
        return scaled

    def unscale(self, optimizer: optim.Optimizer) -> None:
        """Gradients in their own size again, before they are clipped."""
        self._scaler.unscale_(optimizer)

    def step(self, optimizer: optim.Optimizer) -> None:
        """The optimizer's step, unless a gradient has overflowed."""
        self._scaler.step(optimizer)
        self._scaler.update()

    @property
    def state(self) -> list[float]:
        """Scale, and steps since it was changed."""
        known = self._scaler.state_dict()
        return [float(known["scale"]), float(known["_growth_tracker"])]

    def put_back(self, state: list[float]) -> None:
        """Scale and steps as they were."""
        scale, tracker = state
        self._scaler.load_state_dict({**self._scaler.state_dict(), "scale": scale, "_growth_tracker": int(tracker)})
