"""The same step in less time: its kernels written down once, memory layout, threads, precision; what pays is found out.

It may import record and what lies below.
"""
