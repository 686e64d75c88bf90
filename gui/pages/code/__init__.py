"""The network's PyTorch code beside the canvas, live.

It may import gui's context and look, no other page; the code itself is worked out on a job's thread.
"""
