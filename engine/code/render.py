"""A plan -> PyTorch source that people like to read, with the same module tree and weights' names as `engine.build`."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, count

from engine import modules
from engine.code.helpers import helpers
from engine.paths import joined
from engine.plan import Head, Plan, Stage, Step
from engine.shapes import Shape

INDENT = "    "
BUSY = {"self", "torch", "nn"}  # names that an argument of forward cannot have


@dataclass(frozen=True)
class Listing:
    """A network's source, and where each layer is in it.

    Attributes:
        lines: by path of a layer ("block.conv2d" is conv2d inside block) the numbers of its lines, from 0.
    """

    text: str
    lines: dict[str, tuple[int, ...]]

    def layer_at(self, line: int) -> str:
        """Path of the layer that a line belongs to, the first where there are several; "" where there is none."""
        return next((path for path, numbers in self.lines.items() if line in numbers), "")


def source(plan: Plan) -> str:
    """A module's text with `class Model(nn.Module)`: `logits(x)` for the loss, `forward(x)` for answers."""
    return listing(plan).text


def listing(plan: Plan) -> Listing:
    """A module's text, and the lines of each layer."""
    writer = _Writer()
    model = _Class("Model", writer.model(plan), [""])
    imports, classes = helpers(writer.helpers)
    text = "\n".join([*imports, "import torch", "from torch import Tensor, nn", ""])
    text += "".join(f"\n\n{part}\n" for part in classes)
    lines: dict[str, list[int]] = {}
    for made in (*writer.blocks, model):
        text += "\n\n"
        start = text.count("\n")
        text += "".join(f"{line.text}\n" for line in made.lines)
        for number, line in enumerate(made.lines, start):
            for path in made.named(line):
                lines.setdefault(path, []).append(number)
    return Listing(text, {path: tuple(numbers) for path, numbers in lines.items()})


@dataclass(frozen=True)
class _Line:
    """A line of a class, and ids of the layers in it that it belongs to; "." is the class itself."""

    text: str
    owners: tuple[str, ...] = ()


@dataclass
class _Class:
    """A class of the text.

    Attributes:
        paths: of the blocks that it stands for; "" for the network.
    """

    name: str
    lines: list[_Line]
    paths: list[str] = field(default_factory=list)

    def named(self, line: _Line) -> Iterator[str]:
        """Paths of the layers that a line belongs to."""
        for path in self.paths:
            for owner in line.owners:
                yield path if owner == "." else joined(path, owner)


class _Writer:
    """Collects the helper classes and block classes that a model's text needs."""

    def __init__(self) -> None:
        self.helpers: set[str] = set()
        self.blocks: list[_Class] = []

    def model(self, plan: Plan) -> list[_Line]:
        stage, names = plan.stage, _arguments(plan)
        head = [_Line(f"self.head = {self._in_turn(plan.head)}", plan.ends)] if plan.head and not plan.several else []
        return [
            _Line("class Model(nn.Module):"),
            _Line(f'{INDENT}"""Reads {_batches(stage.shapes)}, gives {_batches(stage.outputs)}."""'),
            _Line(""),
            *self._init(stage, "", head),
            _Line(""),
            *_forward(stage, "logits" if any(plan.heads) else "forward", names, plan.ends),
            _Line(""),
            *self._answers(plan, names),
        ]

    def _answers(self, plan: Plan, names: Sequence[str]) -> list[_Line]:
        """The other one of the two methods `logits` and `forward`."""
        several, given = plan.several, ", ".join(names)
        name = "forward" if any(plan.heads) else "logits"
        lines = [_Line(f"{INDENT}def {name}{_signature(names, len(plan.heads))}")]
        if name == "logits":
            body = [f"return self.forward({given})"]
        elif not several:
            body = [f"return self.head(self.logits({given}))"]
        else:
            results = _identifiers(plan.targets, "answer", {*names, *BUSY})
            applied = [
                f"{self._in_turn(head)}({result})" if head else result
                for head, result in zip(plan.heads, results, strict=True)
            ]
            body = [f"{', '.join(results)} = self.logits({given})", f"return {', '.join(applied)}"]
        return [*lines, *(_Line(INDENT * 2 + text, plan.ends) for text in body)]

    def _init(self, stage: Stage, path: str, more: Sequence[_Line] = ()) -> list[_Line]:
        lines = [
            _Line(f"self.{step.id} = {self._made(step, path)}", (step.part_of or step.id,))
            for step in stage.steps
            if step.makes
        ]
        return [
            _Line(f"{INDENT}def __init__(self) -> None:"),
            _Line(f"{INDENT * 2}super().__init__()"),
            *[_Line(INDENT * 2 + line.text, line.owners) for line in (*lines, *more)],
        ]

    def _made(self, step: Step, path: str) -> str:
        if not step.repeats:
            return self._in_turn(step.calls, step.arguments)
        names = [self._block(stage, step.id, joined(path, step.id)) for stage in step.repeats]
        if len(set(names)) == 1 and len(names) > 1:
            return f"nn.Sequential(*[{names[0]}() for _ in range({len(names)})])"
        return f"nn.Sequential({', '.join(f'{name}()' for name in names)})"

    def _block(self, stage: Stage, layer_id: str, path: str) -> str:
        """The name of the class that one repeat of a block is printed as; blocks alike have one."""
        body = [*self._init(stage, path), _Line(""), *_forward(stage, "forward", ["x"])]
        texts = [line.text for line in body]
        found = next((made for made in self.blocks if [line.text for line in made.lines[1:]] == texts), None)
        if found is None:
            stem = "".join(word.capitalize() for word in layer_id.split("_"))
            taken = {made.name for made in self.blocks}
            names = chain([stem], (f"{stem}Part{number}" for number in count(2)))
            name = next(name for name in names if name not in taken and _free(name))
            found = _Class(name, [_Line(f"class {name}(nn.Module):", (".",)), *body])
            self.blocks.append(found)
        if path not in found.paths:
            found.paths.append(path)
        return found.name

    def _in_turn(self, calls: Head, arguments: int = 1) -> str:
        self.helpers |= {name for call in calls for name in call.helpers}
        sources = [call.source() for call in calls]
        if len(sources) == 1:
            return sources[0]
        if arguments > 1:
            self.helpers.add("Chain")
        return f"{'nn.Sequential' if arguments == 1 else 'Chain'}({', '.join(sources)})"


def _free(name: str) -> bool:
    """Whether a block's class can have this name: Python's words, helper classes and what is imported cannot."""
    return not (keyword.iskeyword(name) or name in ("Model", "Tensor") or hasattr(modules, name))


def _arguments(plan: Plan) -> list[str]:
    """Names of what forward receives: x, or for several Inputs the names of what they read."""
    if len(plan.sources) == 1:
        return ["x"]
    return _identifiers(plan.sources, "input", {*BUSY, *(f"{step.id}_out" for step in plan.stage.steps)})


def _identifiers(names: Sequence[str], otherwise: str, taken: set[str]) -> list[str]:
    """Python names that remind of these; each is used once."""
    made: list[str] = []
    for name in names:
        stem = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
        stem = stem if re.match(r"[a-z]", stem) and not keyword.iskeyword(stem) else otherwise
        wishes = chain([stem], (f"{stem}_{number}" for number in count(2)))
        made.append(next(wish for wish in wishes if wish not in taken and wish not in made))
    return made


def _signature(names: Sequence[str], results: int) -> str:
    given = ", ".join(f"{name}: Tensor" for name in names)
    given_back = "Tensor" if results == 1 else f"tuple[{', '.join(['Tensor'] * results)}]"
    return f"(self, {given}) -> {given_back}:"


def _forward(stage: Stage, name: str, names: Sequence[str], ends: tuple[str, ...] = ()) -> list[_Line]:
    """The method that calls each module in turn; `ends` are the Outputs, which the last line belongs to."""
    head = f"{INDENT}def {name}{_signature(names, len(stage.results))}  # {_batches(stage.shapes)}"
    lines = _chain(stage) if stage.chain and names[0] == "x" else _graph(stage, names)
    body = [_Line(INDENT * 2 + line.text, line.owners or ends) for line in lines]
    return [_Line(head, tuple(entry for entry in stage.entries if ends)), *body]


def _chain(stage: Stage) -> Iterator[_Line]:
    for step in stage.steps:
        if not step.passes_on:
            yield _Line(f"x = {_called(step, ['x'])}  # {_batch(step.output)}", (step.part_of or step.id,))
    yield _Line("return x")


def _graph(stage: Stage, arguments: Sequence[str]) -> Iterator[_Line]:
    names = dict(zip(stage.entries, arguments, strict=True))
    for step in stage.steps:
        read = [names[name] for name in step.inputs]
        names[step.id] = f"{step.id}_out"
        made = read[0] if step.passes_on else _called(step, read)
        yield _Line(f"{names[step.id]} = {made}  # {_batch(step.output)}", (step.part_of or step.id,))
    yield _Line(f"return {', '.join(names[name] for name in stage.results)}")


def _called(step: Step, read: Sequence[str]) -> str:
    """The call of a step's module with what it reads, and with the weights it is lent."""
    if not step.weight:
        return f"self.{step.id if step.makes else step.shares}({', '.join(read)})"
    lent = f"self.{step.shares}" + "".join(
        f"[{part}]" if part.isdigit() else f".{part}" for part in step.weight.split(".")
    )
    return f"self.{step.id}({', '.join([*read, lent])})"


def _batch(shape: Shape) -> str:
    return "(batch" + "".join(f", {name} {size}" for name, size in shape.axes) + ")"


def _batches(shapes: Sequence[Shape]) -> str:
    return ", ".join(_batch(shape) for shape in shapes)
