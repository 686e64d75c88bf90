"""The benchmark of speed compares like with like: our networks and those written by hand are the same."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from benchmarks.speed import models, ours
from benchmarks.speed.cases import CASES, Case, made
from benchmarks.speed.outcome import goals, row
from benchmarks.speed.rounds import Result
from engine.analysis import report
from engine.build import build
from engine.plan import plan_of

RESNET18 = 11_173_962  # He et al. 2015 with a stem of 3 x 3, as trained on CIFAR-10


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_both_have_the_same_parameters_and_answers(case: Case) -> None:
    project, facts = ours.project_of(case), ours.facts_of(case)
    assert report(project, facts).problems == ()
    built = build(plan_of(project.network, facts, project.training))
    by_hand = models.MODELS[case.name](case)
    size = models.parameters(by_hand)
    assert models.parameters(built) == size == report(project, facts).parameters
    inputs, answers = made(case)
    batch, wanted = torch.from_numpy(inputs[:2]), torch.from_numpy(answers[:2])
    with torch.inference_mode():
        logits, ours_logits = by_hand(batch), built.logits(batch)
    assert logits.shape == ours_logits.shape == (*wanted.shape, case.classes)
    assert 0 < models.loss(logits, wanted) < 100


def test_resnet18_is_the_one_of_cifar() -> None:
    case = CASES["resnet"]
    assert models.parameters(models.MODELS[case.name](case)) == RESNET18


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_data_is_whole_batches_and_the_same_each_time(case: Case) -> None:
    inputs, answers = made(case)
    assert len(inputs) == len(answers) == case.batch * case.steps
    assert answers.min() >= 0
    assert answers.max() < case.classes
    assert all(map(np.array_equal, made(case), (inputs, answers)))


def test_ratios_say_who_is_faster() -> None:
    case = CASES["lstm"]
    results = {
        "layerdeck": Result([1.0, 2.0, 4.0], grown=100),
        "window": Result([2.0, 2.0, 5.0]),
        "textbook": Result([9.0, 8.0, 36.0], grown=60),
    }
    made_row = row(case, results, data=40)
    assert made_row["ratios"]["textbook"] == {"min": 4.0, "median": 9.0, "max": 9.0}
    assert made_row["ratios"]["window"] == {"min": 0.5, "median": 0.8, "max": 1.0}
    assert made_row["memory"] == 1.0
    reached = {goal.text.split(": ")[1]: goal.reached for goal in goals({"lstm": made_row})}
    assert reached["over textbook >= 8"] is True
    assert reached["with the window >= 0.95"] is False
    assert reached["over keras >= 1"] is None
    assert reached["memory over (textbook + data) <= 1"] is True
