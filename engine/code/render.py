"""A plan -> PyTorch source that people like to read, with the same module tree and weights' names as `engine.build`."""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Iterator
from itertools import chain, count

from engine import modules
from engine.layers.calls import Call
from engine.plan import Plan, Stage, Step
from engine.shapes import Shape

INDENT = "    "


def source(plan: Plan) -> str:
    """A module's text with `class Model(nn.Module)`: `logits(x)` for the loss, `forward(x)` for answers."""
    writer = _Writer()
    body = writer.model(plan)
    helpers = [inspect.getsource(getattr(modules, name)).rstrip() for name in sorted(writer.helpers)]
    parts = ["import torch\nfrom torch import Tensor, nn", *helpers, *writer.blocks.values(), body]
    return "\n\n\n".join(parts) + "\n"


def lines_of(plan: Plan, layer_id: str) -> str:
    """The line that makes one layer, for the inspector; "" for a layer that only hands on."""
    for step in plan.stage.steps:
        if step.id == layer_id and step.calls:
            return "\n".join(call.source() for call in step.calls)
    return ""


class _Writer:
    """Collects the helper classes and block classes that a model's text needs."""

    def __init__(self) -> None:
        self.helpers: set[str] = set()
        self.blocks: dict[str, str] = {}  # class body without its name -> text

    def model(self, plan: Plan) -> str:
        text = [
            "class Model(nn.Module):",
            f'{INDENT}"""Reads {_batch(plan.stage.shape)}, gives {_batch(plan.stage.output)}."""',
            "",
        ]
        text += self._init(plan.stage, [f"self.head = {self._in_turn(plan.head)}"] if plan.head else [])
        name = "logits" if plan.head else "forward"
        text += ["", *self._forward(plan.stage, name)]
        if plan.head:
            text += [
                "",
                f"{INDENT}def forward(self, x: Tensor) -> Tensor:",
                f"{INDENT * 2}return self.head(self.logits(x))",
            ]
        else:
            text += ["", f"{INDENT}def logits(self, x: Tensor) -> Tensor:", f"{INDENT * 2}return self.forward(x)"]
        return "\n".join(text)

    def _init(self, stage: Stage, more: list[str]) -> list[str]:
        lines = [f"self.{step.id} = {self._made(step)}" for step in stage.steps if not step.passes_on] + more
        return [
            f"{INDENT}def __init__(self) -> None:",
            f"{INDENT * 2}super().__init__()",
            *[INDENT * 2 + line for line in lines],
        ]

    def _forward(self, stage: Stage, name: str) -> list[str]:
        lines = list(_chain(stage) if stage.chain else _graph(stage))
        head = f"{INDENT}def {name}(self, x: Tensor) -> Tensor:  # {_batch(stage.shape)}"
        return [head, *[INDENT * 2 + line for line in lines]]

    def _made(self, step: Step) -> str:
        if not step.repeats:
            return self._in_turn(step.calls)
        names = [self._block(stage, step.id) for stage in step.repeats]
        if len(set(names)) == 1 and len(names) > 1:
            return f"nn.Sequential(*[{names[0]}() for _ in range({len(names)})])"
        return f"nn.Sequential({', '.join(f'{name}()' for name in names)})"

    def _block(self, stage: Stage, layer_id: str) -> str:
        text = "\n".join([*self._init(stage, []), "", *self._forward(stage, "forward")])
        if text not in self.blocks:
            stem = "".join(word.capitalize() for word in layer_id.split("_"))
            taken = [known.split("(")[0].removeprefix("class ") for known in self.blocks.values()]
            names = chain([stem], (f"{stem}Part{number}" for number in count(2)))
            name = next(name for name in names if name not in taken and _free(name))
            self.blocks[text] = f"class {name}(nn.Module):\n{text}"
        return self.blocks[text].split("(")[0].removeprefix("class ")

    def _in_turn(self, calls: tuple[Call, ...]) -> str:
        self.helpers |= {call.target for call in calls if "." not in call.target}
        sources = [call.source() for call in calls]
        return sources[0] if len(sources) == 1 else f"nn.Sequential({', '.join(sources)})"


def _free(name: str) -> bool:
    """Whether a block's class can have this name: Python's words, helper classes and what is imported cannot."""
    return not (keyword.iskeyword(name) or name in ("Model", "Tensor") or hasattr(modules, name))


def _chain(stage: Stage) -> Iterator[str]:
    for step in stage.steps:
        if not step.passes_on:
            yield f"x = self.{step.id}(x)  # {_batch(step.output)}"
    yield "return x"


def _graph(stage: Stage) -> Iterator[str]:
    names = {stage.entry: "x"}
    for step in stage.steps:
        read = ", ".join(names[name] for name in step.inputs)
        names[step.id] = f"{step.id}_out"
        made = read if step.passes_on else f"self.{step.id}({read})"
        yield f"{names[step.id]} = {made}  # {_batch(step.output)}"
    yield f"return {names[stage.result]}"


def _batch(shape: Shape) -> str:
    return "(batch" + "".join(f", {name} {size}" for name, size in shape.axes) + ")"
