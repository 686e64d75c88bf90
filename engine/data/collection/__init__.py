"""Whole sets of files: folders with a folder a class, archives of them, idx files (MNIST), CIFAR batches.

`files` finds pictures and texts wherever they are. It may import the data room's `dataset`, `column`, `rows`,
`settings`, `samples` and errors; no torch.
"""
