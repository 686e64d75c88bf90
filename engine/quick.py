"""Modules of torch.nn in a quicker form for training on the CPU: the same names, arguments, weights and answers.

Where the quick form does not fit, each does what torch's own does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

PLACES = 2**16  # that a share of what is kept is rounded to: random numbers have 16 bits
MANY = 2**13  # numbers; for fewer, torch's own dropout is faster
LARGE = 2**20  # logits of a batch; for fewer, torch's own cross-entropy is faster


class Dropout(nn.Dropout):
    """nn.Dropout with four random numbers from each that is drawn: drawing them takes most of its time.

    (batch, *), kept. Numbers are kept with a probability of k / 65,536 and scaled by its inverse, so that their mean is
    what it was.
    """

    def forward(self, x: Tensor) -> Tensor:
        kept, last = round((1 - self.p) * PLACES), _is_channels_last(x)
        if not (self.training and 0 < kept < PLACES and _is_many(x) and (last or x.is_contiguous())):
            return super().forward(x)
        drawn = torch.randint(-(2**63), 2**63 - 1, (-(-x.numel() // 4),), dtype=torch.int64)
        is_kept = drawn.view(torch.int16)[: x.numel()] < kept - PLACES // 2
        factors = is_kept.to(x.dtype).mul_(PLACES / kept)
        if last:
            batch, channels, height, width = x.shape
            return x * factors.view(batch, height, width, channels).permute(0, 3, 1, 2)
        return x * factors.view(x.shape)


class ReLU(nn.ReLU):
    """nn.ReLU in place of numbers that nothing else reads: neither another layer nor the gradient of what made them."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu_(x) if self.training else super().forward(x)


class CrossEntropyLoss(nn.CrossEntropyLoss):
    """nn.CrossEntropyLoss that makes the gradient of very many logits in the room of their shares.

    float32 (n, classes), int64 (n,) -> ().
    """

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        fits = self.weight is None and not self.label_smoothing and self.reduction == "mean"
        fits = fits and logits.dim() == 2 and not target.is_floating_point()
        fits = fits and logits.device.type == "cpu" and logits.dtype == torch.float32
        if not (fits and logits.numel() >= LARGE and logits.requires_grad):
            return super().forward(logits, target)
        in_place: Callable[[Tensor, Tensor, int], Tensor] = _InPlace.apply
        return in_place(logits, target, self.ignore_index)


class _InPlace(torch.autograd.Function):
    """Mean of -log softmax at the right class. Its gradient is softmax less 1 there, and can be asked for once."""

    @staticmethod
    def forward(context: Any, logits: Tensor, target: Tensor, ignored: int) -> Tensor:
        shares = torch.softmax(logits, 1)
        counted = target != ignored
        right = torch.where(counted, target, 0).unsqueeze(1)
        each = counted / counted.sum()
        # the largest share cannot vanish, as that of the right class may: log of the sum of exp by it
        log_sum = logits.amax(1) - shares.amax(1).log()
        context.kept = shares, right, each
        return ((log_sum - logits.gather(1, right).squeeze(1)) * each).sum()

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        shares, right, each = context.kept
        context.kept = None
        shares.scatter_add_(1, right, torch.full((1, 1), -1.0).expand(right.shape))
        return shares.mul_((each * gradient).unsqueeze(1)), None, None


def _is_many(x: Tensor) -> bool:
    return x.device.type == "cpu" and x.numel() >= MANY


def _is_channels_last(x: Tensor) -> bool:
    return x.dim() == 4 and not x.is_contiguous() and x.is_contiguous(memory_format=torch.channels_last)


FORMS: dict[str, type[nn.Module]] = {"nn.Dropout": Dropout, "nn.CrossEntropyLoss": CrossEntropyLoss}
"""By the names that layers and losses call them by."""
FRESH = frozenset({"nn.Conv2d", "nn.Conv3d", "nn.ConvTranspose2d", "nn.BatchNorm2d", "nn.BatchNorm3d", "Add"})
"""Modules whose answer nothing needs after it was read: their gradient comes from what they were given."""
