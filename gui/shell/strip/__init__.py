"""The strip at the bottom of every page: the curve in small, how far training is, what holds it back.

It may import gui's context, look and formats, no page.
"""
