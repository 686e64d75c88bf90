"""How gradients change weights: clipping, optimizer, who learns at what price, running means.

It may import choices, network and what lies below.
"""
