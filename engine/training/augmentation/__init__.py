"""What is done to a batch before it is learned from: a row of the project's augmentations, anew for each batch.

Read geometry, augmenter.

It may import objective, batches and what lies below training.
"""
