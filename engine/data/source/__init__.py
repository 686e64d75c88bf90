"""Sources: the formats that rows come in. One frozen class each, named in `table`; each guesses, says why, can be told.

base  table  cells  text_table: what every source has, the list of them, native values as cells, tables of text.
It may import the data room's `dataset` and `prepare`, settings and errors; no torch.
"""
