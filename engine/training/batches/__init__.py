"""Which examples are next, and where their numbers are held.

Read epochs, sampling, transfer, accumulation.

It may import record, data and what lies below, and torch.
"""
