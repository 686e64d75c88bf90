"""Several devices that train one network: each takes its share of every batch.

It may import the other rooms of training but the loop.
"""
