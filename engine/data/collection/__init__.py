"""Whole sets as their authors pack them: archives of folders, idx files (MNIST), CIFAR batches.

It may import the data room's `dataset`, `folders`, `targets` and errors; no torch.
"""
