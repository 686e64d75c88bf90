"""Layers with windows: convolutions, pooling, resizing, along time, over pictures and volumes.

Read convolution, pooling; transposed, separable, volumes, resizing, augmentation.

It may import the base of layers.
"""
