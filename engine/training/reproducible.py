"""Deterministic mode: torch's promise that the same work gives the same bits, for the time of one run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from engine.errors import EngineError

WORKSPACE = "CUBLAS_WORKSPACE_CONFIG"  # without it, cuBLAS may add in another order each time


@contextmanager
def reproducible(wanted: bool) -> Iterator[None]:
    """Within, only kernels that give the same bits each time; what was set before is put back.

    EngineError where a layer needs a kernel that there is not in such a form.
    """
    if not wanted:
        yield
        return
    os.environ.setdefault(WORKSPACE, ":4096:8")
    before, benchmark = torch.get_deterministic_debug_mode(), torch.backends.cudnn.benchmark
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False
    try:
        yield
    except RuntimeError as error:
        if "deterministic" not in str(error):
            raise
        what = str(error).split(" ", 1)[0]
        raise EngineError(
            f"Deterministic mode is on, and torch has no deterministic {what} on this device",
            field="deterministic",
            hint="Switch deterministic off, or use another kind of layer",
        ) from error
    finally:
        torch.set_deterministic_debug_mode(before)
        torch.backends.cudnn.benchmark = benchmark
