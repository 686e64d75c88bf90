"""Memory while training, by arithmetic: what autograd keeps, what a step needs besides, what a run holds around it.

It may import plan and what lies below, never torch.
"""

from engine.memory.budget import Budget, largest_batch, training_bytes
from engine.memory.layers import Bytes, layer_bytes
from engine.memory.rules import RULES

__all__ = ["RULES", "Budget", "Bytes", "largest_batch", "layer_bytes", "training_bytes"]
