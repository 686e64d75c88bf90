"""The Data page: what is loaded, how it is read and split.

It may import engine and what pages share.

`page` holds `source_card`, `preview_card`, `form_card`, `column_card`, `found_card`, `outcome_card`; `looking` reads
the first examples and looks through them; `columns_view` shows columns one below the other, each with its `spread`,
`rows` shows cells under `role_header` with its `head_box`; `columns` says what a column is read as; `targets` and
`edits` change the project.
"""
