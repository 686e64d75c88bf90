"""Runs that average, freeze or round: what is kept, measured and exported is what the network answers with."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.build import build
from engine.export.writing import export
from engine.layers.base import Learning
from engine.layers.core.basics import Dense
from engine.layers.normalise.normalisation import BatchNorm
from engine.network import Network
from engine.plan import plan_of
from engine.runs.evaluate import evaluate
from engine.runs.folder import RunFolder
from engine.training.checkpoint import snapshot as snapshots
from tests.engine.runs.test_evaluate import train, write_rows

END = Dense(units=2, activation="softmax")


@pytest.mark.parametrize(
    "settings", [{"averaging": 0.99}, {"precision": "bfloat16"}, {"accumulate": 4, "deterministic": True}], ids=str
)
def test_the_validation_split_measures_as_it_did_at_the_end_of_training(settings, tmp_path):
    write_rows(tmp_path / "rows.csv")
    folder = train(tmp_path, Network.stack(Dense(units=32), BatchNorm(), END), **settings)
    last, found = RunFolder(folder).epochs()[-1], evaluate(folder, "validation")
    assert found.metrics == pytest.approx(dict(last.metrics))
    right = found.answers[np.arange(found.examples), found.targets]
    assert -np.log(right).mean() == pytest.approx(last.loss, rel=1e-4)


def test_the_averaged_weights_are_exported(tmp_path):
    write_rows(tmp_path / "rows.csv")
    folder = train(tmp_path, Network.stack(Dense(units=8), END), averaging=0.99)
    export("weights", folder, tmp_path / "out")
    arrays = snapshots.read(RunFolder(folder).snapshot().path).arrays
    for name, tensor in load_file(tmp_path / "out" / "weights.safetensors").items():
        assert np.array_equal(tensor.numpy(), arrays[f"average.{name}"])
        assert not np.array_equal(tensor.numpy(), arrays[f"model.{name}"])


@pytest.mark.parametrize("averaging", [0.0, 0.9])
def test_a_frozen_layer_is_exported_as_it_began(averaging, tmp_path):
    write_rows(tmp_path / "rows.csv")
    frozen = Dense(units=8, learning=Learning(frozen=True))
    folder = train(tmp_path, Network.stack(frozen, END), averaging=averaging)
    export("weights", folder, tmp_path / "out")
    run, found = RunFolder(folder), load_file(tmp_path / "out" / "weights.safetensors")
    project = run.project()
    fresh = build(plan_of(project.network, run.facts(), project.training), project.training.seed).state_dict()
    same = {name: torch.equal(found[name], fresh[name]) for name in fresh}
    assert same == {name: name.startswith("dense.") for name in fresh}
