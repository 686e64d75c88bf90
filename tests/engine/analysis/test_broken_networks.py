"""Broken networks: each problem is named on its layer with both shapes, and its first fix gives one that trains."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.analysis import PROBLEMS, Fix, Problem, report
from engine.record.execution import Tactics
from engine.record.request import TrainingRequest
from engine.training.learner import Learner
from tests.engine.analysis.breaking import Broken
from tests.engine.analysis.broken import BROKEN
from tests.engine.analysis.samples import examples


def cured(case: Broken, fix: Fix) -> Broken:
    """The case after a fix, with the facts of the data as it is set then."""
    changed = fix.apply(case.project)
    scaled = bool(case.facts.target.scaled and changed.data and changed.data.scale_target)
    return replace(case, project=changed, facts=replace(case.facts, target=replace(case.facts.target, scaled=scaled)))


def first_problem(case: Broken) -> Problem:
    return report(case.project, case.facts).problems[0]


@pytest.mark.parametrize("name", BROKEN)
def test_the_problem_is_named_on_its_layer_with_what_clashes(name):
    case = BROKEN[name]
    problem = first_problem(case)
    assert (problem.kind, problem.layer) == (case.kind, case.layer)
    assert [words for words in case.says if words not in problem.message] == []
    assert problem.fixes
    assert 0 < len(problem.short) <= 40


@pytest.mark.parametrize("name", BROKEN)
def test_its_first_fix_gives_a_project_that_trains_a_step(name):
    case = cured(BROKEN[name], first_problem(BROKEN[name]).fixes[0])
    found = report(case.project, case.facts)
    assert [(problem.kind, problem.message) for problem in found.problems] == []
    learner = Learner(TrainingRequest(case.project, examples(case.facts), Path()), Tactics(1))
    before = [weights.detach().clone() for weights in learner.model.parameters()]
    size = case.project.training.batch_size
    batch = [tuple(values[:size] for values in all_) for all_ in (learner.inputs, learner.targets)]
    loss = learner.step(*batch, rate=0.01)
    assert np.isfinite(float(loss))
    assert any(not after.equal(old) for after, old in zip(learner.model.parameters(), before, strict=True))


def test_every_fix_takes_its_problem_away():
    for name, case in BROKEN.items():
        problem = first_problem(case)
        for fix in problem.fixes:
            after = cured(case, fix)
            kinds = [(other.kind, other.layer) for other in report(after.project, after.facts).problems]
            assert (problem.kind, problem.layer) not in kinds, (name, fix.text)


def test_fifty_networks_show_twenty_five_kinds_and_more():
    assert len(BROKEN) >= 50
    kinds = {case.kind for case in BROKEN.values()}
    assert len(kinds) >= 25
    assert kinds <= set(PROBLEMS)


def test_a_project_that_waits_says_why_in_one_sentence():
    case = BROKEN["ten units for three classes"]
    assert report(case.project, case.facts).reason == "Train waits: Dense has 10 units, the target has 3 classes"
    two = BROKEN["Dense that reads two"].project.changed(training=case.project.training.changed(metrics=("mae",)))
    assert report(two, case.facts).reason.endswith(", and 1 more problem")
