"""What is found out by trying: learning rates, batch sizes, time and memory.

Read tuning, forecast, stopwatch, rate_finder; batch_size, trial, memory.

It may import parallel, checkpoint, the learner and what lies below.
"""
