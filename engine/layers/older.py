"""Layers as older files wrote them, brought up to what they mean today."""

from __future__ import annotations

from typing import Any

from engine.layers.catalogue import KINDS
from engine.layers.initialisations import Weighted

WEIGHTED = frozenset(kind.model_fields["kind"].default for kind in KINDS if issubclass(kind, Weighted))


def begun_as_torch(layers: Any) -> Any:
    """Layers of a file before format 4, as JSON has them: weights began as torch begins them.

    What is no list of layers comes back as it is. RecursionError where blocks are nested without end.
    """
    return [_begun(layer) for layer in layers] if isinstance(layers, list) else layers


def _begun(layer: Any) -> Any:
    if not isinstance(layer, dict):
        return layer
    inside = {"layers": begun_as_torch(layer["layers"])} if "layers" in layer else {}
    start = {"initialisation": "torch"} if layer.get("kind") in WEIGHTED else {}
    return {**start, **layer, **inside}
