"""States of a run: what is written into its folder, what a command says, and what may follow.

A new one is a member, a row, and the event that ends in it; the window has a table of its own (`gui.shared.states`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RunState(StrEnum):
    """The values stand in run folders and in lines of JSON: they never change, whatever the members are called."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    EARLY_STOPPED = "earlystopped"
    DIVERGED = "diverged"
    OUT_OF_MEMORY = "outofmemory"
    FAILED = "failed"
    INTERRUPTED = "interrupted"  # never written: it says that it is running, and nobody trains in it
    UNREADABLE = "unreadable"  # never written: nothing is known of it


@dataclass(frozen=True)
class Meaning:
    """What a state says.

    Attributes:
        words: for a person.
        whole: whether the run has nothing left to do.
        lost: whether going on would be the same fall again, or there is nothing to go on from.
    """

    words: str
    whole: bool = False
    lost: bool = False


MEANINGS: dict[str, Meaning] = {
    RunState.RUNNING: Meaning("running"),
    RunState.FINISHED: Meaning("finished", whole=True),
    RunState.STOPPED: Meaning("stopped"),
    RunState.EARLY_STOPPED: Meaning("stopped early", whole=True),
    RunState.DIVERGED: Meaning("diverged", lost=True),
    RunState.OUT_OF_MEMORY: Meaning("out of memory"),
    RunState.FAILED: Meaning("failed"),
    RunState.INTERRUPTED: Meaning("interrupted"),
    RunState.UNREADABLE: Meaning("unreadable", lost=True),
}


def meaning(state: str) -> Meaning:
    """Of a state that is read; one of a later Layerdeck is said as it is written."""
    return MEANINGS.get(state, Meaning(state))


def state_words(state: str) -> str:
    """A run's state as a person reads it."""
    return meaning(state).words


def is_whole(state: str) -> bool:
    """Whether a run in this state has nothing left to do."""
    return meaning(state).whole


def can_go_on(state: str) -> bool:
    """Whether there may be something left to train from here."""
    return not (meaning(state).whole or meaning(state).lost)
