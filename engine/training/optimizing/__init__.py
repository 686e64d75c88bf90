"""How gradients change weights: clipping, optimizer, who learns at what price, running means.

Read updates, parameter_groups, regularization, averaging.

It may import speed, objective, batches and what lies below training.
"""
