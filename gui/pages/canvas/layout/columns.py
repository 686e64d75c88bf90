"""Which layers of a stack stand side by side: a list of layers as single ones and groups of columns. No geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """A layer as the layout sees it. `reads` are paths; `last` where it is an Output."""

    path: str
    reads: tuple[str, ...]
    last: bool = False


@dataclass(frozen=True)
class Group:
    """Branches that start from the part above and join in the part below, each a stack of its own."""

    columns: tuple[tuple[Part, ...], ...]


Part = Node | Group


def parts(nodes: Sequence[Node]) -> tuple[Part, ...]:
    """The stack as parts, top to bottom. What a node reads outside of `nodes` stands above all of them."""
    return _Stack(nodes, frozenset()).parts()


class _Stack:
    """Nodes by place in their stack; -1 is whatever stands above. `left` are those that the part below reads."""

    def __init__(self, nodes: Sequence[Node], left: frozenset[str]) -> None:
        self.nodes, self._left = nodes, left
        place = {node.path: index for index, node in enumerate(nodes)}
        self.reads = [tuple(place.get(name, -1) for name in node.reads) or (-1,) for node in nodes]
        self.readers: dict[int, list[int]] = {}
        for index, names in enumerate(self.reads):
            for name in set(names):
                self.readers.setdefault(name, []).append(index)

    def parts(self) -> tuple[Part, ...]:
        result: list[Part] = []
        at = -1
        while True:
            found = self._group(at)
            if found is not None:
                result.append(found[0])
            at = found[1] if found else at + 1
            if at >= len(self.nodes):
                return tuple(result)
            result.append(self.nodes[at])

    def _group(self, source: int) -> tuple[Group, int] | None:
        """The columns that start below `source`, and the place of the layer that joins them; None without columns."""
        readers = self.readers.get(source, ())
        if len(readers) < 2:
            return None
        branches, reach = _Branches(), source
        for index in range(source + 1, len(self.nodes)):
            reads = self.reads[index]
            if reach <= index and branches.all_in(reads):
                joined = frozenset(self.nodes[place].path for place in reads if place >= 0)
                return self._columns(branches, joined), index
            if min(reads) < source:
                return None  # something from further above comes in: no columns, but arcs
            branches.add(index, [name for name in reads if name > source])
            reach = max(reach, self._reach(index))
            if branches.count == 1 and index >= readers[-1]:
                return None  # one branch is left, and no other can begin
        ends = [any(self._ends(index) for index in branch) for branch in branches.all()]
        return (self._columns(branches, self._left), len(self.nodes)) if len(ends) > 1 and all(ends) else None

    def _columns(self, branches: _Branches, left: frozenset[str]) -> Group:
        stacks = [_Stack([self.nodes[index] for index in branch], left) for branch in branches.all()]
        return Group(tuple(stack.parts() for stack in stacks))

    def _reach(self, index: int) -> int:
        return max(self.readers.get(index, (index,)))

    def _ends(self, index: int) -> bool:
        return self.nodes[index].last or self.nodes[index].path in self._left


class _Branches:
    """Layers that hang together, as they come in from top to bottom (union-find)."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}
        self.count = 0

    def add(self, index: int, reads: Sequence[int]) -> None:
        self._parent[index] = index
        self.count += 1
        for name in reads:
            root = self._root(name)
            if root != self._root(index):
                self._parent[self._root(index)] = root
                self.count -= 1

    def all_in(self, reads: Sequence[int]) -> bool:
        """Whether there are several and all of them are among what is read."""
        if self.count < 2 or len(reads) < self.count:
            return False
        return len({self._root(name) for name in reads if name in self._parent}) == self.count

    def all(self) -> list[list[int]]:
        """The branches, each from top to bottom, in the order of their first layers."""
        found: dict[int, list[int]] = {}
        for index in self._parent:
            found.setdefault(self._root(index), []).append(index)
        return list(found.values())

    def _root(self, index: int) -> int:
        while self._parent[index] != index:
            self._parent[index] = index = self._parent[self._parent[index]]
        return index
