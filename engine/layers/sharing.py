"""Layers that use the weights of another: what they build themselves, and where it does not fit."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import ShapeError
from engine.layers.base import Layer
from engine.layers.calls import Call


@dataclass(frozen=True)
class Shared:
    """What a layer that shares weights builds.

    Attributes:
        calls: its own modules; none where the other layer's module is called again.
        weight: where the other's module holds the weights that are handed to the first of `calls` ("weight",
            "0.weight"); "" where its module is called again.
    """

    calls: tuple[Call, ...] = ()
    weight: str = ""


def shared(layer: Layer, owner: Layer, calls: tuple[Call, ...], owned: tuple[Call, ...]) -> Shared:
    """What `layer` builds where it shares the weights of `owner`.

    A layer of the same kind calls the owner's module again. A Dense multiplies by the table of an Embedding,
    transposed (Press & Wolf 2017, Using the output embedding), and keeps its own bias and activation.

    Args:
        calls, owned: what either would build by itself.
    Raises:
        ShapeError: on the field "shares", where the weights of one do not suit the other.
    """
    if owner.shares:
        raise refused(layer, f"{owner.label} has no weights of its own", "Share those of the layer it shares with")
    if layer.kind == "dense" and owner.kind == "embedding":
        return _transposed(layer, owner, calls, owned)
    if layer.kind != owner.kind:
        raise refused(
            layer,
            f"{layer.label} cannot use the weights of {owner.label}, which is of another kind",
            "Choose a layer of its own kind",
        )
    if calls != owned:
        raise refused(
            layer,
            f"{layer.label} needs {_said(calls)}, and {owner.label} has {_said(owned)}",
            "Give both the same settings and inputs of the same size",
        )
    if not (_held(owner) or any(call.parameters or call.frozen for call in owned)):
        raise refused(layer, f"{owner.label} has no weights to share", "Let it have its own")
    return Shared()


def _held(layer: Layer) -> bool:
    """Whether it is a block with layers inside; an empty one is no module that could be called again."""
    return layer.kind == "block" and bool(dict(layer)["layers"])


def refused(layer: Layer, message: str, hint: str) -> ShapeError:
    """The error that belongs to what a layer shares."""
    return ShapeError(message, layer=layer.id, field="shares", hint=hint)


def _transposed(layer: Layer, owner: Layer, calls: tuple[Call, ...], owned: tuple[Call, ...]) -> Shared:
    product, *rest = calls
    at = next((number for number, call in enumerate(owned) if call.target == "nn.Embedding"), None)
    if at is None or product.target != "nn.Linear":
        raise refused(layer, f"{layer.label} cannot use the weights of {owner.label}", "Let it have its own")
    features, units = product.args[:2]
    words, width = owned[at].args[:2]
    if (features, units) != (width, words):
        raise refused(
            layer,
            f"{layer.label} weighs {features} features for {units} units, and the table of {owner.label} has "
            f"{words} words of {width} features",
            f"Give it {words} units and let it read {width} features",
        )
    bias = Call.of("TiedLinear", units, vectors=product.vectors)
    return Shared((bias, *rest), "weight" if len(owned) == 1 else f"{at}.weight")


def _said(calls: tuple[Call, ...]) -> str:
    return " and ".join(call.begun().source() for call in calls) or "nothing"
