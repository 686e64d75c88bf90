"""Training: a loop that yields facts, a worker thread around it, snapshots.

It may import build, data and what lies below.
"""
