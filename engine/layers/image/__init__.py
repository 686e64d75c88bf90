"""Layers with windows: convolutions, pooling, resizing, along time, over pictures and volumes.

It may import the base of layers.
"""
