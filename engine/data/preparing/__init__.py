"""From rows to a Dataset, in reading order: `asked`, what is to be predicted; `chosen`, which columns go in and as
what; `parts`, the inputs; `next_words`, texts that are asked for what follows; `assembly`, all of it together.
"""
