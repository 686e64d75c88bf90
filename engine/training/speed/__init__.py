"""The same step in less time: its kernels written down once, memory layout, threads, precision, at first by arithmetic.

Read arithmetic, devices, precision, layout; fast_step, trace, optimize, capture, cuda_graph; optimizer_kernel,
no_compiler.

It may import batches and what lies below training.
"""
