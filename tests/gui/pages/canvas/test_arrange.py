"""Where cards, columns, frames, wires and gaps stand."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from PySide6.QtCore import QPointF, QRectF

from engine.layers import Block
from engine.layers.core.basics import Dense, Input, Output
from engine.layers.join.joining import Add, Concatenate
from engine.layers.wiring import ENTRY, sources
from engine.network import Network
from engine.rewiring import read
from gui.pages.canvas.layout.arrange import Arrangement, arrange
from gui.pages.canvas.layout.stacks import CARD_LEAST, CARD_WIDTH, COLUMN_WIDTH, FOLDED_HEIGHT


def of(*layers: Input | Dense | Add | Concatenate | Block | Output) -> Network:
    return Network(layers=layers)


def skipping() -> Network:
    """Two short arcs one below the other, and a long one around both."""
    network = Network.stack(Dense(), Dense(), Add(), Dense(), Add(), Add())
    network = read(network, "add", {"dense", "dense_2"})
    network = read(network, "add_2", {"add", "dense_3"})
    return read(network, "add_3", {"input", "add_2"})


def branching() -> Network:
    """stem -> [a, a2] and [b] and [c, c2] -> join, and stem passes all of them by."""
    return of(
        Input(id="input"),
        Dense(id="stem"),
        Dense(id="a"),
        Dense(id="a2"),
        Dense(id="b", inputs=("stem",)),
        Dense(id="c", inputs=("stem",)),
        Dense(id="c2"),
        Concatenate(id="join", inputs=("stem", "a2", "b", "c2")),
        Output(id="output"),
    )


def nested() -> Network:
    """A column that branches again, with a skip inside of it that comes from above."""
    return of(
        Input(id="input"),
        Dense(id="a"),
        Dense(id="a2"),
        Dense(id="a3", inputs=("a",)),
        Add(id="inner", inputs=("a2", "a3")),
        Add(id="skip", inputs=("input", "inner")),
        Dense(id="b", inputs=("input",)),
        Concatenate(id="join", inputs=("skip", "b")),
        Output(id="output"),
    )


def blocks() -> Network:
    """A block with a skip around its layers, and one that holds columns in a block."""
    skip = Block(id="res", layers=(Dense(id="x"), Dense(id="y"), Add(id="add", inputs=(ENTRY, "y"))))
    columns = (Dense(id="p"), Dense(id="q", inputs=(ENTRY,)), Add(id="sum", inputs=("p", "q")))
    outer = Block(id="outer", layers=(Dense(id="first"), Block(id="deep", layers=columns)))
    return of(
        Input(id="input"), skip, outer, Block(id="void"), Add(id="far", inputs=("res", "void")), Output(id="output")
    )


def ends() -> Network:
    """Two Inputs that meet, and two Outputs."""
    return of(
        Input(id="left"),
        Input(id="right"),
        Dense(id="a", inputs=("left",)),
        Dense(id="a2"),
        Dense(id="b", inputs=("right",)),
        Concatenate(id="join", inputs=("a2", "b")),
        Dense(id="one"),
        Dense(id="two", inputs=("join",)),
        Dense(id="two_2"),
        Output(id="out", inputs=("one",)),
        Output(id="out_2", inputs=("two_2",)),
    )


def bare() -> Network:
    """An Input that is a column by itself."""
    join = Concatenate(id="join", inputs=("left", "b"))
    return of(Input(id="left"), Input(id="right"), Dense(id="b", inputs=("right",)), join, Output(id="output"))


OPEN = ("res", "outer", "outer.deep", "void")
CASES = {
    "empty": (Network(), ()),
    "skips": (skipping(), ()),
    "branches": (branching(), ()),
    "nested": (nested(), ()),
    "closed": (blocks(), ()),
    "opened": (blocks(), OPEN),
    "ends": (ends(), ()),
    "bare": (bare(), ()),
}
rooms = pytest.mark.parametrize("room", [420, 900, 1600])
cases = pytest.mark.parametrize("case", CASES)


def arranged(case: str, room: float) -> Arrangement:
    network, opened = CASES[case]
    return arrange(network, room, opened)


def expected_reads(parent: str, network: Network | Block, opened: tuple[str, ...]) -> set[tuple[str, str]]:
    """Who reads whom, by path, of all that is seen."""
    before = f"{parent}." if parent else ""
    found: set[tuple[str, str]] = set()
    for index, layer in enumerate(network.layers):
        names = sources(network.layers, index)
        found |= {(parent if name == ENTRY else before + name, before + layer.id) for name in names}
        if isinstance(layer, Block) and before + layer.id in opened:
            found |= expected_reads(before + layer.id, layer, opened)
    return found


def crossed(arrangement: Arrangement) -> list[tuple[str, str, str]]:
    """Wires that run over a card."""
    found = []
    for wire in arrangement.wires:
        for begin, end in pairwise(wire.points):
            stretch = QRectF(begin, end).normalized().adjusted(-0.5, -0.5, 0.5, 0.5)
            for path, rect in arrangement.cards.items():
                if rect.adjusted(1, 1, -1, -1).intersects(stretch):
                    found.append((wire.source, wire.target, path))
    return found


@cases
@rooms
def test_cards_never_touch_and_lie_within_the_whole(case: str, room: float) -> None:
    arrangement = arranged(case, room)
    whole = QRectF(0, 0, arrangement.width, arrangement.height)
    assert all(whole.contains(rect) for rect in arrangement.cards.values())
    for (one, a), (other, b) in combinations(arrangement.cards.items(), 2):
        assert not a.intersects(b), (one, other)


@cases
@rooms
def test_everything_that_is_read_has_one_wire_and_none_runs_over_a_card(case: str, room: float) -> None:
    network, opened = CASES[case]
    arrangement = arrange(network, room, opened)
    drawn = [(wire.source, wire.target) for wire in arrangement.wires if wire.kind != "exit"]
    assert set(drawn) == expected_reads("", network, opened)
    assert len(drawn) == len(set(drawn))
    assert crossed(arrangement) == []
    for wire in arrangement.wires:
        assert all(a.x() == b.x() or a.y() == b.y() for a, b in pairwise(wire.points)), wire
        assert wire.rect.right() < arrangement.width


@cases
def test_gaps_lie_beside_cards_and_name_a_place_in_their_parent(case: str) -> None:
    network, opened = CASES[case]
    arrangement = arrange(network, 900, opened)
    for gap in arrangement.gaps:
        assert gap.rect.height() > 0
        assert not any(rect.intersects(gap.rect) for rect in arrangement.cards.values()), gap
    for one, other in combinations(arrangement.gaps, 2):
        assert not one.rect.intersects(other.rect), (one, other)


def test_the_same_network_is_arranged_the_same() -> None:
    assert arrange(nested(), 900) == arrange(nested(), 900)


def test_branches_stand_side_by_side_and_a_skip_passes_them_as_an_arc() -> None:
    arrangement = arrange(branching(), 1200)
    rects = arrangement.cards
    assert rects["a"].top() == rects["b"].top() == rects["c"].top()
    assert rects["a"].right() < rects["b"].left() < rects["b"].right() < rects["c"].left()
    assert rects["a2"].left() == rects["a"].left()
    assert rects["a"].width() <= COLUMN_WIDTH < rects["stem"].width()
    assert rects["join"].top() > rects["a2"].bottom()
    assert [(arc.source, arc.target) for arc in arrangement.arcs] == [("stem", "join")]
    assert arrangement.arcs[0].rect.right() > rects["c"].right()


def test_a_branch_that_reads_from_further_above_is_no_column() -> None:
    network = of(
        Input(id="input"),
        Dense(id="stem"),
        Dense(id="a"),
        Dense(id="b", inputs=("stem",)),
        Add(id="odd", inputs=("input", "b")),
        Add(id="join", inputs=("a", "odd")),
        Output(id="output"),
    )
    lefts = {rect.left() for rect in arrange(network, 1200).cards.values()}
    assert len(lefts) == 1


def test_inputs_and_outputs_stand_side_by_side_at_top_and_bottom() -> None:
    rects = arrange(ends(), 1200).cards
    assert rects["left"].top() == rects["right"].top() == min(rect.top() for rect in rects.values())
    assert rects["out"].bottom() == rects["out_2"].bottom() == max(rect.bottom() for rect in rects.values())


def test_an_opened_block_is_a_frame_around_what_it_holds() -> None:
    arrangement = arrange(blocks(), 1200, OPEN)
    assert list(arrangement.frames) == ["res", "outer", "outer.deep", "void"]
    for path, frame in arrangement.frames.items():
        inner = [rect for other, rect in arrangement.cards.items() if other.startswith(f"{path}.")]
        assert all(frame.contains(rect) for rect in [*inner, arrangement.cards[path]])
        others = [rect for other, rect in arrangement.cards.items() if not f"{other}.".startswith(f"{path}.")]
        assert not any(frame.intersects(rect) for rect in others if not rect.contains(frame))
    assert arrangement.order[1:5] == ("res", "res.x", "res.y", "res.add")


def test_a_drop_on_a_wire_of_a_column_splits_that_wire() -> None:
    gaps = {(gap.index, gap.reads, gap.feeds) for gap in arrange(branching(), 1200).gaps}
    assert (4, "stem", "b") in gaps  # above b
    assert (4, "a2", "join") in gaps  # below a2: right after it, read by the join only
    assert (2, "", "a") in gaps  # above a, which stands right below the stem
    assert (7, "", "join") in gaps  # below c2, which stands right above the join
    assert (3, "", "") in gaps  # between a and a2


def test_gaps_of_opened_blocks_count_what_enters_as_the_first() -> None:
    gaps = arrange(blocks(), 1200, OPEN).gaps
    assert [gap.index for gap in gaps if gap.parent == "res"] == [1, 2, 3, 4]
    assert [gap.index for gap in gaps if gap.parent == "void"] == [1]
    assert {gap.parent for gap in arrange(blocks(), 1200).gaps} == {""}


def test_nothing_is_inserted_among_inputs_or_outputs() -> None:
    assert {gap.index for gap in arrange(ends(), 1200).gaps} <= set(range(2, 10))
    gaps = {(gap.index, gap.reads, gap.feeds) for gap in arrange(bare(), 1200).gaps}
    assert gaps == {(2, "", ""), (3, "left", "join"), (3, "", "join"), (4, "", "")}


def test_folded_cards_are_low() -> None:
    arrangement = arrange(branching(), 900, folded={"stem", "a2"})
    assert arrangement.cards["stem"].height() == arrangement.cards["a2"].height() == FOLDED_HEIGHT == 30
    assert arrangement.cards["a"].height() == 56


def test_arcs_that_do_not_overlap_share_a_lane_and_long_ones_run_outside() -> None:
    arcs = {(arc.source, arc.target): arc.lane for arc in arrange(skipping(), 900).arcs}
    assert arcs == {("dense", "add"): 0, ("add", "add_2"): 0, ("input", "add_3"): 1}


def test_only_who_reads_the_card_above_hangs_on_a_straight_wire() -> None:
    network = read(Network.stack(Dense(), Dense()), "dense_2", {"input"})
    straight = {wire.target for wire in arrange(network, 900).wires if wire.kind == "straight"}
    assert straight == {"dense", "output"}


def test_width_follows_the_room_within_limits_and_leaves_room_for_arcs() -> None:
    assert arrange(Network(), 2000).cards["input"].width() == CARD_WIDTH
    assert arrange(Network(), 100).cards["input"].width() == CARD_LEAST
    plain, with_arcs = arrange(Network(), 450), arrange(skipping(), 450)
    assert with_arcs.cards["input"].width() < plain.cards["input"].width()


def test_a_drop_goes_to_the_nearest_gap() -> None:
    arrangement = arrange(Network.stack(Dense(), Dense()), 900)
    x = arrangement.cards["dense"].center().x()
    assert arrangement.nearest_gap(QPointF(x, -50)).index == 1
    assert arrangement.nearest_gap(QPointF(x, arrangement.gap(2).rect.center().y() + 3)).index == 2
    assert arrangement.nearest_gap(QPointF(x, 10_000)).index == 3
    branches = arrange(branching(), 1200)
    found = branches.nearest_gap(branches.cards["b"].center() + QPointF(0, 60))
    assert (found.reads, found.feeds) == ("b", "join")


def test_neighbours_follow_wires_down_and_columns_sideways() -> None:
    arrangement = arrange(branching(), 1200)
    assert arrangement.neighbour("input", "down") == "stem"
    assert arrangement.neighbour("a2", "down") == "join"
    assert arrangement.neighbour("a2", "up") == "a"
    assert arrangement.neighbour("a", "right") == "b"
    assert arrangement.neighbour("c", "left") == "b"
    assert arrangement.neighbour("a", "left") == ""
    assert arrangement.neighbour("output", "down") == ""
    opened = arrange(blocks(), 1200, OPEN)
    assert opened.neighbour("res", "down") == "res.x"
    assert opened.neighbour("res.add", "down") == "outer"
    assert opened.neighbour("outer", "up") == "res.add"
    assert opened.neighbour("outer.deep.p", "right") == "outer.deep.q"


def test_work_grows_with_the_network_only() -> None:
    """Pieces looked at to place 4 times as many residual units: at most about 4 times as many."""

    def units(count: int) -> Network:
        network = Network.stack(*(layer for _ in range(count) for layer in (Dense(), Dense(), Add())))
        adds = [layer.id for layer in network.layers if layer.kind == "add"]
        for place, name in enumerate(adds):
            network = read(network, name, {network.layers[3 * place].id, network.layers[3 * place + 2].id})
        return network

    def calls(network: Network) -> int:
        from sys import setprofile

        seen = 0

        def count(_frame: object, event: str, _arg: object) -> None:
            nonlocal seen
            seen += event == "call"

        setprofile(count)
        arrange(network, 900)
        setprofile(None)
        return seen

    assert calls(units(80)) < 4.8 * calls(units(20))
