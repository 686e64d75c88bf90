"""Runs on disk: their folders, the list of them, and measuring a trained network.

Read folder, summary, store, past; finding, compare, renaming, thinning, forking, longer; weights, evaluate; folds,
cross_validation, folded.

It may import training and what lies below.
"""
