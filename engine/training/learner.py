"""What learns: the module, its optimizer, the loss and the data, on one device.

It knows one step and one measurement; the loop knows when.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn, optim

from engine.build import Model, build, make
from engine.choices.measure import measure
from engine.data.dataset import Part
from engine.errors import EngineError
from engine.layers.calls import Call
from engine.plan import answer_form, plan
from engine.training import targets
from engine.training.control import Control
from engine.training.devices import choose_device, fastest_threads, prepare_thread, thread_candidates
from engine.training.request import TrainingRequest

MEASURE_BATCH = 512  # examples at once while measuring: small enough for Stop to be answered within 200 ms


@dataclass(frozen=True)
class Measured:
    """A split put through the network.

    answers: (examples, units) float32 in the target's own unit; loss: mean over examples.
    """

    loss: float
    answers: NDArray[np.float32]


class Learner:
    """Model, optimizer, loss and training data of one run, on its device.

    Attributes:
        model: logits (batch, *output) for inputs (batch, *input).
        inputs, targets: the training split on the device; targets in the loss's form.
    """

    def __init__(self, request: TrainingRequest, threads: int = 0, stopping: Callable[[], bool] = bool) -> None:
        self.settings = request.project.training
        self.facts = request.dataset.facts
        self.scale = target_scale(request.dataset.preparation)
        prepare_thread(threads or self.settings.threads or thread_candidates()[-1])
        self.device = choose_device(self.settings.device)
        self._plan = plan(request.project.network, self.facts.input, self.settings.loss)
        self.model: Model = build(self._plan, self.settings.seed).to(self.device)
        self.optimizer = make_optimizer(self.settings.optimizer.call(), self.model)
        self._prelude, self._criterion = make_loss(list(self.settings.loss.calls()))
        self.inputs, self.targets = self._on_device(request.dataset.train)
        if not (threads or self.settings.threads):
            self._probe_threads(stopping)

    def step(self, inputs: Tensor, wanted: Tensor, rate: float) -> Tensor:
        """One step down the slope of the loss; gives the loss before it, on the device."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(self.model.logits(inputs), wanted)
        torch.autograd.backward(loss)
        self.optimizer.step()
        return loss.detach()

    def finite(self) -> bool:
        """Whether all weights are numbers still."""
        return all(bool(torch.isfinite(weights).all()) for weights in self.model.parameters())

    def loss(self, logits: Tensor, wanted: Tensor) -> Tensor:
        """Mean loss of a batch."""
        loss: Tensor = self._criterion(self._prelude(logits), wanted)
        return loss

    def measure(self, part: Part, control: Control | None = None) -> Measured | None:
        """A split's loss and answers, without learning; None where `control` asked to stop meanwhile."""
        inputs, wanted = self._on_device(part)
        self.model.eval()
        form = answer_form(self._plan)
        total, answers = 0.0, []
        with torch.inference_mode():
            for batch, right in _cut(inputs, wanted):
                if control is not None and control.stopping:
                    self.model.train()
                    return None
                logits = self.model.logits(batch)
                total += float(self.loss(logits, right)) * len(batch)
                answers.append(targets.shares(self.model.answers(logits), form))
        self.model.train()
        numbers = torch.cat(answers).float().cpu().numpy()
        return Measured(total / len(part), targets.in_own_unit(numbers, self.facts.target, self.scale))

    def metrics(self, measured: Measured, part: Part) -> dict[str, float]:
        """The project's metrics of a measured split."""
        return measure(self.settings.metrics, measured.answers, part.targets, len(self.facts.target.classes))

    def _on_device(self, part: Part) -> tuple[Tensor, Tensor]:
        units = self._plan.stage.output.count
        wanted = targets.encode(part.targets, self.settings.loss, self.facts.target, units, self.scale)
        return torch.from_numpy(part.inputs).to(self.device), wanted.to(self.device)

    def _probe_threads(self, stopping: Callable[[], bool]) -> None:
        """Keeps the faster number of threads, measured on copies and with the random state put back."""
        if self.device.type != "cpu" or len(thread_candidates()) == 1:
            return
        kept = self.model, self.optimizer, torch.get_rng_state()
        self.model = copy.deepcopy(self.model)
        self.optimizer = make_optimizer(self.settings.optimizer.call(), self.model)
        size = min(self.settings.batch_size, len(self.inputs))
        batch = self.inputs[:size], self.targets[:size]
        threads = fastest_threads(lambda: self._probe_step(*batch), stopping)
        self.model, self.optimizer, state = kept
        torch.set_rng_state(state)
        torch.set_num_threads(threads)

    def _probe_step(self, inputs: Tensor, wanted: Tensor) -> None:
        self.step(inputs, wanted, self.settings.optimizer.learning_rate)


def make_optimizer(call: Call, model: nn.Module) -> optim.Optimizer:
    """The torch.optim class that a call names ("optim.Adam"), in its fused form where it has one."""
    kind: Callable[..., optim.Optimizer] = getattr(optim, call.target.removeprefix("optim."))
    parameters = list(model.parameters())
    if not parameters:
        raise EngineError("The network has nothing to learn", hint="Add a layer with weights, such as Dense")
    more = {"fused": True} if "fused" in inspect.signature(kind).parameters else {}
    return kind(parameters, **dict(call.kwargs), **more)


def make_loss(calls: list[Call]) -> tuple[nn.Module, nn.Module]:
    """What is applied to the logits first, and the module that compares them with the target."""
    *before, last = calls
    return nn.Sequential(*[make(call) for call in before]), make(last)


def target_scale(preparation: dict[str, object]) -> tuple[float, float]:
    """Mean and deviation a number target was scaled with; (0, 1) where it was not."""
    target = preparation.get("target")
    if not isinstance(target, dict):
        return 0.0, 1.0
    return float(target.get("mean", 0.0)), float(target.get("deviation", 1.0))


def _cut(inputs: Tensor, wanted: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    return zip(torch.split(inputs, MEASURE_BATCH), torch.split(wanted, MEASURE_BATCH), strict=True)
