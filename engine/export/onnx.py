"""The network in the open ONNX format, with a script that answers through ONNX Runtime."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.export import Dim
from torch.fx import GraphModule

from engine.errors import EngineError
from engine.export import EXPORTERS, bundle
from engine.export.source import Source
from engine.plan import Plan
from engine.shapes import Shape

NETWORK = EXPORTERS["onnx"].main

ANSWERS = f'''
def answers(here: Path, inputs: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
    """What the network gives for prepared inputs: for each output (examples, ...)."""
    session = onnxruntime.InferenceSession(str(here / "{NETWORK}"), providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_inputs()]
    made = []
    for at in range(0, len(inputs[0]), 256):
        batch = [one[at : at + 256] for one in inputs]
        made.append(session.run(None, dict(zip(names, batch, strict=True))))
    return [np.concatenate(parts) for parts in zip(*made, strict=True)]
'''

README = """\
{title}

{network}  the network with its weights and its output activation
              {reads}; {gives}
predict.py    answers for new data, as CSV lines: python predict.py {usage}
prepare.py    turns raw data into what the network reads, by preparation.json; rows.py reads tables

predict.py needs onnxruntime and numpy; for pictures also pillow, for texts also tokenizers.
"""


def write(source: Source, folder: Path) -> None:
    """Writes network.onnx, predict.py, prepare.py, rows.py, preparation.json and README.txt."""
    plan = source.network.plan
    inputs, outputs = names(plan)
    with _quiet():
        try:
            program = torch.onnx.export(
                _tellable(source.network.model),
                tuple(_example(shape) for shape in plan.stage.shapes),
                dynamo=True,
                dynamic_shapes=(tuple({0: Dim.DYNAMIC} for _ in plan.stage.shapes),),
                input_names=inputs,
                output_names=outputs,
                verbose=False,
            )
        except torch.onnx.errors.OnnxExporterError as error:
            raise EngineError("This network cannot be written as ONNX", hint="Export it as PyTorch code") from error
        if program is None:
            raise AssertionError("the exporter gives a program where no file is named")
        program.save(str(folder / NETWORK), external_data=False)
    bundle.write(source, folder, "import onnxruntime\n", ANSWERS)
    said = {"reads": _said(inputs, plan.stage.shapes), "gives": _said(outputs, plan.stage.outputs)}
    readme = README.format(title=source.name, network=NETWORK, usage=bundle.usage(source), **said)
    (folder / "README.txt").write_text(readme, encoding="utf-8")


def names(plan: Plan) -> tuple[list[str], list[str]]:
    """What the inputs and outputs are called: "input" and "answers", or as in the data where there are several."""
    inputs = list(plan.sources) if len(plan.sources) > 1 else ["input"]
    outputs = list(plan.targets) if plan.several else ["answers"]
    taken: list[str] = []
    for name in (*inputs, *outputs):
        wishes = (name if number == 1 else f"{name}_{number}" for number in count(1))
        taken.append(next(wish for wish in wishes if wish not in taken))
    return taken[: len(inputs)], taken[len(inputs) :]


def _said(names: Sequence[str], shapes: Sequence[Shape]) -> str:
    pairs = [f'"{name}" (batch, {shape})' for name, shape in zip(names, shapes, strict=True)]
    return pairs[0].replace('" (', '" is (') if len(pairs) == 1 else ", ".join(pairs)


class _Within(nn.Module):
    """A network one level down, so that its layers' ids are not names of the module that exports it."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, *inputs: torch.Tensor) -> Any:
        return self.network(*inputs)


def _tellable(model: nn.Module) -> nn.Module:
    """The network as it can be exported: torch's graphs have attributes ("code", "graph") that layers may be called."""
    taken = any(hasattr(GraphModule, name) for name, _ in model.named_children())
    return _Within(model) if taken else model


def _example(shape: Shape) -> torch.Tensor:
    """Two zeros of a sample: with one, the exporter would take the batch for fixed."""
    return torch.zeros((2, *shape.sizes), dtype=torch.int64 if shape.values == "ids" else torch.float32)


@contextmanager
def _quiet() -> Iterator[None]:
    """The exporter warns of its own internals, which says nothing to the person."""
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "onnxscript", "onnx_ir", "torch.export")]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
