"""The Runs page: every run there was, their curves over each other.

It may import engine and what pages share.

`page` holds three cards and does what `verbs` say. `list_card`: `table`, `view`, `cells`, `chips`, `columns`,
`columns_menu`, `filtering`. `about_card`: `tags`, `snapshots`, written by `keeping`. `below_card`: `details`,
`curves_view`, `difference`. Then `renaming`, `forking` and `thin_dialog`.
"""
