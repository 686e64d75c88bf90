"""Time and channels: how torch wants them, and what to do where a layer gets the other."""

from __future__ import annotations

from engine.layers.calls import Call
from engine.shapes import Shape

SWAP = Call.of("SwapAxes", 1, 2)  # (B, time, feature) <-> (B, feature, time): torch slides along the last axis


def sequence_advice(x: Shape, for_pictures: str = "") -> str:
    """What to do where a layer wants time × feature and gets `x`."""
    if "channel" in x.names:
        return f"Use {for_pictures} on pictures" if for_pictures else "Put Reshape before it, to time × feature"
    return "Set Return to every step in the layer above, or put Reshape before it"


def picture_advice(x: Shape, for_sequences: str) -> str:
    """What to do where a layer wants channel × height × width and gets `x`."""
    if "time" in x.names:
        return f"Use {for_sequences} on sequences"
    return "Put Reshape before it, to channel × height × width"
