"""Ways to make layers that join fit: a projection on one wire, a pool on all, another way to join."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.fixes.adapters import BY_KIND, Chain, adapters, pool_over_all, said
from engine.analysis.places import Place, instead, on_wire
from engine.analysis.shapes import given
from engine.layers.join.joining import joined_axis
from engine.layers.wiring import ENTRY
from engine.network import Network
from engine.shapes import Shape

Candidate = tuple[str, Network]


def join_candidates(place: Place) -> Iterator[Candidate]:
    """Inner networks in which the join may fit, best first."""
    if len(place.read) < 2:
        yield from _second(place)
        yield f"Take {place.layer.label} out", place.inner.remove({place.id})
        return
    for main in reversed(range(len(place.read))):
        yield from _adapted(place, main)
    yield from _pooled(place)
    yield from _other_join(place)
    kept = place.inner.with_values(place.id, inputs=place.names[-1:])
    yield f"Take {place.layer.label} out", kept.remove({place.id})


def _second(place: Place) -> Iterator[Candidate]:
    """For a layer that joins but reads one layer only: the nearest other that fits."""
    inner = place.inner
    for other in reversed(inner.layers[: inner.index(place.id)]):
        shape = place.shape_of(other.id)
        if other.id in place.names or shape is None:
            continue
        if isinstance(given(place.layer, (*place.read, shape)), Shape):
            yield f"Read {other.label} too", inner.with_values(place.id, inputs=(*place.names, other.id))
            return


def _adapted(place: Place, main: int) -> Iterator[Candidate]:
    """Every wire but the main one gets what makes its shape fit."""
    network, words = place.inner, []
    read = list(place.read)
    for index, (name, shape) in enumerate(zip(place.names, place.read, strict=True)):
        chain = () if index == main else _first_chain(place, shape, place.read[main])
        if chain is None:
            return
        for layer in chain:
            after = given(layer, (read[index],))
            if isinstance(after, Shape):
                read[index] = after
        if chain:
            network = on_wire(network, place.id, name, chain)
            words.append(f"Put {said(chain)} after {_label(place, name)}")
    if words and isinstance(given(place.layer, tuple(read)), Shape):
        yield " and ".join(words), network


def _first_chain(place: Place, shape: Shape, main: Shape) -> Chain | None:
    """What makes one shape join the main one: of its own channels or features where the join puts them side by side."""
    if isinstance(given(place.layer, (shape, main)), Shape):
        return ()
    if place.layer.kind == "concatenate" and shape.names == main.names:
        axis = joined_axis(main)
        main = main.with_sizes(**{axis: shape.size(axis)})
    chains = (chain for chain in adapters(shape, main) if chain)
    return next(chains, None)


def _pooled(place: Place) -> Iterator[Candidate]:
    """One row of each picture and sequence."""
    network, read = place.inner, []
    for name, shape in zip(place.names, place.read, strict=True):
        pool = pool_over_all(shape)
        if pool is None:
            read.append(shape)
            continue
        after = given(pool, (shape,))
        if not isinstance(after, Shape):
            return
        read.append(after)
        network = on_wire(network, place.id, name, (pool,))
    if network is place.inner:
        return
    widths = {shape.count for shape in read}
    if place.layer.kind != "concatenate" and len(widths) > 1:
        return
    if isinstance(given(place.layer, tuple(read)), Shape):
        yield "Put Global pool above", network


def _other_join(place: Place) -> Iterator[Candidate]:
    for kind in ("concatenate", "add"):
        made = BY_KIND.get(kind)
        if made and place.layer.kind != kind and isinstance(given(made(kind=kind), place.read), Shape):
            yield f"Use {made.title.partition(' ')[0]} instead", instead(place.inner, place.id, made(kind=kind))


def _label(place: Place, name: str) -> str:
    return "what comes in" if name == ENTRY else place.inner.layer(name).label


def joined(place: Place) -> Iterator[Candidate]:
    """For a layer that reads one and is given several: a join above it."""
    for kind in ("add", "concatenate"):
        join = BY_KIND[kind](kind=kind, inputs=place.names)
        if isinstance(given(join, place.read), Shape):
            changed, _ = place.inner.insert(join, place.inner.index(place.id))
            yield f"Put {join.title.partition(' ')[0]} above", changed.with_values(place.id, inputs=())
    for name in reversed(place.names):
        yield f"Read only {_label(place, name)}", place.inner.with_values(place.id, inputs=(name,))
