"""All that can be stacked: the panel at the left, its search, the person's own blocks.

It may import the engine and kit.
"""
