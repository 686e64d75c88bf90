"""Where cards, columns, wires and gaps stand: plain geometry, no widget.

It may import the engine, no other folder of the canvas.

`arrange` is the whole; `stacks` and `columns` place cards, `openings` blocks that are open, `routes` wires, `gaps`
where something new may go; `shelf` finds what is in sight.
"""
