"""Sources: the formats that rows come in. One frozen class each, named in `table`; each guesses, says why, can be told.

base, table, cells: what every source has, the list of them, native values as cells of text.
text_table: tables of text: opening, refusals, encoding; plan (separators, header, numerals) on the first lines; then
pieces of all lines, quickly by their structure, or careful.
typed: a room of formats whose cells have types: spreadsheets, Parquet, Arrow, JSON, SQLite, NumPy, ARFF.
It may import the data room's `dataset`, `friendly` and `prepare`, settings, memory and errors; no torch.
"""
