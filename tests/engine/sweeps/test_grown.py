"""Random projects that the report finds no problem in: built as printed, counted as built, trained, kept."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.analysis import report
from engine.layers.core.basics import Dense
from engine.layers.image.pooling import GlobalPool2d
from engine.layers.normalise.normalisation import GroupNorm
from engine.layers.shape.shaping import Permute
from engine.network import Network
from engine.plan import plan_of
from engine.project import Project, load, save
from engine.record.request import TrainingRequest
from engine.training.checkpoint import snapshot
from engine.training.learner import Learner
from engine.training.objective.evaluation import finite
from tests.engine.analysis.samples import PICTURES, TABLE, examples
from tests.engine.analysis.samples import project as toy
from tests.engine.code.printed import both, same, some
from tests.engine.sweeps.growing import project

SEEDS = range(240)
PARTS = 8  # of the seeds, each a test of its own


def trainable(part: int):
    made = [project(seed) for seed in SEEDS[part::PARTS]]
    found = [(one, facts) for one, facts in made if not report(one, facts).problems]
    assert len(found) > 0.8 * len(made)
    return found


def learner(one: Project, facts, folder: Path) -> Learner:
    return Learner(TrainingRequest(one, examples(facts), folder))


def step(made: Learner) -> torch.Tensor:
    return made.step(tuple(x[:4] for x in made.inputs), tuple(y[:4] for y in made.targets), 1e-3)


@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_printed_counted_and_built_is_one_network(part: int) -> None:
    for one, facts in trainable(part):
        plan, found = plan_of(one.network, facts, one.training), report(one, facts)
        printed, built = both(plan)
        inputs = [some(shape) for shape in plan.stage.shapes]
        with torch.no_grad():
            given = built(*inputs)
            assert same(printed(*inputs), given)
        assert found.parameters == sum(one.numel() for one in built.parameters() if one.requires_grad)
        for output, values in zip(one.network.outputs, given if isinstance(given, tuple) else (given,), strict=True):
            shape = found.layers[output.id].output
            assert shape is not None
            assert shape.sizes == values.shape[1:]


@pytest.mark.parametrize("part", range(PARTS))
def test_each_trains_and_goes_on_exactly_from_a_snapshot(part: int, tmp_path: Path) -> None:
    for one, facts in trainable(part)[:12]:
        first = learner(one, facts, tmp_path)
        assert torch.isfinite(step(first))
        assert finite(first.model)
        snapshot.write(snapshot.take(first, {"step": 1}), tmp_path / "snapshot")
        expected = step(first)
        other = learner(one, facts, tmp_path)
        snapshot.put_back(other, snapshot.read(tmp_path / "snapshot"))
        assert torch.equal(step(other), expected)


def test_each_is_the_same_after_saving(tmp_path: Path) -> None:
    for seed in SEEDS:
        one, _ = project(seed)
        save(one, tmp_path / "one.layerdeck")
        assert load(tmp_path / "one.layerdeck") == one


def test_a_norm_of_a_turned_picture_trains(tmp_path: Path) -> None:
    norm = GroupNorm(groups=1)
    turned = toy(Permute(swap="channels first"), norm, GlobalPool2d(), Dense(units=3, activation="softmax"))
    assert not report(turned, PICTURES).problems
    made = learner(turned, PICTURES, tmp_path)
    read = made.model.get_submodule("permute")(made.inputs[0])
    assert read.is_contiguous()  # torch's group norm ends the whole process on any other
    assert torch.isfinite(step(made))


def test_an_empty_block_has_no_weights_to_share() -> None:
    blocks = Network.model_validate(
        {
            "layers": [
                {"kind": "input", "id": "input"},
                {"kind": "block", "id": "one"},
                {"kind": "block", "id": "two", "shares": "one"},
                {"kind": "dense", "id": "end", "units": 3, "activation": "softmax"},
                {"kind": "output", "id": "output"},
            ]
        }
    )
    (problem,) = report(toy(ends=blocks), TABLE).problems
    assert (problem.kind, problem.layer) == ("shares", "two")
    assert not report(problem.fixes[0].apply(toy(ends=blocks)), TABLE).problems
