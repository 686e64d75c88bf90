"""The network's PyTorch code beside the canvas, live.

It may import what pages share, no other page; the code itself is worked out on a job's thread.

`pane` holds the `editor`, coloured by `highlight`.
"""
