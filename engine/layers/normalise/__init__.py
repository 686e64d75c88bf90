"""Layers that bring numbers to mean 0 and deviation 1.

It may import the base of layers.
"""
