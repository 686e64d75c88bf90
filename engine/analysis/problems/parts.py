"""Which Input reads which part of the data, and which Output answers which target."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.findings import Fix, Problem
from engine.analysis.fixes.adapters import adapters, said
from engine.analysis.fixes.cures import network_fix
from engine.analysis.places import pinned
from engine.analysis.shapes import Shapes
from engine.facts import DataFacts, Target
from engine.layers.base import Layer
from engine.layers.core.basics import Dense, Output
from engine.network import Network
from engine.project import Project


def part_problems(project: Project, facts: DataFacts, known: Shapes) -> Iterator[Problem]:
    """Names of data that is not there, targets nobody answers and targets answered twice."""
    yield from _inputs(project.network, facts)
    yield from _outputs(project.network, facts)
    answered = {_name(output, facts) for output in project.network.outputs}
    for target in facts.targets:
        if target.name not in answered:
            message = f"The data has the target {target.name}, but no Output answers it"
            fixes = tuple(_answered(project, facts, known, target))
            last = project.network.outputs[-1].id
            yield Problem(last, message, f"{target.name} has no Output", "target", fixes, "unanswered_target")


def _inputs(network: Network, facts: DataFacts) -> Iterator[Problem]:
    taken = {entry.source or facts.input_name for entry in network.inputs}
    for entry in network.inputs:
        if facts.shape_of(entry.source) is not None:
            continue
        free = [fact.name for fact in facts.inputs if fact.name not in taken] or [facts.input_name]
        fixes = [network_fix(f"Read {name}", network.with_values(entry.id, source=name)) for name in free]
        if len(network.inputs) > 1:
            fixes.append(network_fix(f"Take {entry.label} out", network.remove({entry.id})))
        message = f"{entry.label} reads {entry.source}, which the data does not have"
        yield Problem(entry.id, message, f"no {entry.source} in the data", "source", tuple(fixes), "missing_part")


def _outputs(network: Network, facts: DataFacts) -> Iterator[Problem]:
    names = [_name(output, facts) for output in network.outputs]
    free = [target.name for target in facts.targets if target.name not in names]
    for index, output in enumerate(network.outputs):
        missing, twice = facts.target_of(output.target) is None, names[index] in names[:index]
        if not missing and not twice:
            continue
        choice = free or ([facts.target.name] if missing and facts.target.name not in names else [])
        fixes = [network_fix(f"Answer {name}", network.with_values(output.id, target=name)) for name in choice]
        if len(network.outputs) > 1:
            fixes.append(network_fix(f"Take {output.label} out", _without_output(network, output.id)))
        if missing:
            message, short = f"{output.label} answers {names[index]}, which the data does not have", "no such target"
        else:
            message, short = f"{output.label} answers {names[index]}, which another Output answers", "answered twice"
        kind = "missing_target" if missing else "target_twice"
        yield Problem(output.id, message, short, "target", tuple(fixes), kind)


def _name(output: Output, facts: DataFacts) -> str:
    return output.target or facts.target.name


def _without_output(network: Network, output: str) -> Network:
    """The network without an Output and the layers that only led to it."""
    changed = pinned(network)
    name = changed.reads(output)[0]
    changed = changed.remove({output})
    while changed.layer(name).kind != "input" and not any(name in changed.reads(layer.id) for layer in changed.layers):
        above = changed.reads(name)[0]
        changed, name = changed.remove({name}), above
    return changed


def _answered(project: Project, facts: DataFacts, known: Shapes, target: Target) -> Iterator[Fix]:
    """An Output for a target: beside the last layer of another, from what that one reads."""
    network = project.network
    first = network.layer(network.reads(network.outputs[0].id)[0])
    source = first.id if first.kind == "input" else network.reads(first.id)[0]
    shape = known.outputs.get(source)
    if shape is None:
        return
    for chain in adapters(shape, target.output):
        ended = [_ended(layer, target, project, layer is chain[-1]) for layer in chain]
        words = f"Add {said(chain)} and an Output for {target.name}"
        yield network_fix(words, _with_output(network, source, ended, target.name))
        return


def _ended(layer: Layer, target: Target, project: Project, last: bool) -> Layer:
    link = project.training.loss_of(target, False)[0].link
    return layer.changed(activation="none" if link == "exp" else link) if last and isinstance(layer, Dense) else layer


def _with_output(network: Network, source: str, chain: list[Layer], target: str) -> Network:
    network = network.with_values(network.outputs[0].id, inputs=network.reads(network.outputs[0].id))
    network = pinned(network)
    before = source
    for layer in chain:
        network, before = network.insert(layer.changed(inputs=(before,)))
    output = Output(id=network.free_id("output"), target=target, inputs=(before,))
    return Network(layers=(*network.layers, output))
