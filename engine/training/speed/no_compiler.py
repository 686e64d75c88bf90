"""Keeps torch's compiler from being loaded where nothing is compiled: it takes a second and 70 MB.

An optimizer loads it at its first call, only to ask it to leave the optimizer's own methods alone. torch remembers the
answer at each method; where that is written down beforehand it does not ask. Should a later torch keep the answer
elsewhere, the compiler is loaded as before, and nothing else changes.
"""

from __future__ import annotations

from torch import optim

ANSWER = "__dynamo_disable"  # of torch/_compile.py
METHODS = ("add_param_group", "zero_grad", "state_dict", "load_state_dict")


def leave_out_compiler() -> None:
    """Answers for the methods of optimizers; more than once is as good as once."""
    for name in METHODS:
        method = getattr(getattr(optim.Optimizer, name, None), "__wrapped__", None)
        if method is not None and not hasattr(method, ANSWER):
            setattr(method, ANSWER, method)
