"""What a run is measured by: losses and metrics of each Output, and a split put through without learning.

Read objectives, targets, class_weights, evaluation.

It may import batches and what lies below training.
"""
