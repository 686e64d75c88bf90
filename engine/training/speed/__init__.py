"""The same step in less time: its kernels written down once, memory layout, threads and precision.

It may import record and what lies below.
"""
