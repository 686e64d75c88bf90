"""Formats whose cells have types of their own. One frozen class each, named in the list of sources.

frames: columns of any type made into cells, and what cannot be a cell said by name. gathering: rows of Python values
as columns, block by block, while the memory lasts.
columnar: Parquet, Arrow, Feather.    json_lines, json_shapes.    sqlite.    numpy_file.    arff.
excel: spreadsheets; workbook says how far their sheets reach, far_cells streams those that reach too far, grid finds
the table among the cells.
It may import what its parent may; no torch.
"""
