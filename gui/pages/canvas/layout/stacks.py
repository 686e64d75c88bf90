"""A network as nested stacks of cards, columns and opened blocks: how large each is, and then where it stands."""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRectF

from engine.layers import AnyLayer, Block
from engine.layers.wiring import ENTRY, sources
from gui.pages.canvas.layout.columns import Group, Node, Part, parts

CARD_HEIGHT, FOLDED_HEIGHT, HEADER_HEIGHT = 56.0, 30.0, 40.0
CARD_WIDTH, CARD_LEAST = 440.0, 300.0
COLUMN_WIDTH, COLUMN_LEAST = 240.0, 150.0  # of a card in a column
BETWEEN = 28.0  # columns
GAP = 34.0
EMPTY_GAP = 120.0  # where there is nothing yet between Input and Output
CORRIDOR = 64.0  # between a card and columns: wires run across in it
BUS = 27.0  # from the card to where they do
PAD = 14.0  # inside the frame of an opened block
LANE = 16.0  # between arcs that run side by side


@dataclass(eq=False)
class Scope:
    """The network itself, or the inside of an opened block."""

    parent: str
    layers: tuple[AnyLayer, ...]
    offset: int  # index of the first layer in the parent's network: 1 inside blocks, where 0 is what enters
    places: dict[str, int] = field(default_factory=dict)  # path -> index in `layers`
    nodes: tuple[Node, ...] = ()

    @classmethod
    def of(cls, parent: str, layers: tuple[AnyLayer, ...]) -> Scope:
        before = f"{parent}." if parent else ""
        nodes = tuple(
            Node(
                f"{before}{layer.id}",
                tuple(parent if name == ENTRY else f"{before}{name}" for name in dict.fromkeys(sources(layers, index))),
                layer.kind == "output",
            )
            for index, layer in enumerate(layers)
        )
        places = {node.path: index for index, node in enumerate(nodes)}
        return cls(parent, layers, 1 if parent else 0, places, nodes)


@dataclass(eq=False)
class Piece:
    """A card (`path` only), an opened block (`path`, `inside`) or columns side by side."""

    path: str = ""
    last: bool = False
    inside: Stack | None = None
    columns: tuple[Stack, ...] = ()
    width: float = 0.0
    height: float = 0.0
    rect: QRectF = field(default_factory=QRectF)


@dataclass(eq=False)
class Stack:
    """Pieces below each other, and the arcs that pass some of them by.

    Attributes:
        above: the stack that holds it; None for the outermost one of its scope.
        lanes: (source, target) -> lane, 0 next to the cards.
        core, side: width of the pieces, and of the lanes at their right.
        x: the middle of the pieces.
        bus: heights at which wires run across above and below it.
    """

    scope: Scope
    above: Stack | None
    pieces: list[Piece] = field(default_factory=list)
    lanes: dict[tuple[str, str], int] = field(default_factory=dict)
    core: float = 0.0
    side: float = 0.0
    height: float = 0.0
    x: float = 0.0
    bus: tuple[float, float] = (0.0, 0.0)

    def within(self, other: Stack) -> bool:
        """Whether this one stands in a column of the other, at any depth."""
        above = self.above
        while above is not None and above is not other:
            above = above.above
        return above is not None


class Builder:
    """Makes the stacks of a network. `where` tells each visible layer's stack and its place in it."""

    def __init__(self, opened: Collection[str], folded: Collection[str]) -> None:
        self._opened, self._folded = opened, folded
        self.where: dict[str, tuple[Stack, int]] = {}
        self.scopes: list[tuple[Scope, Stack]] = []

    def build(self, parent: str, layers: tuple[AnyLayer, ...]) -> Stack:
        """The stack of a scope, with what is opened in it."""
        scope = Scope.of(parent, layers)
        place = len(self.scopes)
        stack = self._stack(scope, parts(scope.nodes), None)
        self.scopes.insert(place, (scope, stack))
        self._find_lanes(scope)
        return stack

    def measure(self, stack: Stack, card: float, room: float, least: float) -> None:
        """Finds widths and heights, from the inside out: cards are `card` wide where `room` and `least` allow."""
        stack.side = LANE * (max(stack.lanes.values()) + 2) if stack.lanes else 0.0
        room = max(room - stack.side, least)
        card = min(max(card if stack.above is None else card - stack.side, least), room)
        for piece in stack.pieces:
            self._measure_piece(piece, card, room)
        stack.core = max((piece.width for piece in stack.pieces), default=card)
        stack.height = sum(piece.height for piece in stack.pieces)
        stack.height += sum(gap_between(a, b) for a, b in zip(stack.pieces, stack.pieces[1:], strict=False))

    def _stack(self, scope: Scope, found: Sequence[Part], above: Stack | None) -> Stack:
        stack = Stack(scope, above)
        for part in found:
            if isinstance(part, Group):
                columns = tuple(self._stack(scope, column, stack) for column in part.columns)
                stack.pieces.append(Piece(columns=columns))
                continue
            self.where[part.path] = (stack, len(stack.pieces))
            layer = scope.layers[scope.places[part.path]]
            opens = isinstance(layer, Block) and part.path in self._opened
            inside = self.build(part.path, layer.layers) if opens and isinstance(layer, Block) else None
            stack.pieces.append(Piece(part.path, part.last, inside))
        return stack

    def _find_lanes(self, scope: Scope) -> None:
        spans: dict[int, tuple[Stack, list[tuple[int, int, str, str]]]] = {}
        for node in scope.nodes:
            for name in node.reads:
                found = self.span(scope, name, node.path)
                if found is not None:
                    stack, begin, end = found
                    spans.setdefault(id(stack), (stack, []))[1].append((begin, end, name, node.path))
        for stack, wanted in spans.values():
            stack.lanes = _lanes(wanted)

    def span(self, scope: Scope, source: str, target: str) -> tuple[Stack, int, int] | None:
        """The stack in whose lanes a wire runs, and from which piece to which; None where it needs no lane."""
        stack, end = self.where[target]
        if source == scope.parent or source not in self.where:
            return None if end == 0 else (stack, -1, end)
        other, begin = self.where[source]
        if other is stack:
            return None if end == begin + 1 else (stack, begin, end)
        if stack.within(other):
            return None if end == 0 else (stack, -1, end)
        return None if begin == len(other.pieces) - 1 else (other, begin, len(other.pieces))

    def _measure_piece(self, piece: Piece, card: float, room: float) -> None:
        if piece.columns:
            share = (room - BETWEEN * (len(piece.columns) - 1)) / len(piece.columns)
            for column in piece.columns:
                self.measure(column, min(share, COLUMN_WIDTH), share, COLUMN_LEAST)
            piece.width = sum(column.core + column.side for column in piece.columns)
            piece.width += BETWEEN * (len(piece.columns) - 1)
            piece.height = max(column.height for column in piece.columns)
        elif piece.inside is not None:
            inside = piece.inside
            self.measure(inside, card - 2 * PAD, room - 2 * PAD, COLUMN_LEAST - 2 * PAD)
            if inside.side and inside.core + inside.side + 2 * PAD > card:
                self.measure(inside, card - 2 * PAD - inside.side, room - 2 * PAD, COLUMN_LEAST - 2 * PAD)
            piece.width = max(inside.core + inside.side + 2 * PAD, card)
            piece.height = HEADER_HEIGHT + first_gap(inside) + inside.height + (GAP if inside.pieces else 0)
        else:
            piece.width, piece.height = card, FOLDED_HEIGHT if piece.path in self._folded else CARD_HEIGHT


def place(stack: Stack, x: float, top: float, height: float | None = None) -> None:
    """Puts a measured stack below `top`, with the middle of its cards at `x`; Outputs to the end of `height`."""
    stack.x = x
    y = top
    for number, piece in enumerate(stack.pieces):
        if number:
            y += gap_between(stack.pieces[number - 1], piece)
        if piece.last and height is not None and number == len(stack.pieces) - 1:
            y = max(y, top + height - piece.height)
        piece.rect = QRectF(x - piece.width / 2, y, piece.width, piece.height)
        if piece.inside is not None:
            inside = piece.inside
            spare = piece.width - 2 * PAD - inside.core - inside.side
            middle = piece.rect.left() + PAD + spare / 2 + inside.core / 2
            inside.bus = (y + HEADER_HEIGHT + BUS, piece.rect.bottom() - BUS)
            place(inside, x if spare >= inside.side else middle, y + HEADER_HEIGHT + first_gap(inside))
        _place_columns(stack, piece, number)
        y += piece.height


def gap_between(above: Piece, below: Piece) -> float:
    """The room between two pieces."""
    return CORRIDOR if above.columns or below.columns else GAP


def first_gap(inside: Stack) -> float:
    """The room between the header of an opened block and what it holds."""
    if not inside.pieces:
        return 2 * GAP
    return CORRIDOR if inside.pieces[0].columns else GAP


def walk(stack: Stack) -> Iterator[tuple[Stack, Piece]]:
    """Every piece, from top to bottom and column by column; what is inside of blocks too."""
    for piece in stack.pieces:
        yield stack, piece
        for inner in (piece.inside, *piece.columns):
            if inner is not None:
                yield from walk(inner)


def _place_columns(stack: Stack, piece: Piece, number: int) -> None:
    above = piece.rect.top() - CORRIDOR + BUS if number else stack.bus[0]
    below = piece.rect.bottom() + CORRIDOR - BUS if number < len(stack.pieces) - 1 else stack.bus[1]
    left = piece.rect.left()
    for column in piece.columns:
        column.bus = (above, below)
        place(column, left + column.core / 2, piece.rect.top(), piece.height)
        left += column.core + column.side + BETWEEN


def _lanes(spans: Sequence[tuple[int, int, str, str]]) -> dict[tuple[str, str], int]:
    """Short arcs inside, long ones outside; two share a lane where they do not overlap."""
    lanes: list[list[tuple[int, int]]] = []
    result = {}
    for begin, end, source, target in sorted(spans, key=lambda span: (span[1] - span[0], span[0], span[1])):
        lane = next((n for n, taken in enumerate(lanes) if _free(taken, begin, end)), len(lanes))
        if lane == len(lanes):
            lanes.append([])
        insort(lanes[lane], (begin, end))
        result[source, target] = lane
    return result


def _free(taken: list[tuple[int, int]], begin: int, end: int) -> bool:
    return all(end <= a or b <= begin for a, b in taken)
