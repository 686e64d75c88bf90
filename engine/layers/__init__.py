"""The catalogue of layers: what can be stacked. It may import shapes and errors, nothing else of ours."""

from engine.layers.catalogue import KINDS, AnyLayer, Block

__all__ = ["KINDS", "AnyLayer", "Block"]
