"""What is found out by trying: learning rates, batch sizes, time and memory.

It may import the other rooms of training.
"""
