"""Data: sources, preparation fitted on the training split, splits.

It may import what lies below (project, settings, facts, shapes, errors); no torch.
"""
