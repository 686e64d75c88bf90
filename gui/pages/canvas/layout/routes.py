"""The ways of wires between placed stacks: down, across in corridors, and along lanes; never over a card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

from gui.pages.canvas.layout.stacks import GAP, HEADER_HEIGHT, LANE, Builder, Piece, Scope, Stack

Kind = Literal["straight", "branch", "arc", "exit"]

BESIDE = 8.0  # px between the middle of a card's side and where arcs leave and come in


@dataclass(frozen=True)
class Wire:
    """What `target` reads from `source`, along corners that are right angles.

    "straight" runs from a card to the one below, "branch" into a column or out of one, "arc" along a lane at the
    side; "exit" leads out of an opened block, `target`.
    """

    source: str
    target: str
    kind: Kind
    points: tuple[QPointF, ...]
    lane: int = -1

    @property
    def rect(self) -> QRectF:
        xs, ys = [point.x() for point in self.points], [point.y() for point in self.points]
        return QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


class Router:
    """Finds the wires of one scope. `pieces` holds every visible piece by path."""

    def __init__(self, builder: Builder, pieces: Mapping[str, Piece], scope: Scope, outermost: Stack) -> None:
        self._builder, self._pieces, self._scope, self._outermost = builder, pieces, scope, outermost

    def wires(self) -> Iterator[Wire]:
        for node in self._scope.nodes:
            for name in node.reads:
                if name in self._pieces:
                    yield self._wire(name, node.path)
        if self._scope.parent and self._outermost.pieces:
            yield from self._exits()

    def _wire(self, source: str, target: str) -> Wire:
        found = self._builder.span(self._scope, source, target)
        if found is None:
            return self._down(source, target)
        stack, begin, end = found
        lane = stack.lanes[source, target]
        x = stack.x + max(piece.width for piece in _spanned(stack, begin, end)) / 2 + LANE * (lane + 1.25)
        start, finish = self._begin_arc(source, stack, begin, x), self._end_arc(target, stack, end, x)
        return Wire(source, target, "arc", (*start, *finish), lane)

    def _down(self, source: str, target: str) -> Wire:
        begin = self._outlet(source)
        rect = self._pieces[target].rect
        stack, end = self._builder.where[target]
        finish = QPointF(stack.x, rect.top())
        if begin.x() == finish.x():
            apart = source in self._builder.where and self._builder.where[source][0] is not stack
            return Wire(source, target, "branch" if apart else "straight", (begin, finish))
        other = self._builder.where.get(source)
        comes_out = other is not None and source != self._scope.parent and other[0].within(stack)
        y = other[0].bus[1] if comes_out and other else stack.bus[0]
        if end == 0 and not comes_out and stack.above is None:  # below the header of an opened block
            y = (begin.y() + finish.y()) / 2
        return Wire(source, target, "branch", (begin, QPointF(begin.x(), y), QPointF(finish.x(), y), finish))

    def _begin_arc(self, source: str, stack: Stack, begin: int, x: float) -> tuple[QPointF, ...]:
        if source == self._scope.parent and begin < 0 and stack.above is None:
            return (QPointF(x, self._pieces[source].rect.top() + HEADER_HEIGHT),)
        if begin < 0:
            outlet = self._outlet(source)
            return (outlet, QPointF(outlet.x(), stack.bus[0]), QPointF(x, stack.bus[0]))
        rect = self._pieces[source].rect
        y = rect.bottom() - GAP / 2 if self._pieces[source].inside else rect.center().y() + _beside(rect)
        return (QPointF(rect.right(), y), QPointF(x, y))

    def _end_arc(self, target: str, stack: Stack, end: int, x: float) -> tuple[QPointF, ...]:
        rect = self._pieces[target].rect
        if end >= len(stack.pieces):
            goal = QPointF(self._builder.where[target][0].x, rect.top())
            return (QPointF(x, stack.bus[1]), QPointF(goal.x(), stack.bus[1]), goal)
        middle = rect.top() + HEADER_HEIGHT / 2 if self._pieces[target].inside else rect.center().y()
        y = middle - _beside(rect)
        return (QPointF(x, y), QPointF(rect.right(), y))

    def _outlet(self, source: str) -> QPointF:
        """Where what a layer gives comes out; of what enters an opened block, below its header."""
        rect = self._pieces[source].rect
        if source == self._scope.parent:
            return QPointF(self._outermost.x, rect.top() + HEADER_HEIGHT)
        return QPointF(self._builder.where[source][0].x, rect.bottom())

    def _exits(self) -> Iterator[Wire]:
        """From the last layer inside to the lower edge of the frame."""
        frame, last = self._pieces[self._scope.parent].rect, self._outermost.pieces[-1]
        if not last.path:
            return
        begin = QPointF(self._outermost.x, last.rect.bottom())
        goal = QPointF(self._builder.where[self._scope.parent][0].x, frame.bottom())
        y = goal.y() - BESIDE
        corners = () if begin.x() == goal.x() else (QPointF(begin.x(), y), QPointF(goal.x(), y))
        yield Wire(last.path, self._scope.parent, "exit", (begin, *corners, goal))


def _spanned(stack: Stack, begin: int, end: int) -> list[Piece]:
    return stack.pieces[max(begin, 0) : end + 1]


def _beside(rect: QRectF) -> float:
    return min(BESIDE, rect.height() / 5)
