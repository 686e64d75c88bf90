"""How the stack is painted: cards, wires, frames, the sheet they stand on.

It may import layout.

`sheet` stands on `ground` and holds a `card` for what is `visible`; a card shows its face (`faces`, `heat`), is painted
by `painting` and has `links`. Below them `frames`, `wires` with `wire_labels`; above them `insert`, `marks`, `hover`.
`looking`: what is open, folded and coloured.
"""
