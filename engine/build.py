"""A plan -> a torch module. Its state_dict has the keys of the printed code: `<layer id>.weight`."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from engine import modules
from engine.errors import EngineError
from engine.layers.calls import Call
from engine.plan import Plan, Stage, Step

torch.set_flush_denormal(
    True
)  # before torch's threads start: they inherit it; denormals made an LSTM step ten times slower


class Stack(nn.Module):
    """The layers of one stage as attributes named by their ids. forward: (batch, *entry) -> (batch, *output)."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        for step in stage.steps:
            if not step.passes_on:
                self._add(step)
        self._chain = stage.chain
        self._entry, self._result = stage.entry, stage.result
        self._routes = [(step.id, step.inputs, not step.passes_on) for step in stage.steps]

    def forward(self, x: Tensor) -> Tensor:
        if self._chain:
            for module in self._modules.values():
                x = module(x) if module is not None else x
            return x
        values: dict[str, Tensor] = {self._entry: x}
        for name, inputs, computes in self._routes:
            read = [values[other] for other in inputs]
            values[name] = self.get_submodule(name)(*read) if computes else read[0]
        return values[self._result]

    def _add(self, step: Step) -> None:
        if hasattr(self, step.id):
            raise EngineError(f"A layer cannot have the id {step.id}", layer=step.id, hint="Delete it and add it again")
        if step.repeats:
            self.add_module(step.id, nn.Sequential(*[Stack(stage) for stage in step.repeats]))
        else:
            self.add_module(step.id, in_turn(step.calls))


class Model(Stack):
    """A network: `logits` for the loss, `forward` for answers with the output activation applied."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan.stage)
        self._head = [make(call) for call in plan.head]  # no parameters; in a list, so that it is not part of the chain

    def logits(self, x: Tensor) -> Tensor:
        """(batch, *input) -> (batch, *output), before the output activation."""
        return super().forward(x)

    def answers(self, logits: Tensor) -> Tensor:
        """Logits -> answers: shares of classes, or numbers."""
        for module in self._head:
            logits = module(logits)
        return logits

    def forward(self, x: Tensor) -> Tensor:
        return self.answers(self.logits(x))


def build(plan: Plan, seed: int = 0) -> Model:
    """The module with freshly drawn weights; the same seed draws the same. Uses torch's global random state."""
    torch.manual_seed(seed)
    return Model(plan)


def blank(plan: Plan) -> Model:
    """The module without weights, on the meta device: draws no random number.

    Fill it by `load_state_dict(..., assign=True)`.
    """
    with torch.device("meta"):
        return Model(plan)


def in_turn(calls: Sequence[Call]) -> nn.Module:
    """One module for several calls: the only one itself, else nn.Sequential."""
    made = [make(call) for call in calls]
    return made[0] if len(made) == 1 else nn.Sequential(*made)


def make(call: Call) -> nn.Module:
    """The module that a call names: "nn.X" of torch.nn, anything else of engine.modules. Nothing else can be named."""
    head, _, tail = call.target.rpartition(".")
    kind = getattr(nn if head == "nn" else modules, tail)
    if not (isinstance(kind, type) and issubclass(kind, nn.Module)):
        raise TypeError(f"{call.target} is not a module")
    return kind(*call.args, **dict(call.kwargs))
