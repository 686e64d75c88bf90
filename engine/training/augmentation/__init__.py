"""What is done to a batch before it is learned from: the project's augmentations, drawn anew for each batch.

Read geometry, colour, single (one example at a time), mixing (two at a time), augmenter, preview.

It may import objective, batches and what lies below training.
"""
