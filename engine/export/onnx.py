"""The network in the open ONNX format, with a script that answers through ONNX Runtime."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch.export import Dim

from engine.errors import EngineError
from engine.export import bundle
from engine.export.source import Source
from engine.shapes import Shape

NETWORK = "network.onnx"

ANSWERS = f'''
def answers(here: Path, inputs: NDArray[Any]) -> NDArray[Any]:
    """What the network gives for prepared inputs, (examples, units)."""
    session = onnxruntime.InferenceSession(str(here / "{NETWORK}"), providers=["CPUExecutionProvider"])
    batches = range(0, len(inputs), 256)
    return np.concatenate([session.run(None, {{"input": inputs[at : at + 256]}})[0] for at in batches])
'''

README = """\
{title}

{network}  the network with its weights and its output activation
              "input" is (batch, {shape}), "answers" (batch, {answers})
predict.py    answers for new data, as CSV lines: python predict.py {usage}
prepare.py    turns raw data into what the network reads, by preparation.json

predict.py needs onnxruntime and numpy; for pictures also pillow, for texts also tokenizers.
"""


def write(source: Source, folder: Path) -> None:
    """Writes network.onnx, predict.py, prepare.py, preparation.json and README.txt."""
    shape = source.facts.input
    with _quiet():
        try:
            program = torch.onnx.export(
                source.network.model,
                (_example(shape),),
                dynamo=True,
                dynamic_shapes=({0: Dim.DYNAMIC},),
                input_names=["input"],
                output_names=["answers"],
                verbose=False,
            )
        except torch.onnx.errors.OnnxExporterError as error:
            raise EngineError("This network cannot be written as ONNX", hint="Export it as PyTorch code") from error
        if program is None:
            raise AssertionError("the exporter gives a program where no file is named")
        program.save(str(folder / NETWORK), external_data=False)
    bundle.write(source, folder, "import onnxruntime\n", ANSWERS)
    answers = source.network.plan.stage.output
    readme = README.format(title=source.name, network=NETWORK, shape=shape, answers=answers, usage=bundle.usage(source))
    (folder / "README.txt").write_text(readme, encoding="utf-8")


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
