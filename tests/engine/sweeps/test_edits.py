"""Random edits in long rows: only plain refusals, always a sound network, and earlier ones stay as they were."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from engine import blocks, clips, rewiring
from engine.errors import EngineError, FileError
from engine.layers import AnyLayer, Block
from engine.layers.core.basics import Dense
from engine.network import Network
from engine.paths import parent, walk
from engine.project import parse
from tests.engine.analysis.samples import PICTURE, ROW
from tests.engine.sweeps.growing import BETWEEN, layer, project

SEEDS, PARTS, EDITS = range(120), 6, 30
MOST = 50  # layers, so that a sweep is quick


class Hands:
    """Random edits of a stack, which is the network itself or the inside of a block."""

    def __init__(self, chance: random.Random, stack: Network, clip: list[AnyLayer]) -> None:
        self.chance, self.stack, self.clip = chance, stack, clip
        self.ids = [one.id for one in stack.layers]
        self.name, self.other = chance.choice(self.ids), chance.choice(self.ids)
        self.place = chance.randint(-1, len(self.ids) + 1)
        kind = chance.choice([kind for kind in BETWEEN if kind != "block"])
        self.new = layer(chance, kind, ROW) or Dense()
        self.some = self.ids[max(0, self.place) : self.place + chance.randint(1, 4)]

    def edited(self, *, outermost: bool) -> Network:
        stack, name, other, chance = self.stack, self.name, self.other, self.chance
        block = next((one.id for one in stack.layers if one.kind == "block"), name)
        edits: list[Callable[[], Network]] = [
            lambda: stack.insert(self.new, self.place)[0],
            lambda: stack.remove(self.some),
            lambda: stack.move(name, self.place),
            lambda: stack.duplicate(name)[0],
            lambda: rewiring.group(stack, self.some)[0],
            lambda: rewiring.ungroup(stack, block)[0],
            lambda: stack.connect(name, chance.sample(self.ids, chance.randint(0, 2))),
            lambda: rewiring.toggle(stack, name, other),
            lambda: rewiring.skip(stack, name, other),
            lambda: rewiring.branch(stack, name, self.new)[0],
            lambda: stack.insert(chance.choice(blocks.BLOCKS).make(chance.choice((None, PICTURE))), self.place)[0],
            lambda: stack.with_values(name, shares=other),
            self.cut,
            self.pasted,
        ]
        if outermost:
            edits.append(lambda: rewiring.add_input(stack, chance.choice(("", "Ä class")))[0])
            edits.append(lambda: rewiring.add_output(stack, "y", chance.choice(("", name)))[0])
        return chance.choice(edits)()

    def cut(self) -> Network:
        found = clips.cut_out(self.stack, self.some)
        if found:
            self.clip[:] = clips.from_text(clips.to_text(found))
        return self.stack.remove({one.id for one in found})

    def pasted(self) -> Network:
        index = self.chance.randint(len(self.stack.inputs), len(self.ids) - len(self.stack.outputs))
        reads = self.chance.choice(("", *self.ids[:index]))
        return clips.put_in(self.stack, self.clip, index, reads=reads)[0]


def check_sound(network: Network) -> None:
    assert Network.model_validate_json(network.model_dump_json()) == network
    for path, _ in walk(network.layers):
        stack, name = rewiring.at(network, path)
        assert stack.layer(name) == rewiring.layer_at(network, path)
        assert rewiring.put(network, parent(path), stack) == network


@pytest.mark.parametrize("part", range(PARTS))
def test_any_row_of_edits_leaves_a_sound_network(part: int) -> None:
    for seed in SEEDS[part::PARTS]:
        chance, clip = random.Random(seed), []
        network, history = project(seed)[0].network, []
        for _ in range(EDITS):
            opened = [path for path, layer in walk(network.layers) if layer.kind == "block"]
            outer = chance.choice(["", "", "", *opened])
            block = rewiring.layer_at(network, outer) if outer else None
            try:
                hands = Hands(chance, rewiring.inside(block) if isinstance(block, Block) else network, clip)
                network = rewiring.put(network, outer, hands.edited(outermost=not outer))
            except EngineError:
                continue
            check_sound(network)
            history.append((network, network.model_dump_json()))
            if len(network.layers) > MOST:
                break
        assert all(one.model_dump_json() == text for one, text in history)


BIG = Block(repeat=150, layers=tuple(Dense(id=f"d{number}") for number in range(10)))


@pytest.mark.parametrize("name", ["insert", "duplicate", "branch", "paste", "values"])
def test_too_many_layers_are_refused_in_one_sentence(name: str) -> None:
    network = Network.stack(BIG)
    edits = {
        "insert": lambda: network.insert(BIG),
        "duplicate": lambda: network.duplicate("block"),
        "branch": lambda: rewiring.branch(network, "block", BIG),
        "paste": lambda: clips.put_in(network, [BIG], 1),
        "values": lambda: network.with_values("block", repeat=200),
    }
    with pytest.raises(EngineError, match="layers would be built with all repeats, 2,000 are the most"):
        edits[name]()


@pytest.mark.parametrize("shares", ["entry", "input"])
def test_a_pasted_layer_cannot_share_weights_of_an_input(shares: str) -> None:
    network, (name,) = clips.put_in(Network(), [Dense(id="dense", shares=shares)], 1)
    assert network.layer(name).shares == ""


def test_half_a_character_is_no_text() -> None:
    with pytest.raises(FileError, match="text that is no text"):
        parse('{"format": 2, "about": "\\ud800"}')
