"""Where cards, wires and arcs stand: plain geometry at zoom 1, in pixels."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from engine.network import Network

CARD_HEIGHT = 56.0
CARD_WIDTH = 440.0
CARD_LEAST = 300.0
GAP = 34.0
EMPTY_GAP = 120.0  # where there is nothing yet between Input and Output
MARGIN = 26.0
BELOW = 66.0  # under the last card, so that it can be scrolled clear of what floats there
LANE = 16.0  # between arcs that run side by side


@dataclass(frozen=True)
class Arc:
    """A wire that passes cards by: from `source` to `target`, in lane 0 next to the cards, or further out."""

    source: str
    target: str
    lane: int


@dataclass(frozen=True)
class Arrangement:
    """Places of everything. Gap i is the room above card i; the one above Input does not count.

    Attributes:
        order: ids from top to bottom.
        cards: place of each card.
        straight: ids of the cards that read the card right above.
        arcs: wires that pass cards by.
        width, height: of all, margins and lanes included.
    """

    order: tuple[str, ...]
    cards: dict[str, QRectF]
    straight: frozenset[str]
    arcs: tuple[Arc, ...]
    width: float
    height: float

    def gap(self, index: int) -> QRectF:
        """The room above the card at `index`, 1 to the last."""
        above, below = self.cards[self.order[index - 1]], self.cards[self.order[index]]
        return QRectF(above.left(), above.bottom(), above.width(), below.top() - above.bottom())

    def gap_at(self, point: QPointF) -> int | None:
        """The gap that holds the point."""
        gaps = range(1, len(self.order))
        return next((index for index in gaps if self.gap(index).contains(point)), None)

    def nearest_gap(self, y: float) -> int:
        """Where something dropped at this height goes: the index it would get."""
        return min(range(1, len(self.order)), key=lambda index: abs(self.gap(index).center().y() - y))

    def lane_x(self, arc: Arc) -> float:
        """Where an arc runs downwards."""
        return self.cards[arc.source].right() + LANE * (arc.lane + 1.25)


def arrange(network: Network, room: float) -> Arrangement:
    """The places for a network in a view that is `room` pixels wide."""
    order = tuple(layer.id for layer in network.layers)
    place = {layer_id: index for index, layer_id in enumerate(order)}
    straight, passing = set(), []
    for index, layer_id in enumerate(order):
        for name in network.reads(layer_id):
            if place[name] == index - 1:
                straight.add(layer_id)
            else:
                passing.append((place[name], index))
    arcs = _lanes(order, passing)
    side = LANE * (max((arc.lane for arc in arcs), default=-1) + 2) if arcs else 0.0
    width = min(max(room - 2 * (MARGIN + side), CARD_LEAST), CARD_WIDTH)
    gap = EMPTY_GAP if len(order) == 2 else GAP
    cards = {
        layer_id: QRectF(MARGIN + side, MARGIN + index * (CARD_HEIGHT + gap), width, CARD_HEIGHT)
        for index, layer_id in enumerate(order)
    }
    height = MARGIN + BELOW + len(order) * CARD_HEIGHT + (len(order) - 1) * gap
    return Arrangement(order, cards, frozenset(straight), arcs, width + 2 * (MARGIN + side), height)


def _lanes(order: tuple[str, ...], passing: list[tuple[int, int]]) -> tuple[Arc, ...]:
    """Short arcs inside, long ones outside; two share a lane where they do not overlap."""
    lanes: list[list[tuple[int, int]]] = []
    arcs = []
    for begin, end in sorted(passing, key=lambda span: (span[1] - span[0], span)):
        free = (n for n, taken in enumerate(lanes) if all(end <= a or b <= begin for a, b in taken))
        lane = next(free, len(lanes))
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append((begin, end))
        arcs.append(Arc(order[begin], order[end], lane))
    return tuple(arcs)
