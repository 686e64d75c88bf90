"""Knobs that are turned while a run goes on are felt from the next step, recorded, and repeated exactly."""

from __future__ import annotations

import math

import numpy as np
import pytest
from torch import nn

from engine.build import layer_modules
from engine.choices.optimizers import AdamW, Sgd
from engine.choices.schedules import Cosine
from engine.layers import Block
from engine.layers.base import Learning
from engine.layers.core.basics import Dense, Dropout
from engine.network import Network
from engine.record.control import Control, Knob
from engine.record.events import Finished, KnobTurned, Noted, Paused, Progress, Saved
from engine.record.execution import Tactics
from engine.record.request import Rhythm, TrainingRequest
from engine.runs.folder import RunFolder
from engine.training.checkpoint.snapshot import choose
from engine.training.knobs import Knobs, Replay, latest
from engine.training.learner import Learner
from engine.training.worker import run
from tests.engine import toys
from tests.engine.training.told import ALWAYS, OFTEN, Told, go, same, weights

NETWORK = Network.stack(Dense(units=16), Dropout(rate=0.1), Dense(units=16), Dense(units=2, activation="softmax"))
TURNS = {  # at which step which knob is turned
    3: Knob("learning_rate", 0.02),
    7: Knob("dropout", 0.5),
    8: Knob("weight_decay", 0.2),  # between two epochs
    13: Knob("frozen", True, "dense_2"),
    18: Knob("frozen", False, "dense_2"),
    20: Knob("dropout", 0.0, "dropout"),
}


def turned(turns=TURNS, **more) -> Told:
    """A run in which a hand turns knobs after these steps."""
    control = more.pop("control", None) or Control()

    def seen(event):
        if isinstance(event, Progress) and event.step in turns:
            control.turn(turns[event.step])
        return more.get("also", lambda _: "")(event)

    return go(project(), control=control, seen=seen, **{k: v for k, v in more.items() if k != "also"})


def project(**more):
    return toys.project(NETWORK, optimizer=AdamW(), schedule=Cosine(), **more)


def learner(tmp_path, network=NETWORK, **more):
    return Learner(TrainingRequest(toys.project(network, **more), toys.rings(), tmp_path), Tactics(1))


def test_each_is_told_once_with_the_step_it_is_felt_from():
    told = turned()
    wanted = [KnobTurned(step, knob.name, knob.value, knob.layer) for step, knob in TURNS.items()]
    assert told.of(KnobTurned) == wanted
    assert told.last == Finished(24)
    assert not same(told.recall("last"), go(project()).recall("last"))


def test_the_learning_rate_is_the_schedules_to_multiply():
    told = turned({10: Knob("learning_rate", 0.5)})
    rates = [event.learning_rate for event in told.of(Progress)]
    factors = [Cosine().factor(step, 24, 8, []) for step in range(24)]
    assert rates == pytest.approx([0.001 * one for one in factors[:10]] + [0.5 * one for one in factors[10:]])


def test_a_snapshot_holds_what_was_turned_so_far():
    told = turned(rhythm=ALWAYS)
    whole = told.recall("last")
    for snapshot in told.written[::3]:
        later = tuple(knob for knob in told.of(KnobTurned) if knob.step >= snapshot.step)
        rest = go(project(), start=snapshot, turned=later)
        assert same(rest.recall("last"), whole)


@pytest.mark.parametrize("killed_at", [4, 8, 11, 15, 19, 23])
def test_killed_after_turns_and_before_a_snapshot_it_turns_them_again_at_their_steps(tmp_path, killed_at):
    whole = turned()
    folder = tmp_path / "run"
    control = Control()
    events = run(TrainingRequest(project(), toys.rings(), folder, rhythm=Rhythm(bunch=0, snapshot=1e9)), control)
    for event in events:
        if isinstance(event, Progress):
            if event.step in TURNS:
                control.turn(TURNS[event.step])
            if event.step == killed_at:
                break
    events.close()
    assert choose(folder)[0].step == 0
    before = RunFolder(folder).knobs()
    control, turning = Control(), {step: knob for step, knob in TURNS.items() if step >= killed_at}
    resumed = TrainingRequest(project(), toys.rings(), folder, resume=True, rhythm=OFTEN)
    for event in run(resumed, control):
        if isinstance(event, Progress) and event.step in turning:
            control.turn(turning[event.step])
    assert same(choose(folder)[0], whole.recall("last"))
    assert RunFolder(folder).knobs() == whole.of(KnobTurned)
    assert before == [knob for knob in whole.of(KnobTurned) if knob.step < killed_at]


def test_a_turn_is_on_disk_before_anything_that_felt_it_is_saved(tmp_path):
    """Killed at each moment: what a snapshot has felt, the folder knows."""
    control = Control()
    request = TrainingRequest(project(), toys.rings(), tmp_path / "run", rhythm=ALWAYS)
    seen = 0
    for event in run(request, control):
        if isinstance(event, Progress) and event.step in TURNS:
            control.turn(TURNS[event.step])
        if isinstance(event, KnobTurned):
            assert event in RunFolder(tmp_path / "run").knobs()
            assert choose(tmp_path / "run")[0].step <= event.step
        if isinstance(event, Saved):
            held = choose(tmp_path / "run")[0].state["knobs"]
            known = {(knob.name, knob.value, knob.layer) for knob in RunFolder(tmp_path / "run").knobs()}
            assert {(one["name"], one["value"], one["layer"]) for one in held} <= known
            seen += len(held) > 0
    assert seen > 10


def test_an_earlier_runs_turns_are_repeated_in_a_new_one():
    first = turned()
    again = go(project(), replay=tuple(first.of(KnobTurned)))
    assert again.of(KnobTurned) == first.of(KnobTurned)
    assert weights(again.recall("last")).keys() == weights(first.recall("last")).keys()
    assert same(again.recall("last"), first.recall("last"))


@pytest.mark.parametrize("killed_at", [2, 8, 14])
def test_a_repeated_run_that_is_killed_still_knows_what_is_to_come(killed_at):
    first = turned()
    cut = go(
        project(),
        replay=tuple(first.of(KnobTurned)),
        rhythm=ALWAYS,
        seen=lambda event: "kill" if isinstance(event, Progress) and event.step == killed_at else "",
    )
    rest = go(project(), start=cut.recall("last"), turned=tuple(cut.of(KnobTurned)))
    assert same(rest.recall("last"), first.recall("last"))


def test_what_a_slider_passes_while_the_run_waits_is_no_change():
    control = Control()
    control.pause()

    def also(event):
        if isinstance(event, Paused):
            for rate in (0.1, 0.2, 0.1):
                control.turn(Knob("learning_rate", rate))
            control.go_on()
        return ""

    told = turned({}, control=control, also=also)
    assert told.of(KnobTurned) == [KnobTurned(1, "learning_rate", 0.1)]


@pytest.mark.parametrize(
    "knob",
    [
        Knob("learning_rate", 0.0),
        Knob("learning_rate", math.nan),
        Knob("learning_rate", 1e9),
        Knob("weight_decay", -1.0),
        Knob("dropout", 1.0),
        Knob("dropout", 0.5, "dense"),
        Knob("dropout", 0.5, "nobody"),
        Knob("frozen", True, "nobody"),
        Knob("frozen", True, "dropout"),
        Knob("frozen", True),
        Knob("colour", 1.0),
    ],
    ids=str,
)
def test_a_wrong_turn_is_one_sentence_and_changes_nothing(knob):
    told = turned({5: knob})
    (noted,) = told.of(Noted)
    assert noted.step == 5
    assert noted.message.endswith(".")
    assert told.of(KnobTurned) == []
    assert same(told.recall("last"), go(project()).recall("last"))


def test_all_but_one_layer_can_be_frozen():
    told = turned(
        {2: Knob("frozen", True, "dense"), 4: Knob("frozen", True, "dense_2"), 6: Knob("frozen", True, "dense_3")}
    )
    assert [knob.layer for knob in told.of(KnobTurned)] == ["dense", "dense_2"]
    assert "nothing to learn" in told.of(Noted)[0].message


def test_a_frozen_layer_stays_and_the_others_learn():
    told = turned({5: Knob("frozen", True, "dense_2")}, rhythm=ALWAYS)
    at = {one.step: weights(one) for one in told.written}
    assert not np.array_equal(at[4]["model.dense_2.0.weight"], at[5]["model.dense_2.0.weight"])
    assert np.array_equal(at[5]["model.dense_2.0.weight"], at[24]["model.dense_2.0.weight"])
    assert not np.array_equal(at[5]["model.dense.0.weight"], at[24]["model.dense.0.weight"])


def test_all_layers_are_let_learn_again_at_once():
    told = turned({2: Knob("frozen", True, "dense"), 4: Knob("frozen", True, "dense_2"), 6: Knob("frozen", False)})
    assert [(knob.step, knob.layer) for knob in told.of(KnobTurned)] == [(2, "dense"), (4, "dense_2"), (6, "")]
    later = go(project(), start=told.recall("last"))
    assert later.last == Finished(24)
    at = weights(told.recall("last"))
    frozen = weights(turned({2: Knob("frozen", True, "dense")}).recall("last"))
    assert not np.array_equal(at["model.dense.0.weight"], frozen["model.dense.0.weight"])


def test_freezing_reaches_into_blocks(tmp_path):
    block = Block(layers=(Dense(id="dense", units=16),), repeat=2)
    one = learner(tmp_path, Network.stack(Dense(units=16), block, Dense(units=2, activation="softmax")))
    knobs = Knobs(one)
    assert knobs.turn(Knob("frozen", True, "block.dense")) == ""
    frozen = {name for name, parameter in one.model.named_parameters() if not parameter.requires_grad}
    assert frozen == {f"block.{repeat}.dense.0.{kind}" for repeat in (0, 1) for kind in ("weight", "bias")}
    assert knobs.turn(Knob("frozen", False, "block")) == ""
    assert all(parameter.requires_grad for parameter in one.model.parameters())


@pytest.mark.parametrize("more", [{}, {"averaging": 0.9}, {"accumulate": 3}], ids=str)
def test_a_layer_that_was_frozen_from_the_start_learns_on_exactly_once_it_may(more):
    """What the optimizer knows of it is put back after it is let learn, not forgotten."""
    network = NETWORK.with_values("dense_2", learning=Learning(frozen=True))
    made = toys.project(network, optimizer=Sgd(momentum=0.9, learning_rate=0.1), **more)
    replay = (KnobTurned(5, "frozen", False, "dense_2"), KnobTurned(16, "frozen", True, "dense"))
    whole = go(made, replay=replay, rhythm=ALWAYS)
    assert whole.of(KnobTurned) == list(replay)
    for snapshot in whole.written[3::4]:
        assert same(go(made, start=snapshot).recall("last"), whole.recall("last"))


def test_dropout_is_that_of_one_layer_or_of_all(tmp_path):
    one = learner(tmp_path, Network.stack(Dense(units=16), Dropout(), Dropout(), Dense(units=2, activation="softmax")))
    knobs = Knobs(one)
    knobs.turn(Knob("dropout", 0.7, "dropout_2"))
    rates = [module.p for module in one.model.modules() if isinstance(module, nn.Dropout)]
    assert rates == [Dropout().rate, 0.7]
    knobs.turn(Knob("dropout", 0.3))
    assert [module.p for module in one.model.modules() if isinstance(module, nn.Dropout)] == [0.3, 0.3]
    knobs.put_back([])
    assert [module.p for module in one.model.modules() if isinstance(module, nn.Dropout)] == [Dropout().rate] * 2


def test_weight_decay_pulls_from_the_step_it_is_turned_at():
    strong = turned({1: Knob("weight_decay", 10.0)})
    size = {name: float(np.abs(array).sum()) for name, array in weights(strong.recall("last")).items()}
    plain = {name: float(np.abs(array).sum()) for name, array in weights(go(project()).recall("last")).items()}
    assert size["model.dense.0.weight"] < 0.95 * plain["model.dense.0.weight"]


def test_replay_gives_each_turn_once_and_in_order():
    replay = Replay([KnobTurned(5, "dropout", 0.2), KnobTurned(3, "dropout", 0.1), KnobTurned(5, "dropout", 0.2)])
    assert replay.next_step == 3
    assert replay.due(2) == []
    assert replay.due(4) == [Knob("dropout", 0.1)]
    assert replay.due(5) == [Knob("dropout", 0.2)]
    assert replay.due(99) == []
    assert replay.next_step == math.inf


def test_of_several_turns_of_one_knob_the_last_counts():
    asked = [Knob("dropout", 0.1), Knob("dropout", 0.2, "a"), Knob("dropout", 0.3)]
    assert latest(asked) == [Knob("dropout", 0.2, "a"), Knob("dropout", 0.3)]


def test_freezing_to_and_fro_is_put_back_though_the_order_never_was(tmp_path):
    """Of each layer only the latest turn is kept; in between nothing might be left to learn."""
    first = NETWORK.layer("dense")
    network = NETWORK.with_values("dense", learning=first.learning.changed(frozen=True))
    one, two = learner(tmp_path, network), learner(tmp_path, network)
    others = [
        path for path, module in layer_modules(one.model) if path != "dense" and any(True for _ in module.parameters())
    ]
    knobs = Knobs(one)
    turns = [Knob("frozen", False, "dense"), *(Knob("frozen", True, path) for path in others)]
    for knob in (*turns, Knob("frozen", False, "dense")):
        assert knobs.turn(knob) == ""
    Knobs(two).put_back(knobs.turned)
    learning = [[weights.requires_grad for weights in made.model.parameters()] for made in (one, two)]
    assert learning[0] == learning[1]
    assert True in learning[0]
    assert False in learning[0]
