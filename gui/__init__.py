"""The window. Qt lives here and nowhere else; torch is never imported.

It may import engine and resources.

`app` puts it together; `document` is the open project with its undo, `settings` what is remembered between starts,
`loading` its data, `starters` networks that follow it, `library` the person's blocks. Rooms, from the ground up: `kit`,
`live`, `shared`, `pages`, `shell`.
"""
