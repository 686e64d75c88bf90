"""The strip at the bottom of every page: the curve in small, how far training is, what holds it back.

It may import what pages share, no page.

`strip`, its `curve` and its `outlook`.
"""
