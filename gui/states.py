"""How a run ended, as the screen says it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from engine.runs.summary import UNREADABLE


def state_words(state: str) -> str:
    """How a run ended, on screen."""
    words = {
        "running": QCoreApplication.translate("runs", "running"),
        "finished": QCoreApplication.translate("runs", "finished"),
        "earlystopped": QCoreApplication.translate("runs", "stopped early"),
        "stopped": QCoreApplication.translate("runs", "stopped"),
        "diverged": QCoreApplication.translate("runs", "diverged"),
        "outofmemory": QCoreApplication.translate("runs", "out of memory"),
        "interrupted": QCoreApplication.translate("runs", "interrupted"),
        UNREADABLE: QCoreApplication.translate("runs", "unreadable"),
        "failed": QCoreApplication.translate("runs", "failed"),
    }
    return words.get(state, state)
