"""The Network page: palette, stack of cards, gestures.

It may import engine and what pages share.

`page` puts it together; `commands` is the table of all that can be asked of the cards; `view` shows the sheet with
`zoom`, under `bars`, `minimap`, `find` and `invitation`, `beside` the code. Rooms, from the ground up: `layout`,
`drawing`, `palette`, `editing`, `gestures`.
"""
