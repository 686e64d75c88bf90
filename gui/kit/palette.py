"""Colours for things in a row that have none of their own: classes, runs."""

from __future__ import annotations

from gui.kit.theme import tokens

FAMILIES = ("image", "text & sequence", "join", "shape", "edge")


def class_colours() -> tuple[str, ...]:
    """Colours in order, as many as can be told apart; from there begin anew."""
    chosen = tokens()
    more = (chosen.families[name] for name in FAMILIES if name in chosen.families)
    return (chosen.training, chosen.validation, *more)
