"""The ways to take a trained network away, each declared once. What one imports, torch too, waits until it runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Exporter:
    """One way.

    Attributes:
        kind: what commands call it.
        title: name on screen.
        about: what it is good for, one plain sentence.
        main: the file that matters most. `out` ending like it asks for that file alone.
        module: has `write(source, folder)`, which writes all files into an empty folder; and
            `write_main(source, file)` where the main file is another one at another place, so that it cannot be moved.
    """

    kind: str
    title: str
    about: str
    main: str
    module: str


EXPORTERS: dict[str, Exporter] = {
    entry.kind: entry
    for entry in (
        Exporter(
            "torch",
            "PyTorch code and weights",
            "Runs in plain PyTorch: the network as readable code, its weights, and a script that answers.",
            "weights.pt",
            "engine.export.pytorch",
        ),
        Exporter(
            "onnx",
            "ONNX",
            "For other programs and languages: the network in the open format that ONNX Runtime and others read.",
            "network.onnx",
            "engine.export.onnx",
        ),
        Exporter(
            "weights",
            "Weights only",
            "The trained numbers alone, in one safetensors file.",
            "weights.safetensors",
            "engine.export.weights",
        ),
        Exporter(
            "project",
            "Project",
            "The project file as it was when this run began, to train it again or to pass it on.",
            "project.layerdeck",
            "engine.export.project",
        ),
    )
}
