"""A plan -> a torch module. Its state_dict has the keys of the printed code: `<layer id>.weight`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor, nn

from engine import initialisation, modules, quick
from engine.errors import EngineError
from engine.layers.calls import Call
from engine.paths import joined
from engine.plan import Plan, Stage, Step

torch.set_flush_denormal(
    True
)  # before torch's threads start: they inherit it; denormals made an LSTM step ten times slower


class Stack(nn.Module):
    """The layers of one stage as attributes named by their ids.

    forward: a tensor (batch, *entry) for each entry -> (batch, *output), or a tuple of them where there are several.
    """

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        for step in stage.steps:
            if step.makes:
                self._add(step, _reads_alone(step, stage))
        # in a list as well, so that a module can stand in the chain twice
        self._turns = [self.get_submodule(_module(step)) for step in stage.steps if _module(step)]
        self._chain = stage.chain and not any(step.weight for step in stage.steps)
        self._entries, self._results = stage.entries, stage.results
        self._routes = [_Route.of(step) for step in stage.steps]

    def forward(self, *inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        if self._chain:
            (x,) = inputs
            for module in self._turns:
                x = module(x)
            return x
        values = dict(zip(self._entries, inputs, strict=True))
        for route in self._routes:
            read = [values[name] for name in route.inputs]
            if route.weight:
                read.append(self.get_parameter(route.weight))
            values[route.id] = self.get_submodule(route.module)(*read) if route.module else read[0]
        made = tuple(values[name] for name in self._results)
        return made if len(made) > 1 else made[0]

    def _add(self, step: Step, before: str) -> None:
        if hasattr(self, step.id):
            raise EngineError(f"A layer cannot have the id {step.id}", layer=step.id, hint="Delete it and add it again")
        if step.repeats:
            self.add_module(step.id, nn.Sequential(*[Stack(stage) for stage in step.repeats]))
        else:
            self.add_module(step.id, in_turn(step.calls, step.arguments, before))


@dataclass(frozen=True)
class _Route:
    """What one step does in forward: `module` receives `inputs` and the parameter `weight`; "" where there is none."""

    id: str
    inputs: tuple[str, ...]
    module: str
    weight: str

    @classmethod
    def of(cls, step: Step) -> _Route:
        return cls(step.id, step.inputs, _module(step), f"{step.shares}.{step.weight}" if step.weight else "")


def layer_modules(stack: Stack, above: str = "") -> Iterator[tuple[str, nn.Module]]:
    """The path of every layer that computes, and its module; a block's repeats share their paths."""
    for name, module in stack.named_children():
        path = joined(above, name)
        repeats = [child for child in module.children() if isinstance(child, Stack)]
        if repeats:
            for repeat in repeats:
                yield from layer_modules(repeat, path)
        else:
            yield path, module


def _module(step: Step) -> str:
    """The attribute that a step calls: its own or that of the step it shares with; "" where it hands on."""
    return step.id if step.makes else step.shares


class Model(Stack):
    """A network: `logits` for the losses, `forward` for answers with the output activations applied.

    With one Output all three give a tensor, else a tuple in the order of the Outputs.
    """

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan.stage)
        self._heads = [[make(call) for call in head] for head in plan.heads]  # no parameters, and no submodules
        self._still: list[nn.Module] = []
        self._fixed = frozenset(name for name, one in self.named_parameters() if not one.requires_grad)

    def train(self, mode: bool = True) -> Self:
        """Training or evaluation mode; what `rest` was told of stays in evaluation mode."""
        super().train(mode)
        for module in self._still:
            module.training = False
        return self

    def logits(self, *inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        """A tensor (batch, *input) for each Input -> (batch, *output), before the output activation."""
        return super().forward(*inputs)

    def answers(self, logits: Tensor | tuple[Tensor, ...]) -> Tensor | tuple[Tensor, ...]:
        """Logits -> answers: shares of classes, or numbers."""
        if isinstance(logits, Tensor):
            return _applied(self._heads[0], logits)
        return tuple(_applied(head, values) for head, values in zip(self._heads, logits, strict=True))

    def forward(self, *inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        return self.answers(self.logits(*inputs))


# functions and not methods: a layer may have any name that a method of nn.Module has not


def rest(model: Model, modules_: Iterable[nn.Module], resting: bool) -> None:
    """Keeps modules in evaluation mode while the others train, or no longer."""
    given = list(modules_)
    known = {id(one) for one in given}
    model._still = [one for one in model._still if id(one) not in known] + (given if resting else [])
    model.train(model.training)


def learnable(model: Model) -> dict[str, nn.Parameter]:
    """The parameters that can learn, frozen or not; without those that a module keeps as they are."""
    return {name: one for name, one in model.named_parameters() if name not in model._fixed}


def _applied(modules_: Sequence[nn.Module], x: Tensor) -> Tensor:
    for module in modules_:
        x = module(x)
    return x


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


def _reads_alone(step: Step, stage: Stage) -> str:
    """The module that gives what a step reads, where nothing else reads it; "" where it is not known or read twice."""
    source = next((one for one in stage.steps if step.inputs == (one.id,)), None)
    readers = [name for one in stage.steps for name in one.inputs] + list(stage.results)
    alone = source is not None and readers.count(source.id) == 1
    return source.calls[-1].target if source and source.calls and alone else ""


def in_turn(calls: Sequence[Call], arguments: int = 1, before: str = "") -> nn.Module:
    """One module for several calls: the only one itself, else nn.Sequential.

    Chain where the first receives several `arguments`.

    Args:
        before: the module that gives what the first one reads, where nothing else reads it.
    """
    sources = before, *[call.target for call in calls]
    made = [_made(call, source) for call, source in zip(calls, sources, strict=False)]
    if len(made) == 1:
        return made[0]
    return nn.Sequential(*made) if arguments == 1 else modules.Chain(*made)


def _made(call: Call, before: str) -> nn.Module:
    return quick.ReLU() if call.target == "nn.ReLU" and before in quick.FRESH else make(call)


def make(call: Call) -> nn.Module:
    """The module that a call names: "nn.X" of torch.nn, anything else of engine.modules. Nothing else can be named.

    Those of torch.nn come in their quick form where there is one.
    """
    head, _, tail = call.target.rpartition(".")
    kind = quick.FORMS.get(call.target) or getattr(nn if head == "nn" else modules, tail)
    if not (isinstance(kind, type) and issubclass(kind, nn.Module)):
        raise TypeError(f"{call.target} is not a module")
    module = kind(*call.args, **dict(call.kwargs))
    if not call.start or torch.get_default_device().type == "meta":
        return module
    function, *rules = [getattr(initialisation, name) for name in call.start]
    begun: nn.Module = function(module, *rules)
    return begun
