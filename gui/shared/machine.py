"""What a run is computed on, in two words, without loading torch."""

from __future__ import annotations

import os

from PySide6.QtCore import QCoreApplication

from engine.settings import TrainingSettings
from gui.live.run import LiveRun


def machine(settings: TrainingSettings, live: LiveRun | None) -> str:
    """`CPU · 2 threads`: what the run that goes on measured as fastest, else what the settings allow."""
    if live is not None and live.started is not None:
        return _named(live.started.device, live.started.threads)
    device = "cpu" if settings.device == "auto" else settings.device
    return _named(device, settings.threads or os.cpu_count() or 1)


def _named(device: str, threads: int) -> str:
    if device != "cpu":
        return {"cuda": "NVIDIA GPU", "mps": "Apple GPU"}.get(device, device.upper())
    if threads == 1:
        return QCoreApplication.translate("machine", "CPU · 1 thread")
    return QCoreApplication.translate("machine", "CPU · {0} threads").format(threads)
