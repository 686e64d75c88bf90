"""A folder that runs in plain PyTorch: readable code, weights, preparation, and scripts that load it and answer."""

from __future__ import annotations

from pathlib import Path

import torch

from engine.code.render import source as render
from engine.export import bundle
from engine.export.source import Source
from engine.shapes import Shape

ANSWERS = '''
def answers(here: Path, inputs: NDArray[Any]) -> NDArray[Any]:
    """What the network gives for prepared inputs, (examples, units)."""
    network = Model()
    network.load_state_dict(torch.load(here / "weights.pt", weights_only=True))
    network.eval()
    with torch.inference_mode():
        return torch.cat([network(batch) for batch in torch.from_numpy(inputs).split(256)]).numpy()
'''

LOAD = '''\
"""Loads the trained weights in plain PyTorch and runs one forward pass."""
from pathlib import Path
import torch
from model import Model

model = Model()
model.load_state_dict(torch.load(Path(__file__).with_name("weights.pt"), weights_only=True))
model.eval()
print(model({example}))  # one example: {shape}; prepare.py makes real ones
'''

README = """\
{title}

load.py       loads the weights in plain PyTorch and runs one forward pass: python load.py
predict.py    answers for new data, as CSV lines: python predict.py {usage}
model.py      the network
weights.pt    its weights: torch.load("weights.pt", weights_only=True)
prepare.py    turns raw data into what the network reads, by preparation.json

Needs torch and numpy; for pictures also pillow, for texts also tokenizers.
"""


def write(source: Source, folder: Path) -> None:
    """Writes model.py, weights.pt, load.py, predict.py, prepare.py, preparation.json and README.txt."""
    weights = {name: tensor.clone() for name, tensor in source.network.model.state_dict().items()}
    torch.save(weights, folder / "weights.pt")
    (folder / "model.py").write_text(render(source.network.plan), encoding="utf-8")
    (folder / "load.py").write_text(
        LOAD.format(example=_example(source.facts.input), shape=source.facts.input), encoding="utf-8"
    )
    bundle.write(source, folder, "import torch\nfrom model import Model\n", ANSWERS)
    readme = README.format(title=source.name, usage=bundle.usage(source))
    (folder / "README.txt").write_text(readme, encoding="utf-8")


def _example(shape: Shape) -> str:
    sizes = ", ".join(str(size) for size in (1, *shape.sizes))
    return f"torch.zeros({sizes}, dtype=torch.int64)" if shape.values == "ids" else f"torch.zeros({sizes})"
