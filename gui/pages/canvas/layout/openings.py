"""The gaps of a scope: between cards, and on the wires that lead into columns and out of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from PySide6.QtCore import QPointF, QRectF

from engine.paths import split
from gui.pages.canvas.layout.gaps import Gap
from gui.pages.canvas.layout.stacks import HEADER_HEIGHT, PAD, Piece, Scope, Stack

FREE = 3.0  # px between a gap and the wire that runs across beside it


def openings(scope: Scope, outermost: Stack, pieces: Mapping[str, Piece]) -> Iterator[Gap]:
    """Every gap of a scope, from top to bottom and column by column."""
    finder = _Finder(scope)
    if scope.parent:
        frame = pieces[scope.parent].rect
        yield from _entry(finder, outermost, frame)
    yield from finder.of_stack(outermost, None, None)
    if scope.parent and outermost.pieces and outermost.pieces[-1].path:
        last, frame = outermost.pieces[-1], pieces[scope.parent].rect
        band = QRectF(last.rect.bottomLeft(), QPointF(last.rect.right(), frame.bottom()))
        yield Gap(scope.parent, len(scope.layers) + 1, rect=band)


def _entry(finder: _Finder, outermost: Stack, frame: QRectF) -> Iterator[Gap]:
    top = frame.top() + HEADER_HEIGHT
    if not outermost.pieces:
        area = QRectF(QPointF(frame.left() + PAD, top), QPointF(frame.right() - PAD, frame.bottom()))
        yield Gap(finder.scope.parent, 1, rect=area)
    elif outermost.pieces[0].path:
        first = outermost.pieces[0].rect
        yield Gap(finder.scope.parent, 1, rect=QRectF(QPointF(first.left(), top), first.topRight()))
    else:
        yield from finder.heads(outermost.pieces[0], finder.scope.parent)


class _Finder:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        ends = [layer.kind for layer in scope.layers]
        self._first = next((n for n, kind in enumerate(ends) if kind != "input"), len(ends))
        self._last = next((n for n, kind in enumerate(ends) if kind == "output"), len(ends))

    def of_stack(self, stack: Stack, source: str | None, join: str | None) -> Iterator[Gap]:
        """Gaps between the pieces; `source` and `join` are what stands above and below the columns it is one of."""
        for number, piece in enumerate(stack.pieces):
            above = stack.pieces[number - 1] if number else None
            below = stack.pieces[number + 1] if number + 1 < len(stack.pieces) else None
            if piece.columns:
                start = above.path if above else source
                end = below.path if below else join
                if above is not None:
                    yield from self.heads(piece, above.path)
                for column in piece.columns:
                    yield from self.of_stack(column, start, end)
                    if end is not None:
                        yield from self._tail(column, end)
            elif above is not None and above.path:
                yield self._between(above, piece)

    def heads(self, piece: Piece, source: str) -> Iterator[Gap]:
        """Where the wires come into the columns."""
        for column in piece.columns:
            head = column.pieces[0]
            if head.columns:
                yield from self.heads(head, source)
            else:
                band = QRectF(QPointF(head.rect.left(), column.bus[0] + FREE), head.rect.topRight())
                yield self._on_wire(source, head.path, band, alone=True)

    def _tail(self, column: Stack, join: str) -> Iterator[Gap]:
        tail = column.pieces[-1]
        if not tail.path:
            return  # the columns inside have tails of their own
        band = QRectF(tail.rect.bottomLeft(), QPointF(tail.rect.right(), column.bus[1] - FREE))
        below = self.scope.places[tail.path] + 1
        node = self.scope.nodes[below]
        if node.path == join:
            yield self._on_wire(tail.path, join, band, alone=True)
        elif below < self._first:  # below one of several Inputs
            yield Gap(self.scope.parent, self._index(join), self._id(tail.path), self._id(join), band)
        else:
            yield Gap(self.scope.parent, below + self.scope.offset, self._id(tail.path), self._id(join), band)

    def _between(self, above: Piece, below: Piece) -> Gap:
        left, right = below.rect.left(), below.rect.right()
        if above.rect.width() < below.rect.width():
            left, right = above.rect.left(), above.rect.right()
        band = QRectF(QPointF(left, above.rect.bottom()), QPointF(right, below.rect.top()))
        return self._on_wire(above.path, below.path, band)

    def _on_wire(self, source: str, target: str, band: QRectF, *, alone: bool = False) -> Gap:
        """The gap on a wire; `alone` where others may read the source too, and keep to it."""
        at = self.scope.places[target]
        index, plain = self._index(target), source == self._above(at)
        if source not in self.scope.nodes[at].reads or (plain and not alone):
            return Gap(self.scope.parent, index, rect=band)
        return Gap(self.scope.parent, index, "" if plain else self._id(source), self._id(target), band)

    def _above(self, at: int) -> str:
        return self.scope.nodes[at - 1].path if at else self.scope.parent

    def _index(self, path: str) -> int:
        at = min(max(self.scope.places[path], self._first), self._last)
        return at + self.scope.offset

    def _id(self, path: str) -> str:
        return "entry" if path == self.scope.parent else split(path)[1]
