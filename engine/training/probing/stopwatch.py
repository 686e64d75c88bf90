"""Times each layer of a model, forwards by its calls and backwards by when the gradients of its outputs arrive."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from statistics import median
from types import TracebackType

from torch import Tensor, nn
from torch.autograd.graph import register_multi_grad_hook
from torch.utils.hooks import RemovableHandle

from engine.build import Model, layer_modules
from engine.paths import blocks_around


class Stopwatch:
    """Within `with`, every step of the model is timed; `stop` ends the count of each before the weights are changed."""

    def __init__(self, model: Model) -> None:
        self._seconds: dict[str, float] = defaultdict(float)  # of the step that is being timed
        self._steps: list[dict[str, float]] = []
        self._arrivals: list[tuple[float, str]] = []  # of gradients in the step that is being timed
        self._begun: dict[str, float] = {}
        self._layers = list(layer_modules(model))
        self._handles: list[RemovableHandle] = []

    def __enter__(self) -> Stopwatch:
        for path, module in self._layers:
            self._handles.append(module.register_forward_pre_hook(partial(self._enter, path)))
            self._handles.append(module.register_forward_hook(partial(self._leave, path)))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for handle in self._handles:
            handle.remove()

    def stop(self) -> None:
        """The backward pass is over: the time between two arrivals went into the layer whose gradient came first."""
        marks = sorted([*self._arrivals, (time.perf_counter(), "")])
        for (begin, path), (end, _) in pairwise(marks):
            self._seconds[path] += end - begin
        self._steps.append(dict(self._seconds))
        self._arrivals.clear()
        self._seconds.clear()

    def shares(self) -> dict[str, float]:
        """Share of each layer's path in all that was timed; a block's is the sum of its inside."""
        paths = {path for step in self._steps for path in step}
        middle = {path: median(step.get(path, 0.0) for step in self._steps) for path in paths}
        whole = sum(middle.values()) or 1.0
        found: dict[str, float] = defaultdict(float)
        for path, seconds in middle.items():
            for layer in (*blocks_around(path), path):
                found[layer] += seconds / whole
        return dict(found)

    def _enter(self, path: str, module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        self._begun[path] = time.perf_counter()

    def _leave(self, path: str, module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        self._seconds[path] += time.perf_counter() - self._begun[path]
        if output.requires_grad:
            register_multi_grad_hook([output], partial(self._arrive, path))

    def _arrive(self, path: str, gradients: Sequence[Tensor | None]) -> None:
        self._arrivals.append((time.perf_counter(), path))
