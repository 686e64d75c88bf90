"""Widgets and forms that know no project; they could serve another app.

It may import the engine's settings classes and tables, no other room of gui.

Look: `theme`, `style`, `palette`, `icons`, `thumbnails`. Words: `amounts`, `numbers`, `fuzzy`. Parts: `cards`, `grid`,
`fold`, `elided`, `picker`, `messages`, `pick_file`, `commands`. Charts: `chart`, `marks`, `ticking`, `redraw`. Beside
the window: `background`. `forms` are made from settings classes.
"""
