"""Training: a loop that yields facts, a worker thread around it, snapshots.

Read worker, loop, progress, learner; then a room at a time: batches, objective, optimizing, speed, checkpoint,
parallel, probing; at last recorder, knobs, looks, divergence, endings, randomness, reproducible.

It may import build, data and what lies below.
"""
