"""The pages, one folder each, independent of each other.

They may import shared, live and kit.

`start`, `templates`; then as in the rail: `data`, `canvas` with `inspector` and `code` beside it, `training`,
`results`, `runs`, `export`.
"""
