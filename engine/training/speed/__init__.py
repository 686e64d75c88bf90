"""The same step in less time: its kernels written down once, memory layout, threads, precision; what pays is found out.

Read tuning, devices, precision, layout; fast_step, trace, optimize, capture, cuda_graph; optimizer_kernel, no_compiler.

It may import batches and what lies below training.
"""
