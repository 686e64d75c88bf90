"""The run on the screen; session is the only seam to the worker.

It may import the open project, its data, and kit.
"""
