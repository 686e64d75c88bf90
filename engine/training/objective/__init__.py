"""What a run is measured by: losses and metrics of each Output, and a split put through without learning.

It may import record, data, build and what lies below.
"""
