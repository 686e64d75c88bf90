"""How weights begin, in torch: functions that printed code holds as they stand here. All draw from torch's generator.

Rules fill one tensor and give it back; their names are those of `engine.layers.initialisations`.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn


def glorot_uniform(weight: Tensor) -> Tensor:
    """Uniform within ±sqrt(6 / (inputs + outputs)) (Glorot & Bengio 2010, equation 16)."""
    return nn.init.xavier_uniform_(weight)


def glorot_normal(weight: Tensor) -> Tensor:
    """Normal with deviation sqrt(2 / (inputs + outputs)) (Glorot & Bengio 2010, equation 12)."""
    return nn.init.xavier_normal_(weight)


def he_uniform(weight: Tensor) -> Tensor:
    """Uniform within ±sqrt(6 / inputs) (He et al. 2015, equation 10)."""
    return nn.init.kaiming_uniform_(weight, nonlinearity="relu")


def he_normal(weight: Tensor) -> Tensor:
    """Normal with deviation sqrt(2 / inputs) (He et al. 2015, equation 10)."""
    return nn.init.kaiming_normal_(weight, nonlinearity="relu")


def lecun_uniform(weight: Tensor) -> Tensor:
    """Uniform within ±sqrt(3 / inputs) (LeCun et al. 1998, Efficient BackProp, equation 16)."""
    return nn.init.kaiming_uniform_(weight, nonlinearity="linear")


def lecun_normal(weight: Tensor) -> Tensor:
    """Normal with deviation sqrt(1 / inputs) (LeCun et al. 1998, Efficient BackProp, equation 16)."""
    return nn.init.kaiming_normal_(weight, nonlinearity="linear")


def orthogonal(weight: Tensor) -> Tensor:
    """Rows, or columns where there are fewer, at right angles and of length 1 (Saxe et al. 2013).

    On one thread, as several add in another order, so that all numbers of threads begin with the same bits.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.no_grad():
            return weight.copy_(nn.init.orthogonal_(weight.double()))
    finally:
        torch.set_num_threads(threads)


def small_uniform(weight: Tensor) -> Tensor:
    """Uniform within ±0.05, as Keras begins tables of words."""
    return nn.init.uniform_(weight, -0.05, 0.05)


def small_normal(weight: Tensor) -> Tensor:
    """Normal with deviation 0.02 (Radford et al. 2018, 4.1)."""
    return nn.init.normal_(weight, std=0.02)


def initialise(module: nn.Module, rule: Callable[[Tensor], Tensor]) -> nn.Module:
    """Draws a module's own matrices and kernels by a rule; its biases begin at zero."""
    for weight in module.parameters(recurse=False):
        if weight.dim() > 1:
            rule(weight)
        else:
            nn.init.zeros_(weight)
    return module


def initialise_parts(module: nn.Module, rule: Callable[[Tensor], Tensor]) -> nn.Module:
    """As `initialise`, for each part of a module."""
    for part in module.children():
        initialise(part, rule)
    return module


def initialise_table(module: nn.Embedding, rule: Callable[[Tensor], Tensor]) -> nn.Embedding:
    """Draws the rows of a table by a rule; row 0, the empty place, stays zero."""
    with torch.no_grad():
        rule(module.weight)[0] = 0.0
    return module


def initialise_recurrent(
    module: nn.RNNBase, rule: Callable[[Tensor], Tensor], recurrent: Callable[[Tensor], Tensor]
) -> nn.RNNBase:
    """Draws what weighs the input by a rule and what weighs the last state by another; biases begin at zero.

    An LSTM's gates stand in the order input, forget, cell, output. What keeps the memory, the forget gate, begins open:
    of its two biases, which are added, the first is 1 (Jozefowicz et al. 2015).
    """
    for name, weight in module.named_parameters():
        if weight.dim() > 1:
            (recurrent if name.startswith("weight_hh") else rule)(weight)
        else:
            nn.init.zeros_(weight)
        if isinstance(module, nn.LSTM) and name.startswith("bias_ih"):
            nn.init.ones_(weight.detach()[module.hidden_size : 2 * module.hidden_size])
    return module
