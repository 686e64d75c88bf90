"""Layers that arrange numbers otherwise or keep a part of them.

It may import the base of layers.
"""
