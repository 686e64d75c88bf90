"""All that can be stacked: the panel at the left, its search, the person's own blocks.

It may import the engine and kit.

`offers` is the list, `rows` and `search` show it in the `panel`, `own_blocks` adds the person's.
"""
