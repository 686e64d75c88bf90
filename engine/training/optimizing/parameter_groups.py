"""Who learns, how fast, and what decays: the parameter groups of an optimizer, and layers that are frozen."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from torch import nn, optim

from engine.build import Model, learnable, rest
from engine.errors import EngineError
from engine.layers.base import Layer
from engine.layers.calls import Call
from engine.layers.learning import learning_of, path_of
from engine.paths import is_within
from engine.training.speed.no_compiler import leave_out_compiler

NOTHING = "The network has nothing to learn"


def make_optimizer(call: Call, groups: list[dict[str, Any]]) -> optim.Optimizer:
    """The torch.optim class that a call names ("optim.Adam"), in its fused form where it has one."""
    kind: Callable[..., optim.Optimizer] = getattr(optim, call.target.removeprefix("optim."))
    if not groups:
        raise EngineError(NOTHING, hint="Add a layer with weights, such as Dense, or let one learn that is frozen")
    leave_out_compiler()
    more = {"fused": True} if "fused" in inspect.signature(kind).parameters else {}
    return kind(groups, **dict(call.kwargs), **more)


def groups(
    parameters: Mapping[str, nn.Parameter], layers: Sequence[Layer], decay: float, spare_norms: bool
) -> list[dict[str, Any]]:
    """Parameters by name, as an optimizer takes them.

    Each group has, beside torch's own, "rate": what the learning rate is multiplied by in it. Where nothing sets layers
    apart there is one group, in the model's order.

    Args:
        decay: weight decay.
        spare_norms: parameters with a single axis (biases, norms) do not decay.
    """
    found: dict[tuple[float, bool], list[nn.Parameter]] = {}
    for name, parameter in parameters.items():
        decays = decay > 0 and (parameter.ndim >= 2 or not spare_norms)
        found.setdefault((learning_of(layers, name).rate, decays), []).append(parameter)
    return [
        {"params": alike, "rate": rate, "weight_decay": decay if decays else 0.0}
        for (rate, decays), alike in found.items()
    ]


def arrange(optimizer: optim.Optimizer, wanted: list[dict[str, Any]]) -> None:
    """Gives an optimizer other groups; what it knows of each parameter stays."""
    optimizer.param_groups.clear()
    for group in wanted:
        optimizer.add_param_group(group)


def freeze(model: Model, layers: Sequence[Layer], path: str, frozen: bool, *, known: bool = False) -> None:
    """Lets the layer at a path, and all inside it, learn no longer, or again.

    Frozen weights get no gradient and so neither decay nor a step; running statistics stay and dropout rests.
    EngineError, and nothing is changed, where nothing would be left to learn; unless it is `known` that what comes of
    it and of others like it was so before.
    """
    named = learnable(model)
    inside = {name for name in named if is_within(path_of(layers, name), path)}
    if frozen and not known and not any(named[name].requires_grad for name in named.keys() - inside):
        raise EngineError(NOTHING, layer=path, hint="Let at least one layer with weights learn")
    for name in inside:
        named[name].requires_grad_(not frozen)
        if frozen:
            named[name].grad = None
    found = [one for name, one in model.named_modules() if name and is_within(path_of(layers, name), path)]
    # cuDNN goes backwards through a recurrent layer in training mode only
    rest(model, [one for one in found if not isinstance(one, nn.RNNBase)], frozen)
