"""The window imports these rooms before torch is there: they must not bring it in."""

from __future__ import annotations

import subprocess
import sys

import pytest

ROOMS = [
    "engine.layers",
    "engine.choices.losses",
    "engine.choices.optimizers",
    "engine.choices.schedules",
    "engine.choices.metrics",
    "engine.network",
    "engine.analysis",
]


@pytest.mark.parametrize("room", ROOMS)
def test_torch_stays_out(room: str) -> None:
    code = f"import sys, {room}; print(sorted({{'torch', 'torchmetrics', 'PySide6'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
