"""How well networks learn from weights as torch begins them and as "automatic" does, on the same data and seeds.

`python -m benchmarks.initialisation [NAME ...]` trains each sample's starter and each template on the data it comes
with, twice for each seed, prints a table and writes benchmarks/initialisation.json. Validation loss at the best epoch
and accuracy (or R²) there, medians over seeds; "half way" is the loss after half of the epochs. "z" is the mean of the
best losses' differences, automatic less torch's, over its standard error: below -2 better, above 2 worse, else chance.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from math import sqrt
from pathlib import Path
from statistics import mean, median, stdev
from typing import Any

from engine.data.dataset import Dataset, Ticket
from engine.data.load import load
from engine.data.samples import SAMPLES
from engine.network import Network
from engine.project import Project
from engine.record.control import Control
from engine.record.events import EpochEnd
from engine.record.request import TrainingRequest
from engine.starter import sample_project
from engine.templates.gallery import TEMPLATES
from engine.training.worker import run

RESULT = Path(__file__).with_suffix(".json")
FEW = ("text_cnn", "vgg", "unet", "transformer", "resnet18", "vit", "gpt", "gru")  # runs take minutes
SEEDS = dict.fromkeys(FEW, 3)
MOST_SEEDS = 10
MOST_EPOCHS = {"resnet18": 2, "vgg": 5, "vit": 3, "gpt": 1, "unet": 5, "transformer": 4, "gru": 30}


def main(names: list[str]) -> None:
    """Measures the named samples and templates, or all of them."""
    rows = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
    for name in names or [*(f"sample {one}" for one in SAMPLES), *TEMPLATES]:
        rows[name] = measured(name)
        print(line(name, rows[name]), flush=True)
        RESULT.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def measured(name: str) -> dict[str, object]:
    """Both ways, for every seed by turns: what `outcome` says of each run."""
    project = project_of(name)
    assert project.data is not None
    dataset = load(project.data, Ticket())
    ways: dict[str, list[dict[str, float]]] = {"torch": [], "automatic": []}
    for seed in range(SEEDS.get(name, MOST_SEEDS)):
        seeded = project.changed(training=project.training.changed(seed=seed))
        ways["torch"].append(outcome(with_torchs(seeded), dataset))
        ways["automatic"].append(outcome(seeded, dataset))
    return {"epochs": project.training.epochs, **ways}


def project_of(name: str) -> Project:
    """A starter or a template as a person gets it, with fewer epochs where it takes long."""
    project = (
        sample_project(name.removeprefix("sample ")) if name.startswith("sample ") else TEMPLATES[name].sample_project()
    )
    epochs = min(project.training.epochs, MOST_EPOCHS.get(name, 1_000))
    return project.changed(training=project.training.changed(epochs=epochs, threads=1))


def with_torchs(project: Project) -> Project:
    """The project with every layer begun as torch begins it."""
    text = re.sub(r'"initialisation":"[a-z_]+"', '"initialisation":"torch"', project.network.model_dump_json())
    return project.changed(network=Network.model_validate_json(text))


def outcome(project: Project, dataset: Dataset) -> dict[str, float]:
    """A run's validation loss half way and at its best epoch, with the first metric there."""
    epochs = list(trained(project, dataset))
    losses = [end.train_loss if end.loss is None else end.loss for end in epochs]
    best = epochs[losses.index(min(losses))]
    metric = next(iter(best.metrics.values()), float("nan"))
    return {"half_way": losses[(len(losses) - 1) // 2], "loss": min(losses), "metric": metric, "last": losses[-1]}


def trained(project: Project, dataset: Dataset) -> Iterator[EpochEnd]:
    """The epochs of a run."""
    with tempfile.TemporaryDirectory() as folder:
        for event in run(TrainingRequest(project, dataset, Path(folder) / "run"), Control()):
            if isinstance(event, EpochEnd):
                yield event


def line(name: str, row: dict[str, Any]) -> str:
    """One row of the table, as docs/initialisation.md has it."""
    cells = [name, str(row["epochs"])]
    for measure in ("half_way", "loss", "metric"):
        before, after = (median(run[measure] for run in row[way]) for way in ("torch", "automatic"))
        cells += [f"{before:.4g}", f"{after:.4g}"]
    return f"| {' | '.join([*cells, z(row)])} |"


def z(row: dict[str, Any]) -> str:
    """Mean difference of the best losses over its standard error; "-" of fewer than three seeds."""
    apart = [new["loss"] - old["loss"] for old, new in zip(row["torch"], row["automatic"], strict=True)]
    if len(apart) < 3 or not stdev(apart):
        return "-"
    return f"{mean(apart) / (stdev(apart) / sqrt(len(apart))):.1f}"


if __name__ == "__main__":
    main(sys.argv[1:])
