"""How long a run will go on and how it ended, as the screen says it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from engine.runs.summary import UNREADABLE
from gui.kit.cards import clock
from gui.live.run import LiveRun


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


def prepare_words() -> str:
    """What is done between loading the engine and the first step."""
    return QCoreApplication.translate("runs", "Making the network ready")


def memory_words() -> str:
    """What happened before a batch size is looked for."""
    return QCoreApplication.translate("runs", "Memory ran out")


def search_words() -> str:
    """What is done when memory has run out."""
    return QCoreApplication.translate("runs", "Looking for a batch size that fits")


def eta_words(live: LiveRun) -> str:
    """When it will have ended; "" where that is not known yet. Early stopping can only make it sooner."""
    if live.eta is None or live.searching:
        return ""
    words = QCoreApplication.translate("runs", "ETA {0}")
    if live.project.training.early_stopping.patience:
        words = QCoreApplication.translate("runs", "ETA at most {0}")
    return words.format(clock(live.eta))
