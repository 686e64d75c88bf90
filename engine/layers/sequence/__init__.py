"""Layers that read texts and sequences step by step, or all steps at once.

It may import the base of layers.
"""
