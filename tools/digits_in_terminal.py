"""Trains the digits sample in the terminal, for want of a display; leaves the weights and a picture of the curve."""

from __future__ import annotations

import sys
from pathlib import Path

from matplotlib.figure import Figure

from engine.cli import main as layerdeck
from engine.cli.output import say
from engine.runs.folder import RunFolder

FOLDER = Path("digits-run")


def main() -> int:
    """Makes, trains, measures and exports the sample in ./digits-run; gives the first exit code that is not 0."""
    say("There is no display for the window, so Layerdeck trains the digits sample here in the terminal.")
    project, run, weights = FOLDER / "digits.layerdeck", FOLDER / "run", FOLDER / "weights.safetensors"
    for words in (
        ("new", "--sample", "digits", "--out", project, "--replace"),
        ("train", project, "--out", run, "--replace"),
        ("evaluate", run),
        ("export", run, "--format", "weights", "--out", weights, "--replace"),
    ):
        code = layerdeck([str(word) for word in words])
        if code:
            return code
    say(f"Weights: {weights.absolute()}")
    say(f"Curve:   {draw(run, FOLDER / 'curve.png').absolute()}")
    return 0


def draw(run: Path, picture: Path) -> Path:
    """Draws the loss of every step and the validation loss of every epoch as PNG."""
    folder = RunFolder(run)
    losses, epochs = folder.losses(), folder.epochs()
    figure = Figure(figsize=(8, 4.5), dpi=120, layout="tight")
    axes = figure.add_subplot(xlabel="step", ylabel="loss", title="Digits")
    axes.plot(range(1, len(losses) + 1), losses, alpha=0.6, label="training, each step")
    measured = [epoch for epoch in epochs if epoch.loss is not None]
    axes.plot([epoch.step for epoch in measured], [epoch.loss for epoch in measured], label="validation, each epoch")
    axes.set_ylim(bottom=0)
    axes.legend()
    figure.savefig(picture)
    return picture


if __name__ == "__main__":
    sys.exit(main())
