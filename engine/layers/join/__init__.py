"""Layers that read several others.

It may import the base of layers.
"""
