"""How weights lie in memory; those of 2D convolutions with channels outermost, as torch makes them, or innermost."""

from __future__ import annotations

import torch
from torch import Tensor, nn

FEW = 8  # channels


def likes_channels_last(model: nn.Module) -> bool:
    """Whether it has 2D convolutions: their kernels are faster with the channels innermost, on every kind of device."""
    convolutions = [module for module in model.modules() if isinstance(module, nn.Conv2d)]
    return bool(convolutions) and not any(map(_spoils_memory, convolutions))


def _spoils_memory(convolution: nn.Conv2d) -> bool:
    """Its gradient writes beyond its end, and the process dies, where its channels are innermost.

    So do windows of one pixel that skip some, over few channels, in the oneDNN of torch 2.13 on x86.
    """
    one_pixel = convolution.kernel_size == (1, 1) and convolution.stride != (1, 1)
    return one_pixel and convolution.in_channels // convolution.groups < FEW


def lay_out(model: nn.Module, *, channels_last: bool) -> None:
    """Lays the kernels of 2D convolutions out anew, in place. What an optimizer knows of them has to follow.

    A convolution gives its answers in the layout of its weights, so that one follows from the other down the network.
    A network that must not have them innermost keeps them outermost.
    """
    layout = torch.channels_last if channels_last and likes_channels_last(model) else torch.contiguous_format
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            module.weight.data = module.weight.data.to(memory_format=layout)  # also of one channel: strides tell


def in_memory(tensor: Tensor) -> list[int]:
    """The axes of a tensor in the order in which its numbers lie in memory, the slowest first."""
    return sorted(range(tensor.dim()), key=tensor.stride, reverse=True)
