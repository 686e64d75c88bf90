"""Where cards, wires and arcs stand."""

from __future__ import annotations

from itertools import pairwise

from engine.layers.core import Dense
from engine.layers.joining import Add
from engine.network import Network
from engine.rewiring import read
from gui.canvas.arrange import CARD_LEAST, CARD_WIDTH, arrange


def skipping() -> Network:
    """Two short arcs one below the other, and a long one around both."""
    network = Network.stack(Dense(), Dense(), Add(), Dense(), Add(), Add())
    network = read(network, "add", {"dense", "dense_2"})
    network = read(network, "add_2", {"add", "dense_3"})
    return read(network, "add_3", {"input", "add_2"})


def test_arcs_that_do_not_overlap_share_a_lane_and_long_ones_run_outside() -> None:
    arcs = {(arc.source, arc.target): arc.lane for arc in arrange(skipping(), 900).arcs}
    assert arcs == {("dense", "add"): 0, ("add", "add_2"): 0, ("input", "add_3"): 1}


def test_only_who_reads_the_card_above_hangs_on_a_straight_wire() -> None:
    network = read(Network.stack(Dense(), Dense()), "dense_2", {"input"})
    assert arrange(network, 900).straight == {"dense", "output"}


def test_cards_stand_below_each_other_without_touching() -> None:
    arrangement = arrange(skipping(), 900)
    rects = [arrangement.cards[layer_id] for layer_id in arrangement.order]
    assert all(above.bottom() < below.top() for above, below in pairwise(rects))
    assert rects[-1].bottom() < arrangement.height


def test_width_follows_the_room_within_limits_and_leaves_room_for_arcs() -> None:
    assert arrange(Network(), 2000).cards["input"].width() == CARD_WIDTH
    assert arrange(Network(), 100).cards["input"].width() == CARD_LEAST
    plain, with_arcs = arrange(Network(), 450), arrange(skipping(), 450)
    assert with_arcs.cards["input"].width() < plain.cards["input"].width()
    outermost = max(with_arcs.lane_x(arc) for arc in with_arcs.arcs)
    assert outermost < with_arcs.width


def test_a_drop_goes_to_the_nearest_gap() -> None:
    arrangement = arrange(Network.stack(Dense(), Dense()), 900)
    assert arrangement.nearest_gap(-50) == 1
    assert arrangement.nearest_gap(arrangement.gap(2).center().y() + 3) == 2
    assert arrangement.nearest_gap(10_000) == 3
