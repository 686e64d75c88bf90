"""Deterministic mode: for the time of the run alone, nothing measured, and one sentence where it cannot be."""

from __future__ import annotations

import pytest
import torch

from engine.errors import EngineError
from engine.record.control import Control
from engine.record.request import TrainingRequest
from engine.training.learner import Learner
from engine.training.loop import train
from engine.training.probing.tuning import begun
from engine.training.reproducible import reproducible
from engine.training.speed.devices import thread_candidates
from tests.engine import toys
from tests.engine.training import by_hand


def test_it_holds_while_the_run_goes_on_and_no_longer(tmp_path):
    run = train(TrainingRequest(toys.project(deterministic=True), toys.rings(), tmp_path), Control())
    assert not torch.are_deterministic_algorithms_enabled()
    next(run)
    assert torch.are_deterministic_algorithms_enabled()
    list(run)
    assert not torch.are_deterministic_algorithms_enabled()


def test_a_run_that_is_given_up_puts_back_what_was_set(tmp_path):
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        run = train(TrainingRequest(toys.project(deterministic=True), toys.rings(), tmp_path), Control())
        next(run)
        assert not torch.is_deterministic_algorithms_warn_only_enabled()
        run.close()
        assert torch.is_deterministic_algorithms_warn_only_enabled()
    finally:
        torch.use_deterministic_algorithms(False)


def test_nothing_is_chosen_by_measuring(tmp_path):
    project = toys.project(deterministic=True, threads=0, precision="auto")
    before = torch.get_num_threads()
    try:
        request = TrainingRequest(project, toys.rings(), tmp_path)
        made = Learner(request)
        assert (torch.get_num_threads(), made.tactics.precision) == (thread_candidates()[-1], "float32")
        assert begun(request, made).settled
    finally:
        torch.set_num_threads(before)


def test_a_kernel_that_is_not_deterministic_is_one_sentence():
    places = torch.zeros(1, 1, 1, 1, dtype=torch.int64)
    with pytest.raises(EngineError, match="torch has no deterministic") as caught, reproducible(True):
        torch.nn.functional.max_unpool2d(torch.zeros(1, 1, 1, 1), places, 2)
    assert caught.value.field == "deterministic"
    assert "max_unpooling2d" in caught.value.message
    assert "Switch deterministic off" in caught.value.hint
    assert not torch.are_deterministic_algorithms_enabled()


def test_other_errors_are_left_as_they_are():
    with pytest.raises(RuntimeError, match="something else"), reproducible(True):
        raise RuntimeError("something else")


def test_a_deterministic_run_goes_on_exactly(tmp_path):
    by_hand.goes_on_exactly(toys.project(deterministic=True), toys.rings(), tmp_path)
