"""All that is needed to go on from a step: taken, written, put back, and when.

It may import record and what lies below.
"""
