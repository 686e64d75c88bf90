"""Inputs and outputs, dense layers, activations, and what disturbs numbers while training.

It may import the base of layers.
"""
