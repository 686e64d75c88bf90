"""What can be wrong with a network, one family of problems a file.

It may import fixes, findings, and what lies below analysis.
"""
