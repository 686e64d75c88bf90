"""Shares of a long job: a stage tells 0 to 1 of its own, the ticket hears its place in the whole."""

from __future__ import annotations

from engine.data.dataset import Tell, Ticket


def within(ticket: Ticket, start: float, end: float) -> Tell:
    """A `tell` for the stage between `start` and `end` of the whole job; it raises Cancelled as the ticket does."""
    return between(ticket.tell, start, end)


def between(tell: Tell, start: float, end: float) -> Tell:
    """A `tell` for the stage between `start` and `end` of what another one tells of."""

    def narrower(done: float, text: str) -> None:
        tell(start + (end - start) * min(1.0, max(0.0, done)), text)

    return narrower
