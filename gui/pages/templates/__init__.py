"""The templates page: well-known networks as pictures of themselves.

It may import shared and all below it, the table of templates and the plan they are drawn from, no other page.

`page` shows a `card` for each; `previews` are made beside the window, each a `sketch` that `drawing` paints.
"""
