"""Where cards, columns, wires and gaps stand: plain geometry, no widget.

It may import the engine, no other folder of the canvas.
"""
