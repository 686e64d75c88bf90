"""The panel at the right: settings, measures and code of the chosen layer.

It may import engine and what pages share, no other page.

`panel` shows a `layer`, or an `overview` of several; `place` says where a layer stands. A layer is shown by `tiles` of
`measures`, `problems`, `reads`, `chooser`, `learning` and `note`, a block by `inside` and `quick` as well.
"""
