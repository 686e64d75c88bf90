"""What learns: the module, its optimizer, the loss and the data, on one device.

It knows one step and one measurement; the loop knows when.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor, nn, optim

from engine.build import Model, build
from engine.data.dataset import Part
from engine.errors import EngineError
from engine.layers.calls import Call
from engine.plan import plan_of
from engine.training import objectives
from engine.training.batches import Tensors
from engine.training.control import Control
from engine.training.devices import choose_device, fastest_threads, prepare_thread, thread_candidates
from engine.training.request import TrainingRequest


@dataclass(frozen=True)
class Measured:
    """A split put through the network.

    Attributes:
        loss: weighted sum over targets of the means over examples (of words: over words).
        answers: for each Output (examples, units) float32 in the target's own unit, values (examples, *shape), or the
            likeliest words (examples, time).
    """

    loss: float
    answers: tuple[NDArray[Any], ...]


class Learner:
    """Model, optimizer, losses and training data of one run, on its device.

    Attributes:
        model: logits (batch, *output) of each Output for inputs (batch, *input) of each Input.
        objectives: one for each Output.
        inputs, targets: the training split on the device, for each Input and each Output; targets in the loss's form.
    """

    def __init__(self, request: TrainingRequest, threads: int = 0, stopping: Callable[[], bool] = bool) -> None:
        self.settings = request.project.training
        self.facts = request.dataset.facts
        prepare_thread(threads or self.settings.threads or thread_candidates()[-1])
        self.device = choose_device(self.settings.device)
        self._plan = plan_of(request.project.network, self.facts, self.settings)
        self.model: Model = build(self._plan, self.settings.seed).to(self.device)
        self.optimizer = make_optimizer(self.settings.optimizer.call(), self.model)
        preparation = request.dataset.preparation
        self.objectives = objectives.objectives(self._plan, self.facts, self.settings, preparation)
        self.inputs, self.targets = self._on_device(request.dataset.train)
        if not (threads or self.settings.threads):
            self._probe_threads(stopping)

    @property
    def examples(self) -> int:
        """In the training split."""
        return len(self.inputs[0])

    def step(self, inputs: Tensors, wanted: Tensors, rate: float) -> Tensor:
        """One step down the slope of the loss; gives the loss before it, on the device."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(self.model.logits(*inputs), wanted)
        torch.autograd.backward(loss)
        self.optimizer.step()
        return loss.detach()

    def finite(self) -> bool:
        """Whether all weights are numbers still."""
        return all(bool(torch.isfinite(weights).all()) for weights in self.model.parameters())

    def loss(self, logits: Tensor | Tensors, wanted: Tensors) -> Tensor:
        """Weighted sum over targets of the mean losses of a batch."""
        return objectives.total(self._losses(logits, wanted), self.objectives)

    def measure(self, part: Part, control: Control | None = None) -> Measured | None:
        """A split's loss and answers, without learning; None where `control` asked to stop meanwhile."""
        inputs, wanted = self._on_device(part)
        size = self._plan.measured_at_once
        sums = [0.0] * len(self.objectives)
        counts = [0] * len(self.objectives)
        answers = []
        self.model.eval()
        with torch.inference_mode():
            for batch, right in zip(_cut(inputs, size), _cut(wanted, size), strict=True):
                if control is not None and control.stopping:
                    self.model.train()
                    return None
                logits = self.model.logits(*batch)
                for place, loss in enumerate(self._losses(logits, right)):
                    count = self.objectives[place].counted(right[place])
                    sums[place] += float(loss) * count if count else 0.0
                    counts[place] += count
                given = objectives.each(self.model.answers(logits))
                answers.append([one.read(found) for one, found in zip(self.objectives, given, strict=True)])
        self.model.train()
        return self._measured(sums, counts, answers)

    def metrics(self, measured: Measured, part: Part) -> dict[str, float]:
        """The project's metrics of a measured split."""
        return objectives.named_metrics(self.objectives, self.settings.metrics, measured.answers, part)

    def _losses(self, logits: Tensor | Tensors, wanted: Tensors) -> list[Tensor]:
        given = objectives.each(logits)
        return [one.compared(*pair) for one, *pair in zip(self.objectives, given, wanted, strict=True)]

    def _measured(self, sums: list[float], counts: list[int], answers: list[list[Tensor]]) -> Measured:
        means = [total / max(1, count) for total, count in zip(sums, counts, strict=True)]
        first, *others = [mean * one.weight for mean, one in zip(means, self.objectives, strict=True)]
        numbers = objectives.joined(answers)
        own = tuple(one.own_unit(found) for one, found in zip(self.objectives, numbers, strict=True))
        return Measured(sum(others, first), own)

    def _on_device(self, part: Part) -> tuple[Tensors, Tensors]:
        inputs = objectives.inputs_for(self._plan, self.facts, part.all_inputs)
        wanted = tuple(objective.wanted(part) for objective in self.objectives)
        return tuple(one.to(self.device) for one in inputs), tuple(one.to(self.device) for one in wanted)

    def _probe_threads(self, stopping: Callable[[], bool]) -> None:
        """Keeps the faster number of threads, measured on copies and with the random state put back."""
        if self.device.type != "cpu" or len(thread_candidates()) == 1:
            return
        kept = self.model, self.optimizer, torch.get_rng_state()
        self.model = copy.deepcopy(self.model)
        self.optimizer = make_optimizer(self.settings.optimizer.call(), self.model)
        size = min(self.settings.batch_size, self.examples)
        inputs, wanted = (tuple(values[:size] for values in all_) for all_ in (self.inputs, self.targets))
        threads = fastest_threads(lambda: self._probe_step(inputs, wanted), stopping)
        self.model, self.optimizer, state = kept
        torch.set_rng_state(state)
        torch.set_num_threads(threads)

    def _probe_step(self, inputs: Tensors, wanted: Tensors) -> None:
        self.step(inputs, wanted, self.settings.optimizer.learning_rate)


def make_optimizer(call: Call, model: nn.Module) -> optim.Optimizer:
    """The torch.optim class that a call names ("optim.Adam"), in its fused form where it has one."""
    kind: Callable[..., optim.Optimizer] = getattr(optim, call.target.removeprefix("optim."))
    parameters = list(model.parameters())
    if not parameters:
        raise EngineError("The network has nothing to learn", hint="Add a layer with weights, such as Dense")
    more = {"fused": True} if "fused" in inspect.signature(kind).parameters else {}
    return kind(parameters, **dict(call.kwargs), **more)


def _cut(values: Tensors, size: int) -> Iterator[Tensors]:
    """Batches of `size` examples, of all tensors at once."""
    return zip(*[torch.split(one, size) for one in values], strict=True)
