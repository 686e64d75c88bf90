"""What several pages use and what knows the project.

It may import live and kit.

`context` is what a page is given, `requests` what it asks of the window, `commands` undo and redo. `problems`,
`states`, `machine` say things alike everywhere; `resuming`, `longer`, `count_dialog`, `snapshots` let runs go on;
`suit_button` fits the network to the data; `drawing` paints networks in small.
"""
