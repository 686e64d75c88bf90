"""The window around the pages: header, rail, menus, opening and saving, recovery.

It may import pages and all below them.

`main_window` holds `header`, `rail`, `strip`, `status`. `commands` is the table of all that can be asked; `menus`,
`help` and `history` are made from what is known. `machine_button` says what it computes on. `opening` with `choosing`
and `dialogs`, `saving`, `recovery`, `interrupted_run` bring a project in and out; `crash`, `warming` and `collecting`
keep the app going.
"""
