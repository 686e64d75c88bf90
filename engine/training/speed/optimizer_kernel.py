"""An optimizer's step by its kernel alone.

`torch.optim` gathers weights, gradients and state anew at every step, which for a small network takes longer than the
step itself. Here they are gathered once; the kernel and its numbers are the same. The kernel copies what does not lie
contiguous before it reads it, as the gradients of convolutions with their channels last; their axes are given in the
order of memory, which is contiguous.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, optim

from engine.training.speed.layout import in_memory

Group = dict[str, Any]
Kernel = Callable[[list[Tensor]], None]


class Direct:
    """The step of an optimizer that has its state already, and whose groups do not change any more.

    Weights that have made as many steps share the number of them from now on, so that it is counted once for all.
    """

    def __init__(self, optimizer: optim.Optimizer) -> None:
        kernel = KERNELS[type(optimizer)]
        every = [one for group in optimizer.param_groups for one in group["params"]]
        self._states = [optimizer.state[one] for one in every if one in optimizer.state]
        self._counts = _shared(self._states)
        self._groups = [_Members(group["params"], kernel(optimizer, group)) for group in optimizer.param_groups]

    def step(self) -> bool:
        """As `optimizer.step()`; False, and nothing is done, where a weight has no gradient."""
        gradients = [group.gradients() for group in self._groups]
        if any(len(found) < len(group.weights) for found, group in zip(gradients, self._groups, strict=True)):
            return False
        with torch.no_grad():
            for count in self._counts:
                count.add_(1)
            for group, found in zip(self._groups, gradients, strict=True):
                group.kernel(found)
        return True

    def end(self) -> None:
        """Gives each weight a number of steps of its own again, as the optimizer expects it."""
        for state in self._states:
            if "step" in state:
                state["step"] = state["step"].clone()


class _Members:
    """Weights, and what takes their gradients."""

    def __init__(self, weights: list[Tensor], kernel: Kernel) -> None:
        self.weights, self.kernel = weights, kernel
        self._contiguous = all(one.is_contiguous() for one in weights)

    def gradients(self) -> list[Tensor]:
        """As the kernel takes them; of weights that have one."""
        found = [(one.grad, one) for one in self.weights if one.grad is not None]
        return [grad if self._contiguous else _in_order(grad, one) for grad, one in found]


def _shared(states: list[dict[str, Tensor]]) -> list[Tensor]:
    """One count of steps for all states that have the same; these."""
    counts: dict[float, Tensor] = {}
    for state in states:
        if "step" in state:
            state["step"] = counts.setdefault(state["step"].item(), state["step"])
    return list(counts.values())


def direct(optimizer: optim.Optimizer) -> Direct | None:
    """The short way for an optimizer whose weights have gradients; None where there is none for it."""
    if type(optimizer) not in KERNELS or not all(_plain(group) for group in optimizer.param_groups):
        return None
    every = [one for group in optimizer.param_groups for one in group["params"]]
    if any(one.grad is None for one in every):
        return None
    for one in every:
        if not optimizer.state.get(one) and (begun := _begun(optimizer, one)):
            optimizer.state[one] = begun
    return Direct(optimizer)


def _plain(group: Group) -> bool:
    """Fused, on the CPU, and none of what this app has no setting for."""
    usual = group.get("fused") and not any(group.get(name) for name in ("amsgrad", "maximize", "dampening"))
    return bool(usual) and all(one.device.type == "cpu" for one in group["params"])


def _begun(optimizer: optim.Optimizer, weights: Tensor) -> dict[str, Tensor]:
    """The state before the first step: what it comes to after that step is what torch makes of it."""
    if isinstance(optimizer, optim.SGD):
        return {"momentum_buffer": torch.zeros_like(weights)} if optimizer.defaults["momentum"] else {}
    means = {name: torch.zeros_like(weights) for name in ("exp_avg", "exp_avg_sq")}
    return {"step": torch.zeros((), dtype=torch.float32), **means}


def _in_order(values: Tensor, weights: Tensor) -> Tensor:
    """The values of as many weights in the same memory, with the axes in the order in which the weights lie there."""
    if weights.is_contiguous():
        return values
    if values.stride() != weights.stride():
        values = torch.empty_like(weights).copy_(values)
    return values.permute(in_memory(weights))


def _adam(optimizer: optim.Optimizer, group: Group) -> Kernel:
    kernel = torch._fused_adamw_ if group["decoupled_weight_decay"] else torch._fused_adam_
    states = [(one, optimizer.state[one]) for one in group["params"]]
    steps = [state["step"] for _, state in states]
    means, squares = ([_in_order(state[key], one) for one, state in states] for key in ("exp_avg", "exp_avg_sq"))
    weights = [_in_order(one.detach(), one) for one, _ in states]
    beta1, beta2 = group["betas"]

    def step(gradients: list[Tensor]) -> None:
        kernel(
            weights,
            gradients,
            means,
            squares,
            [],
            steps,
            lr=group["lr"],
            beta1=beta1,
            beta2=beta2,
            weight_decay=group["weight_decay"],
            eps=group["eps"],
            amsgrad=False,
            maximize=False,
        )

    return step


def _sgd(optimizer: optim.Optimizer, group: Group) -> Kernel:
    given: list[Tensor] = group["params"]
    weights = [_in_order(one.detach(), one) for one in given]
    momenta = [_in_order(optimizer.state[one]["momentum_buffer"], one) for one in given] if group["momentum"] else []

    def step(gradients: list[Tensor]) -> None:
        torch._fused_sgd_(
            weights,
            gradients,
            momenta,
            weight_decay=group["weight_decay"],
            momentum=group["momentum"],
            lr=group["lr"],
            dampening=group["dampening"],
            nesterov=group["nesterov"],
            maximize=False,
            is_first_step=False,
        )

    return step


KERNELS: dict[type[optim.Optimizer], Callable[[optim.Optimizer, Group], Kernel]] = {
    optim.Adam: _adam,
    optim.AdamW: _adam,
    optim.SGD: _sgd,
}
