"""Well-known networks, ready to open: each builds itself for the data it is given.

It may import the starter and what lies below it; no training, no runs, no window.
"""
