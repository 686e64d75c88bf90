"""The Export page: what a run has learned, taken away as files.

It may import engine and what pages share.

`page` has a card for each exporter; `in_and_out` says what goes in and comes out, `outcome_card` what was written.
"""
