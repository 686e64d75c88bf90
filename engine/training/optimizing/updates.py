"""What changes the weights once their gradients are there: clipping, the optimizer, the running mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn, optim

from engine.build import Model
from engine.layers.base import Layer
from engine.settings import TrainingSettings
from engine.training.optimizing.averaging import Average
from engine.training.optimizing.parameter_groups import arrange, groups, make_optimizer
from engine.training.speed.optimizer_kernel import Direct, direct
from engine.training.speed.precision import Scaler


class Updater:
    """The optimizer of a model, and what is done before and after its step.

    Attributes:
        optimizer: over the parameters that learn, or have learned before they were frozen.
        scaler: of the loss, in float16.
        average: the running mean of the weights, where there is one.
    """

    def __init__(
        self, model: Model, layers: Sequence[Layer], settings: TrainingSettings, scaler: Scaler | None
    ) -> None:
        self._model, self._layers, self._settings = model, layers, settings
        self._decay = settings.optimizer.weight_decay
        self._members = _learning(model)
        self.optimizer = make_optimizer(settings.optimizer.call(), self._groups())
        self.scaler = scaler
        self.average = Average(model, settings.averaging) if settings.averaging else None
        self._clip = _clipping(settings, next(model.parameters()).device)
        self._direct: Direct | None = None

    def update(self, rate: float, batches: float, changes: int) -> None:
        """One change of the weights.

        Args:
            rate: learning rate, before the factors of layers.
            batches: for how many the gradients were added up; 1: for a single one.
            changes: how many there have been, with this one.
        """
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["rate"]
        if self.scaler:
            self.scaler.unscale(self.optimizer)
        if batches != 1:
            torch._foreach_mul_([one.grad for one in self._model.parameters() if one.grad is not None], 1 / batches)
        if self._clip:
            self._clip([one for one in self._model.parameters() if one.grad is not None])
        if self.scaler:
            self.scaler.step(self.optimizer)
        elif not self._stepped_directly():
            self.optimizer.step()
        if self.average:
            self.average.follow(changes)

    def clear(self) -> None:
        """Forgets the gradients: `optimizer.zero_grad()` without what it tells a profiler, which takes longer."""
        for group in self.optimizer.param_groups:
            for one in group["params"]:
                one.grad = None

    def set_weight_decay(self, decay: float) -> None:
        """Another weight decay, from the next change on."""
        self._decay = decay
        self._arrange()

    def admit(self) -> None:
        """Takes in parameters that did not learn before and do now."""
        self._members |= _learning(self._model)
        self._arrange()
        if isinstance(self.optimizer, optim.SGD) and self.optimizer.defaults["momentum"]:
            for group in self.optimizer.param_groups:  # its fused form wants a momentum of all or of none
                for one in group["params"]:
                    self.optimizer.state[one].setdefault("momentum_buffer", torch.zeros_like(one))
        if self.average:
            self.average.include(_learning(self._model))

    def state(self) -> dict[str, Tensor]:
        """What the optimizer knows of each parameter, "<parameter>.<what>"."""
        names: dict[Tensor, str] = {parameter: name for name, parameter in self._model.named_parameters()}
        return {
            f"{names[parameter]}.{key}": torch.as_tensor(value)
            for parameter, known in self.optimizer.state.items()
            for key, value in known.items()
            if value is not None
        }

    def put_back(self, state: Mapping[str, Tensor]) -> None:
        """The optimizer's knowledge as `state` gave it, or with the parameters' numbers in place of their names."""
        named = dict(self._model.named_parameters())
        named |= {str(number): parameter for number, parameter in enumerate(self._model.parameters())}
        options = self.optimizer.defaults
        follows = options.get("fused") or options.get("capturable")  # the count of steps stands beside the weights
        self.optimizer.state.clear()
        self._direct = None
        for name, value in state.items():
            owner, _, key = name.rpartition(".")
            parameter = named[owner]
            known = self.optimizer.state.setdefault(parameter, {})
            known[key] = _beside(parameter, value) if follows or key != "step" else value.clone()

    def lay_out(self) -> None:
        """The weights lie otherwise now: what is known of them follows, number for number."""
        self._end_direct()
        for parameter, known in self.optimizer.state.items():
            for key, value in known.items():
                if isinstance(value, Tensor) and value.shape == parameter.shape and value.dim():
                    known[key] = _beside(parameter, value)

    def _stepped_directly(self) -> bool:
        """Whether the optimizer's step was taken by its kernel alone."""
        if self._direct is None:
            self._direct = direct(self.optimizer)
        if self._direct is not None and self._direct.step():
            return True
        self._end_direct()
        return False

    def _end_direct(self) -> None:
        if self._direct is not None:
            self._direct.end()
        self._direct = None

    def _arrange(self) -> None:
        self._end_direct()
        arrange(self.optimizer, self._groups())

    def _groups(self) -> list[dict[str, Any]]:
        members = {name: one for name, one in self._model.named_parameters() if name in self._members}
        return groups(members, self._layers, self._decay, self._settings.spare_norms)


def _beside(parameter: Tensor, value: Tensor) -> Tensor:
    """A value on the parameter's device, and in its layout where it has its shape: fused kernels do not look."""
    if value.shape == parameter.shape:
        return torch.empty_like(parameter, dtype=value.dtype).copy_(value)
    return value.to(parameter.device, copy=True)


def _learning(model: nn.Module) -> set[str]:
    """Names of the parameters that learn now."""
    return {name for name, parameter in model.named_parameters() if parameter.requires_grad}


def _clipping(settings: TrainingSettings, device: torch.device) -> Callable[[Sequence[Tensor]], object] | None:
    """What clips the gradients of parameters, in place and without waiting for the device; None: nothing does."""
    call = settings.clipping.call()
    if call is None:
        return None
    clip = getattr(nn.utils, call.target.removeprefix("nn.utils."))
    limit = float(str(call.args[0]))
    return partial(_clipped, clip, limit, device.type != "mps")  # MPS has no kernels for many tensors at once


def _clipped(clip: Callable[..., object], limit: float, together: bool, parameters: Sequence[Tensor]) -> None:
    clip(parameters, limit, foreach=together)
