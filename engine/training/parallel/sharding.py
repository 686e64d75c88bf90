"""What devices that train together hand to each other: shares of a batch, weights and gradients in one piece each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor, nn

from engine.training.batches.epochs import Tensors
from engine.training.objective.objectives import Objective

ALIGNED = 16  # bytes: each tensor in a parcel begins at a multiple of it
STATISTICS = ("running_mean", "running_var")

Form: TypeAlias = tuple[torch.dtype, tuple[int, ...]]


def sizes(examples: int, devices: int) -> list[int]:
    """How many examples of a batch each device takes: near-equal, the larger ones first.

    None takes a single one, which batch norm could not use: with few examples the last devices rest.
    """
    working = max(1, min(devices, examples // 2))
    share, rest = divmod(examples, working)
    return [share + (place < rest) for place in range(working)] + [0] * (devices - working)


def cut(tensors: Tensors, shares: Sequence[int]) -> list[Tensors]:
    """For each device its share of all tensors."""
    return list(zip(*[torch.split(one, list(shares)) for one in tensors], strict=True))


def factors(objectives: Sequence[Objective], wanted: Sequence[Tensors]) -> Tensor:
    """What each share's mean losses count in those of the whole batch: float32 (shares, objectives), columns sum to 1.

    A mean over examples counts as its examples; one over words as its words; one that class weights divide as their
    sum. Nothing here waits for a graphics card.

    Args:
        wanted: of each share that is not empty.
    """
    columns = []
    for place, objective in enumerate(objectives):
        counts = torch.stack([objective.counted(share[place]).float() for share in wanted])
        columns.append(counts / counts.sum())
    return torch.stack(columns, dim=1)


def pack(tensors: Sequence[Tensor]) -> tuple[Tensor, tuple[Form, ...]]:
    """Tensors of any types as one parcel, uint8 (bytes,), and what is needed to unpack it."""
    pieces = []
    for one in tensors:
        content = one.detach().contiguous().view(-1).view(torch.uint8)
        pieces.append(nn.functional.pad(content, (0, -len(content) % ALIGNED)))
    return torch.cat(pieces), tuple((one.dtype, tuple(one.shape)) for one in tensors)


def room(forms: Sequence[Form]) -> int:
    """Bytes of a parcel."""
    return sum(-(-_bytes(form) // ALIGNED) * ALIGNED for form in forms)


def unpack(parcel: Tensor, forms: Sequence[Form]) -> Tensors:
    """The tensors of a parcel; they share its memory."""
    found, start = [], 0
    for form in forms:
        dtype, shape = form
        found.append(parcel[start : start + _bytes(form)].view(dtype).view(shape))
        start += room([form])
    return tuple(found)


def _bytes(form: Form) -> int:
    dtype, shape = form
    return math.prod(shape) * dtype.itemsize


@dataclass(frozen=True)
class Mode:
    """How a module behaves at the moment: what freezing and a live dropout knob change."""

    training: bool
    rate: float | None

    @classmethod
    def of(cls, module: nn.Module) -> Mode:
        """As it is now."""
        rate = getattr(module, "p", None)
        return cls(module.training, rate if isinstance(rate, float) else None)

    def put_on(self, module: nn.Module) -> None:
        """Makes another module behave so."""
        module.training = self.training
        if self.rate is not None:
            module.__dict__["p"] = self.rate


class Flat:
    """Weights and gradients of a model, each as one float32 vector, in the same order on every device.

    Attributes:
        weights: of all parameters, then the running statistics of batch norms: (numbers,).
        gradients: of all parameters, then a loss: (parameters + 1,).
    """

    def __init__(self, model: nn.Module) -> None:
        self._parameters = list(model.parameters())
        moving = [one for name, one in model.named_buffers() if name.rpartition(".")[2] in STATISTICS]
        self._sent = [*(one.detach() for one in self._parameters), *moving]
        device = self._sent[0].device
        self.weights = torch.empty(sum(one.numel() for one in self._sent), device=device)
        self.gradients = torch.zeros(sum(one.numel() for one in self._parameters) + 1, device=device)
        self._weight_views = self._views(self.weights, self._sent)
        self._gradient_views = self._views(self.gradients, self._parameters)

    @staticmethod
    def _views(vector: Tensor, like: Sequence[Tensor]) -> list[Tensor]:
        parts = torch.split(vector[: sum(one.numel() for one in like)], [one.numel() for one in like])
        return [part.view(one.shape) for part, one in zip(parts, like, strict=True)]

    def read_weights(self) -> None:
        """The model's weights -> the vector."""
        torch._foreach_copy_(self._weight_views, self._sent)

    def set_weights(self) -> None:
        """The vector -> the model's weights."""
        torch._foreach_copy_(self._sent, self._weight_views)

    def clear(self) -> None:
        """No gradients and no loss in the vector."""
        self.gradients.zero_()

    def read_gradients(self, loss: Tensor) -> None:
        """The model's gradients and a loss -> the vector; zeros for what has none."""
        for view, parameter in zip(self._gradient_views, self._parameters, strict=True):
            if parameter.grad is None:
                view.zero_()
            else:
                view.copy_(parameter.grad)
        self.gradients[-1] = loss

    def add_gradients(self) -> Tensor:
        """Adds the vector to the gradients of all weights that learn; gives its loss."""
        for view, parameter in zip(self._gradient_views, self._parameters, strict=True):
            if not parameter.requires_grad:
                continue
            if parameter.grad is None:
                parameter.grad = view.clone()
            else:
                parameter.grad += view
        return self.gradients[-1].clone()
