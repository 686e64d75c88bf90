"""Which examples are next, and where their numbers are held.

It may import record, data and what lies below, and torch.
"""
