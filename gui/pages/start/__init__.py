"""The start page: your data, samples as pictures, recent projects.

It may import shared and all below it and the table of samples, no other page.

`page`, its `cards`, and `drop` for what is dragged here.
"""
