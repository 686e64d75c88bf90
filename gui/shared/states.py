"""How long a run will go on and how it ended, as the screen says it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from engine.record.states import RunState
from gui.kit.cards import clock
from gui.live.run import LiveRun


@dataclass(frozen=True)
class Sign:
    """How a state is shown: words to be translated, an icon, and the token of its colour."""

    words: str
    icon: str
    role: str


STATES: dict[str, Sign] = {
    RunState.RUNNING: Sign(str(QT_TRANSLATE_NOOP("runs", "running")), "play", "accent_text"),
    RunState.FINISHED: Sign(str(QT_TRANSLATE_NOOP("runs", "finished")), "check", "good"),
    RunState.EARLY_STOPPED: Sign(str(QT_TRANSLATE_NOOP("runs", "stopped early")), "check", "good"),
    RunState.STOPPED: Sign(str(QT_TRANSLATE_NOOP("runs", "stopped")), "stop", "dim"),
    RunState.INTERRUPTED: Sign(str(QT_TRANSLATE_NOOP("runs", "interrupted")), "warning", "warning"),
    RunState.DIVERGED: Sign(str(QT_TRANSLATE_NOOP("runs", "diverged")), "error", "danger"),
    RunState.OUT_OF_MEMORY: Sign(str(QT_TRANSLATE_NOOP("runs", "out of memory")), "error", "danger"),
    RunState.FAILED: Sign(str(QT_TRANSLATE_NOOP("runs", "failed")), "error", "danger"),
    RunState.UNREADABLE: Sign(str(QT_TRANSLATE_NOOP("runs", "unreadable")), "error", "danger"),
}


def sign_of(state: str) -> Sign:
    """Of a state; one of a later Layerdeck is said as it is written."""
    return STATES.get(state, Sign(state, "info", "dim"))


def state_words(state: str) -> str:
    """How a run ended, on screen."""
    return QCoreApplication.translate("runs", sign_of(state).words)


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
