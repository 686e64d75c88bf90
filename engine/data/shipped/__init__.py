"""Seeded code that makes the tables and texts among the samples.

It may import numpy alone. In reading order: generated, reviews.
"""
