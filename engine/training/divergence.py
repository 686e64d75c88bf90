"""Which layer blew up first: the last steps before a run was lost, done once more with an eye on every number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from types import TracebackType

import torch
from torch import Tensor, nn
from torch.autograd.graph import register_multi_grad_hook

from engine.build import Model, layer_modules
from engine.training.batches.epochs import Tensors
from engine.training.learner import Learner

SECONDS = 4.0  # that looking for it may take
WATCHED = 2  # steps: weights that a step ruins are seen in the loss of the next one

Step = tuple[Tensors, Tensors, float]


@dataclass(frozen=True)
class Culprit:
    """Where numbers stopped being numbers first.

    Attributes:
        layer: path; "" where it was not found.
        what: "answers", "gradients" or "weights": what of the layer grew beyond all bounds.
    """

    layer: str = ""
    what: str = ""


def find(learner: Learner, steps: Iterator[Step], count: int, stopping: Callable[[], bool]) -> Culprit:
    """Does steps again and says where the first number that is none came from. The learner is worn out afterwards.

    Args:
        steps: inputs, targets and learning rate of each step since the state that the learner is in.
        count: how many of them were done when the run was lost.
        stopping: whether to give up, asked between two steps; so does time.
    """
    end = learner.clock() + SECONDS
    for number, (inputs, wanted, rate) in zip(range(1, count + 1), steps, strict=False):
        if stopping() or learner.clock() > end:
            break
        if number <= count - WATCHED:
            learner.step(inputs, wanted, rate)
            continue
        learner.changed()  # a recorded step passes no layer
        with _Watch(learner.model) as watch:
            loss = learner.step(inputs, wanted, rate)
        culprit = watch.verdict(bool(torch.isfinite(loss)))
        if culprit.layer:
            return culprit
    return Culprit()


class _Watch:
    """Within `with`, remembers the first layer whose answers, gradients or weights are not all numbers."""

    def __init__(self, model: Model) -> None:
        self._layers = list(layer_modules(model))
        self._handles: list[torch.utils.hooks.RemovableHandle] = []
        self._forwards: list[str] = []  # paths of layers in the order in which they answered
        self._arrived: list[str] = []  # and in which the gradients of their answers came
        self._answers = self._gradients = ""

    def __enter__(self) -> _Watch:
        for path, module in self._layers:
            self._handles.append(module.register_forward_hook(partial(self._answered, path)))
            for weights in module.parameters():
                if weights.requires_grad:
                    self._handles.append(register_multi_grad_hook([weights], partial(self._weighed, path)))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for handle in self._handles:
            handle.remove()

    def verdict(self, loss_is_number: bool) -> Culprit:
        """What was seen first: answers, then the loss of the last layer's answers, gradients, and the new weights."""
        if self._answers:
            return Culprit(self._answers, "answers")
        if not loss_is_number:
            return Culprit(self._forwards[-1] if self._forwards else "", "answers")
        if self._gradients:
            return Culprit(self._gradients, "gradients")
        ruined = (path for path, module in self._layers if not all(map(_finite, module.parameters())))
        return Culprit(next(ruined, ""), "weights")

    def _answered(self, path: str, module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        self._forwards.append(path)
        if not self._answers and not _finite(output):
            self._answers = path
        if output.requires_grad:
            self._handles.append(register_multi_grad_hook([output], partial(self._arrive, path)))

    def _arrive(self, path: str, gradients: Sequence[Tensor | None]) -> None:
        """The gradient of a layer's answers comes out of the layer that read them: the one whose own came before."""
        if not self._gradients and not all(_finite(one) for one in gradients if one is not None):
            self._gradients = self._arrived[-1] if self._arrived else path
        self._arrived.append(path)

    def _weighed(self, path: str, gradients: Sequence[Tensor | None]) -> None:
        if not self._gradients and not all(_finite(one) for one in gradients if one is not None):
            self._gradients = path


def _finite(values: Tensor) -> bool:
    return bool(torch.isfinite(values).all())
