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
    before = torch.are_deterministic_algorithms_enabled(), torch.backends.cudnn.benchmark
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False
    try:
        yield
    except RuntimeError as error:
        if "deterministic" not in str(error):
            raise
        what = str(error).split(" ", 1)[0]
        raise EngineError(
            f"This network cannot be trained in deterministic mode on this device: {what} has no such form",
            field="deterministic",
            hint="Switch deterministic off, or set the device to cpu",
        ) from error
    finally:
        torch.use_deterministic_algorithms(before[0])
        torch.backends.cudnn.benchmark = before[1]
