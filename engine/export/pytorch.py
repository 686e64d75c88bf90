"""A folder that runs in plain PyTorch: readable code, weights, preparation, and scripts that load it and answer."""

from __future__ import annotations

from pathlib import Path

import torch

from engine.code.render import source as render
from engine.export import bundle
from engine.export.source import Source
from engine.shapes import Shape

ANSWERS = '''
def answers(here: Path, inputs: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
    """What the network gives for prepared inputs: for each output (examples, ...)."""
    network = Model()
    network.load_state_dict(torch.load(here / "weights.pt", weights_only=True))
    network.eval()
    made = []
    with torch.inference_mode():
        for batch in zip(*[torch.from_numpy(one).split(256) for one in inputs], strict=True):
            given = network(*batch)
            made.append(given if isinstance(given, tuple) else (given,))
    return [torch.cat(parts).numpy() for parts in zip(*made, strict=True)]
'''

LOAD = '''\
"""Loads the trained weights in plain PyTorch and runs one forward pass."""
from pathlib import Path
import torch
from model import Model

model = Model()
model.load_state_dict(torch.load(Path(__file__).with_name("weights.pt"), weights_only=True))
model.eval()
print(model({examples}))  # one example: {shapes}; prepare.py makes real ones
'''

README = """\
{title}

load.py       loads the weights in plain PyTorch and runs one forward pass: python load.py
predict.py    answers for new data, as CSV lines: python predict.py {usage}
model.py      the network
weights.pt    its weights: torch.load("weights.pt", weights_only=True)
prepare.py    turns raw data into what the network reads, by preparation.json; rows.py reads tables

Needs torch and numpy; for pictures also pillow, for texts also tokenizers.
"""


def write(source: Source, folder: Path) -> None:
    """Writes model.py, weights.pt, load.py, predict.py, prepare.py, rows.py, preparation.json and README.txt."""
    weights = {name: tensor.clone() for name, tensor in source.network.model.state_dict().items()}
    torch.save(weights, folder / "weights.pt")
    (folder / "model.py").write_text(render(source.network.plan), encoding="utf-8")
    shapes = source.network.plan.stage.shapes
    examples, said = ", ".join(map(_example, shapes)), "; ".join(map(str, shapes))
    (folder / "load.py").write_text(LOAD.format(examples=examples, shapes=said), encoding="utf-8")
    bundle.write(source, folder, "import torch\nfrom model import Model\n", ANSWERS)
    readme = README.format(title=source.name, usage=bundle.usage(source))
    (folder / "README.txt").write_text(readme, encoding="utf-8")


def _example(shape: Shape) -> str:
    sizes = ", ".join(str(size) for size in (1, *shape.sizes))
    return f"torch.zeros({sizes}, dtype=torch.int64)" if shape.values == "ids" else f"torch.zeros({sizes})"
