"""How the stack is painted: cards, wires, frames, the sheet they stand on.

It may import layout.
"""
