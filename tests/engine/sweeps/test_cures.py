"""Random broken projects: the report tells them in plain words, on layers that exist, and its first fixes cure them."""

from __future__ import annotations

import random
import re

import pytest

from engine.analysis import Report, report
from engine.errors import EngineError
from engine.facts import DataFacts
from engine.layers.core.basics import Dense, Output
from engine.layers.image.convolution import Conv1d
from engine.layers.image.pooling import GlobalPool1d
from engine.layers.normalise.normalisation import InstanceNorm
from engine.layers.sequence.attention import MultiHeadAttention
from engine.layers.sequence.recurrent import Embedding
from engine.layers.shape.shaping import Flatten, Reshape
from engine.network import Network
from engine.paths import walk
from engine.project import Project
from tests.engine.analysis.samples import HEADS, NEXT, ROW, STEPS, TABLE, WORDS, facts
from tests.engine.analysis.samples import project as toy
from tests.engine.sweeps.growing import BETWEEN, layer, project, value

SEEDS, PARTS = range(240), 6
ROUNDS = 14
CODE = re.compile(r"\b(None|True|False|tuple|dict)\b|[{}<>_\\\n]|\(\(|Error\b|Shape\(")


def broken(seed: int) -> tuple[Project, DataFacts]:
    chance = random.Random(-1 - seed)
    one, known = project(seed)
    network = one.network
    for _ in range(chance.randint(1, 4)):
        ids, between = [entry.id for entry in network.layers], [entry.id for entry in network.middle]
        if not between:
            break
        name = chance.choice(between)
        kind = type(network.layer(name))
        try:
            match chance.randint(0, 4):
                case 0 if made := layer(chance, chance.choice([k for k in BETWEEN if k != "block"]), ROW):
                    network = network.insert(made, chance.randint(0, len(ids)))[0]
                case 1:
                    network = network.remove({name})
                case 2 if fields := [f for f in kind.model_fields if f not in Dense.model_fields and f != "layers"]:
                    field = chance.choice(fields)
                    wish = value(chance, field, kind.model_fields[field].annotation, ROW)
                    network = network.with_values(name, **{field: wish})
                case 3:
                    network = network.connect(chance.choice(ids), chance.sample(ids, min(3, len(ids))))
                case _:
                    network = network.with_values(name, shares=chance.choice(between))
        except EngineError:
            continue
    return one.changed(network=network), known


def check_told(one: Project, found: Report) -> None:
    known = {"", *dict(walk(one.network.layers))}
    for problem in found.problems + found.advice:
        assert problem.layer in known
        for text in (problem.message, problem.short, *(fix.text for fix in problem.fixes)):
            assert not CODE.search(text)
            assert not text.endswith(".")


def cured(one: Project, known: DataFacts) -> int:
    """How many first fixes it took."""
    for count in range(ROUNDS):
        found = report(one, known)
        check_told(one, found)
        if not found.problems:
            return count
        assert found.problems[0].fixes, found.problems[0].message
        one = found.problems[0].fixes[0].apply(one)
    raise AssertionError(found.problems[0].message)


@pytest.mark.parametrize("part", range(PARTS))
def test_first_fixes_end_in_a_project_that_trains(part: int) -> None:
    counts = [cured(*broken(seed)) for seed in SEEDS[part::PARTS]]
    assert sum(count > 0 for count in counts) > len(counts) / 2


def test_two_outputs_of_one_layer_are_not_cured_against_each_other() -> None:
    ends = (Output(id="one", inputs=("dense",)), Output(id="two", target="sum", inputs=("dense",)))
    network = Network(layers=(*Network.stack(Dense(units=3, activation="none")).layers[:-1], *ends))
    assert 0 < cured(toy(ends=network), HEADS) < 4


def test_words_through_one_row_are_answered_from_the_last_steps() -> None:
    row = Embedding(vocabulary=WORDS, dimensions=4), Flatten(), Dense(units=STEPS * WORDS)
    for rest in ((), (Reshape(sizes=(STEPS, WORDS)),), (Reshape(sizes=(90, 2)), Conv1d(kernel=1), GlobalPool1d())):
        assert 0 < cured(toy(*row, *rest), NEXT) < 6


def test_a_norm_over_all_steps_sees_the_answer() -> None:
    end = Dense(units=WORDS, activation="softmax")
    one = toy(Embedding(vocabulary=WORDS, dimensions=4), InstanceNorm(), MultiHeadAttention(causal=True), end)
    assert [(found.kind, found.layer) for found in report(one, NEXT).problems] == [("sees_answer", "instance_norm")]
    assert cured(one, NEXT) == 1


def test_a_volume_is_brought_to_one_row() -> None:
    volume = toy(Reshape(sizes=(1, 2, 2, 1)))
    assert report(volume, TABLE).problems[0].fixes
    assert cured(volume, facts(ROW)) < 4


def test_weights_shared_by_a_layer_that_does_not_fit() -> None:
    one = toy(Flatten(), Dense(id="dense", shares="flatten"), Dense(units=3, activation="softmax"))
    assert cured(toy(Reshape(sizes=(2, 2)), *one.network.middle), TABLE) > 0
    picture = toy(Reshape(sizes=(1, 2, 2)), Dense(id="a"), Dense(id="b", shares="reshape"))
    report(picture, TABLE)
    report(toy(Reshape(sizes=(1, 2, 2)), Dense(id="b", shares="reshape")), TABLE)
