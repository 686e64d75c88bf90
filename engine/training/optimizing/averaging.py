"""A running mean of the weights: steadier than the weights themselves, and often better on new data."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class Average:
    """The exponential moving average of a model's weights.

    Polyak & Juditsky 1992; as an exponential mean Tarvainen & Valpola 2017. While few changes have been made, less is
    kept, min(decay, (1 + n) / (10 + n)) after n of them, so that the random start is soon forgotten.

    Attributes:
        weights: float32 copies of all weights that learn, by name.
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        self._decay, self._model = decay, model
        self.weights: dict[str, Tensor] = {}
        self._raw: list[Tensor] = []
        self.include({name for name, parameter in model.named_parameters() if parameter.requires_grad})

    def include(self, names: Collection[str]) -> None:
        """Takes in weights that are not followed yet, as they are."""
        for name, parameter in self._model.named_parameters():
            if name in names and name not in self.weights:
                self.weights[name] = parameter.detach().clone()
                self._raw.append(parameter)

    def follow(self, changes: int) -> None:
        """A step towards the weights, after `changes` changes of them."""
        kept = min(self._decay, (1 + changes) / (10 + changes))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.weights.values()), self._raw, 1 - kept)

    def put_back(self, weights: Mapping[str, Tensor]) -> None:
        """The means as a snapshot holds them."""
        self.include(weights.keys())
        with torch.no_grad():
            for name, value in weights.items():
                self.weights[name].copy_(value)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The model has the means for its weights meanwhile."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    def _swap(self) -> None:
        """Memory changes hands, nothing is copied: afterwards each weight is back in its own."""
        for name, raw in zip(self.weights, self._raw, strict=True):
            self.weights[name], raw.data = raw.data, self.weights[name]
