"""The trained numbers alone, in one safetensors file."""

from __future__ import annotations

from pathlib import Path

from safetensors.torch import save_file

from engine.export import EXPORTERS
from engine.export.source import Source

WEIGHTS = EXPORTERS["weights"].main
README = f"""\
{WEIGHTS} holds the weights of the network "{{name}}", by name: safetensors.torch.load_file("{WEIGHTS}") reads them.
"""


def write(source: Source, folder: Path) -> None:
    """Writes the weights, and a line that says how to read them."""
    weights = {name: tensor.contiguous() for name, tensor in source.network.model.state_dict().items()}
    save_file(weights, folder / WEIGHTS)
    (folder / "README.txt").write_text(README.format(name=source.name), encoding="utf-8")
