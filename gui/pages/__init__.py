"""The pages, one folder each, independent of each other.

They may import shared, live and kit.
"""
