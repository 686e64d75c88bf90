"""What a person can do to the stack, as edits of the document, and the menus that offer it.

It may import palette and layout.

`selection` says which layers, `bench` how a change reaches the document; `edits` with `wiring` and `clipboard` are the
changes; `menus` and `popup` offer them.
"""
