"""Where cards, columns, frames, wires and gaps stand: plain geometry at zoom 1, in pixels."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

from engine.network import Network
from engine.paths import is_inside
from gui.pages.canvas.layout.gaps import Gap
from gui.pages.canvas.layout.openings import openings
from gui.pages.canvas.layout.routes import Router, Wire
from gui.pages.canvas.layout.shelf import Shelf
from gui.pages.canvas.layout.stacks import (
    CARD_LEAST,
    CARD_WIDTH,
    COLUMN_LEAST,
    EMPTY_GAP,
    GAP,
    HEADER_HEIGHT,
    LANE,
    Builder,
    Piece,
    Stack,
    place,
    walk,
)

MARGIN = 26.0
BELOW = 66.0  # under the last card, so that it can be scrolled clear of what floats there
NEAR = 600.0  # px: a card in a column beside is not further up or down

Direction = Literal["up", "down", "left", "right"]


@dataclass(frozen=True)
class Arrangement:
    """Places of everything.

    Attributes:
        order: paths of all that is seen, from top to bottom, column by column.
        cards: place of each card; of an opened block its header.
        frames: place of each opened block, header and all.
        wires: the way of everything that is read.
        gaps: where something can be inserted.
        width, height: of all, margins and lanes included.
    """

    order: tuple[str, ...]
    cards: dict[str, QRectF]
    frames: dict[str, QRectF]
    wires: tuple[Wire, ...]
    gaps: tuple[Gap, ...]
    width: float
    height: float

    @cached_property
    def arcs(self) -> tuple[Wire, ...]:
        """The wires that pass cards by."""
        return tuple(wire for wire in self.wires if wire.kind == "arc")

    @cached_property
    def card_shelf(self) -> Shelf[str]:
        return Shelf((rect, path) for path, rect in self.cards.items())

    @cached_property
    def wire_shelf(self) -> Shelf[Wire]:
        return Shelf((wire.rect, wire) for wire in self.wires)

    @cached_property
    def gap_shelf(self) -> Shelf[Gap]:
        return Shelf((gap.rect, gap) for gap in self.gaps)

    @cached_property
    def outlets(self) -> dict[str, Wire]:
        """By source, the wire beside which it is written what the source gives."""
        found: dict[str, Wire] = {}
        headers = self.frames.keys()
        for wire in self.wires:
            enters = wire.source in headers and is_inside(wire.target, wire.source)
            if wire.kind in ("straight", "branch") and not enters:
                found.setdefault(wire.source, wire)
        return found

    def card_at(self, point: QPointF) -> str:
        """The path of the card that holds the point; "" where there is none."""
        near = self.card_shelf.between(point.y(), point.y())
        return next((path for rect, path in near if rect.contains(point)), "")

    def gap(self, index: int, parent: str = "") -> Gap:
        """The gap where something gets this index; KeyError where there is none."""
        return self._by_index[parent, index]

    def gap_at(self, point: QPointF) -> Gap | None:
        """The gap that holds the point."""
        near = self.gap_shelf.between(point.y(), point.y())
        return next((gap for rect, gap in near if rect.contains(point)), None)

    def nearest_gap(self, point: QPointF, parent: str | None = None) -> Gap:
        """Where something dropped at this point goes; in one parent only, where it is named."""
        allowed = (gap for gap in self.gaps if parent is None or gap.parent == parent)
        return min(allowed, key=lambda gap: _distance(gap.rect, point))

    def neighbour(self, path: str, direction: Direction) -> str:
        """The card to go to from this one: along the wires, or to the column beside; "" where there is none."""
        if direction in ("left", "right"):
            return self._beside(path, to_right=direction == "right")
        ways = [wire for wire in self.wires if wire.kind != "arc" and path in (wire.source, wire.target)]
        if direction == "down":
            found = [wire.target for wire in ways if wire.source == path and wire.kind != "exit"]
        else:
            found = [wire.source for wire in ways if wire.target == path and wire.kind != "exit"]
        x = self.cards[path].center().x()
        near = sorted(found, key=lambda name: abs(self.cards[name].center().x() - x))
        best = next((name for name in near if is_inside(name, path)), near[0] if near else "")
        if direction == "up" and best in self.frames and not is_inside(path, best):
            best = next((wire.source for wire in self.wires if wire.kind == "exit" and wire.target == best), best)
        return best or self._next(path, 1 if direction == "down" else -1)

    @cached_property
    def _by_index(self) -> dict[tuple[str, int], Gap]:
        found: dict[tuple[str, int], Gap] = {}
        for gap in self.gaps:
            known = found.get((gap.parent, gap.index))
            if known is None or (known.feeds and not gap.feeds):
                found[gap.parent, gap.index] = gap
        return found

    def _beside(self, path: str, *, to_right: bool) -> str:
        here = self.cards[path]
        best, shortest = "", NEAR * NEAR
        for rect, other in self.card_shelf.between(here.top() - NEAR, here.bottom() + NEAR):
            across = rect.left() - here.right() if to_right else here.left() - rect.right()
            distance = max(across, 0.0) + 2 * abs(rect.center().y() - here.center().y())
            if across >= 0 and distance < shortest:
                best, shortest = other, distance
        return best

    def _next(self, path: str, by: int) -> str:
        at = self.order.index(path) + by
        return self.order[at] if 0 <= at < len(self.order) else ""


def arrange(network: Network, room: float, opened: Collection[str] = (), folded: Collection[str] = ()) -> Arrangement:
    """The places for a network in a view that is `room` pixels wide; blocks in `opened` show what they hold."""
    builder = Builder(opened, folded)
    stack = builder.build("", network.layers)
    side = LANE * (max(stack.lanes.values()) + 2) if stack.lanes else 0.0
    inner = room - 2 * (MARGIN + side)
    builder.measure(stack, min(max(inner, CARD_LEAST), CARD_WIDTH), max(inner, CARD_LEAST) + side, COLUMN_LEAST)
    x = MARGIN + side + stack.core / 2
    place(stack, x, MARGIN)
    if len(network.layers) == 2 and len(stack.pieces) == 2:
        stack.pieces[1].rect.translate(0, EMPTY_GAP - GAP)
    return _assembled(builder, stack, stack.core + 2 * (MARGIN + side))


def _assembled(builder: Builder, stack: Stack, width: float) -> Arrangement:
    pieces: dict[str, Piece] = {piece.path: piece for _, piece in walk(stack) if piece.path}
    wires: list[Wire] = []
    gaps: list[Gap] = []
    for scope, outermost in builder.scopes:
        wires += Router(builder, pieces, scope, outermost).wires()
        gaps += openings(scope, outermost, pieces)
    bottom = max(piece.rect.bottom() for piece in stack.pieces)
    return Arrangement(
        order=tuple(pieces),
        cards={path: _header(piece) for path, piece in pieces.items()},
        frames={path: piece.rect for path, piece in pieces.items() if piece.inside is not None},
        wires=tuple(wires),
        gaps=tuple(gaps),
        width=width,
        height=bottom + BELOW,
    )


def _header(piece: Piece) -> QRectF:
    rect = piece.rect
    return QRectF(rect.left(), rect.top(), rect.width(), HEADER_HEIGHT) if piece.inside is not None else rect


def _distance(rect: QRectF, point: QPointF) -> float:
    """From the middle of a low gap, from the nearest point of a tall one."""
    across = max(rect.left() - point.x(), point.x() - rect.right(), 0.0)
    slack = max(rect.height() / 2 - GAP / 2, 0.0)
    down = max(abs(rect.center().y() - point.y()) - slack, 0.0)
    return across * across + down * down
