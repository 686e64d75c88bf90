"""Layers and Inputs that nobody reads: what joins them to the rest, or takes them out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from engine.analysis.findings import Fix, Problem
from engine.analysis.fixes.adapters import BY_KIND, pool_over_all
from engine.analysis.fixes.cures import edit_fix, network_fix, out_fix
from engine.analysis.fixes.joins import Candidate
from engine.analysis.places import Place, on_wire
from engine.analysis.problems.causality import ancestors
from engine.analysis.shapes import Shapes, shapes
from engine.facts import DataFacts
from engine.layers import Block
from engine.layers.base import Layer
from engine.layers.sequence.recurrent import Embedding
from engine.layers.shape.shaping import Flatten
from engine.layers.wiring import sources
from engine.network import Network
from engine.paths import joined
from engine.project import Project
from engine.rewiring import add_input
from engine.shapes import Shape

MOST_TRIED = 12  # layers that a loose end is tried to be joined to
MOST_JOINED = 4  # loose ends for which that is tried


def branch_problems(project: Project, facts: DataFacts, known: Shapes) -> Iterator[Problem]:
    """Every loose end, pinned to its last layer, and every Input that does not count."""
    network = project.network
    live = _live(network.layers, [layer.id for layer in network.outputs])
    for entry in network.inputs:
        if entry.id not in live:
            fixes = (*_joined(Place(network, entry.id, known), facts, live), out_fix(entry.label, entry.id))
            message = f"Nothing that leads to an output reads {entry.label}"
            yield Problem(entry.id, message, "nothing reads it", "", fixes, "unused_input")
    for number, path in enumerate(loose_ends(network.middle, network.layers, live)):
        place = Place(network, path, known)
        message = f"Nothing reads what {place.layer.label} gives, so it cannot learn"
        fixes = (*(_joined(place, facts, live) if number < MOST_JOINED else ()), _cut_fix(place))
        yield Problem(path, message, "nothing reads it", "", fixes, "dead_branch")


def read_fix(project: Project, facts: DataFacts, name: str) -> Fix | None:
    """A fix that adds an Input for a part of the data and joins it to the rest; None where it fits nowhere."""
    network, entry = add_input(project.network, name)
    place = Place(network, entry, shapes(network, facts))
    live = _live(network.layers, [layer.id for layer in network.outputs])
    found = _joined(place, facts, live)
    return replace(found[0], text=f"Add an Input for {name}") if found else None


def loose_ends(layers: Sequence[Layer], around: Sequence[Layer], live: set[str]) -> Iterator[str]:
    """Paths of the layers that nobody reads, also inside blocks."""
    read = {name for index in range(len(around)) for name in sources(around, index)}
    for layer in layers:
        if layer.id not in live and layer.id not in read:
            yield layer.id
        if isinstance(layer, Block):
            yield from (joined(layer.id, path) for path in _loose_inside(layer))


@lru_cache(maxsize=4096)
def _loose_inside(block: Block) -> tuple[str, ...]:
    if not block.layers:
        return ()
    live = _live(block.layers, [block.layers[-1].id])
    return tuple(loose_ends(block.layers, block.layers, live))


def _live(layers: Sequence[Layer], ends: Sequence[str]) -> set[str]:
    """Ids that lead to one of the ends, or whose weights are used by one that does."""
    found: set[str] = set()
    for name in ends:
        found |= ancestors(layers, name)
    owners = {layer.shares for layer in layers if layer.shares and layer.id in found} - found
    for name in owners:
        found |= ancestors(layers, name)
    return found


def _cut_fix(place: Place) -> Fix:
    """A fix that takes the loose end out, and all above it that leads nowhere else."""
    return edit_fix(
        f"Take {place.layer.label} out", place.path, lambda network, name: network.remove(_only_for(network, name))
    )


def _only_for(network: Network, name: str) -> set[str]:
    live = _live(network.layers, [layer.id for layer in network.outputs])
    readers: dict[str, set[str]] = {}
    for layer in network.layers:
        for other in network.reads(layer.id):
            readers.setdefault(other, set()).add(layer.id)
    gone = {name}
    for layer in reversed(network.middle):
        if layer.id not in live and readers.get(layer.id, {""}) <= gone:
            gone.add(layer.id)
    return gone


def _joined(place: Place, facts: DataFacts, around: set[str]) -> tuple[Fix, ...]:
    """A fix that joins the loose end to the rest, if there is a place where it fits."""
    inner = place.inner
    live = _live(inner.layers, [layer.id for layer in inner.outputs]) if place.parent else around
    for text, rejoined in _rejoined(place, live):
        changed = place.put(rejoined)
        after = shapes(changed, facts)
        same = all(after.inputs.get(layer.id) == place.known.inputs.get(layer.id) for layer in changed.outputs)
        if same and len(after.errors) <= len(place.known.errors):
            return (network_fix(text, changed),)
    return ()


def _rejoined(place: Place, live: set[str]) -> Iterator[Candidate]:
    """The loose end joined into a wire further down."""
    inner, shape = place.inner, place.shape_of(place.id)
    if shape is None:
        return
    below = [layer for layer in inner.layers[inner.index(place.id) + 1 :] if layer.id in live and layer.kind != "input"]
    if place.layer.kind == "input":
        below.reverse()
    for chain in _chains(shape):
        for layer in [layer for layer in below if layer.kind != "output"][:MOST_TRIED]:
            for source in inner.reads(layer.id):
                for kind in ("concatenate", "add"):
                    yield f"Join it above {layer.label}", _with_join(place, layer.id, source, kind, chain)


def _chains(shape: Shape) -> Iterator[tuple[Layer, ...]]:
    """What a loose end can be made to, so that it joins."""
    if shape.values == "ids":
        embedded = Embedding(vocabulary=shape.vocabulary)
        pool = BY_KIND["global_pool1d"]
        yield (embedded, pool(kind="global_pool1d"))
        return
    yield ()
    if (pooled := pool_over_all(shape)) is not None:
        yield (pooled,)
        yield (Flatten(),)


def _with_join(place: Place, reader: str, source: str, kind: str, chain: tuple[Layer, ...]) -> Network:
    inner, end = place.inner, place.id
    for layer in chain:
        inner, end = inner.insert(layer.changed(inputs=(end,)), inner.index(reader))
    if not inner.layer(reader).inputs:
        inner = inner.with_values(reader, inputs=(source,))
    join = BY_KIND[kind](kind=kind)
    changed = on_wire(inner, reader, source, [join])
    name = changed.reads(reader)[place.inner.reads(reader).index(source)]
    return changed.with_values(name, inputs=(source, end))
