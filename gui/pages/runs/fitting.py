"""Which columns of the list have room: the least important ones give way first, a person's choice comes before."""

from __future__ import annotations

from collections.abc import Mapping

from gui.pages.runs.columns import Name

LEAST_NAME, WISHED_NAME = 150, 230  # px of the column of names: never less; before a column that nobody chose goes
FIRST_TO_GO: tuple[Name, ...] = (
    "parameters", "group", "time", "best_loss", "best_metric", "epochs", "tags", "loss", "started", "metric", "state",
)  # fmt: skip


def fitting(needed: Mapping[Name, int], room: int, chosen: Mapping[Name, bool]) -> set[Name]:
    """The columns to show in so many pixels.

    Args:
        needed: width of each column that has anything in it; that of names as all of them are read whole.
        room: px.
        chosen: columns that a person wants to see (True) or not (False), however little room there is.
    """
    shown = {name for name in needed if chosen.get(name, True)}
    names = max(LEAST_NAME, min(needed.get("name", LEAST_NAME), WISHED_NAME))
    for name in FIRST_TO_GO:
        if names + sum(needed[one] for one in shown if one != "name") <= room:
            break
        if not chosen.get(name, False):
            shown.discard(name)
    return shown


def written(chosen: Mapping[Name, bool]) -> str:
    """As the preferences keep it: `+time -group`."""
    return " ".join(f"{'+' if wanted else '-'}{name}" for name, wanted in chosen.items())


def read(words: str) -> dict[Name, bool]:
    """What `written` wrote; what it does not know is left out."""
    known: dict[str, Name] = {name: name for name in FIRST_TO_GO}
    return {known[word[1:]]: word[0] == "+" for word in words.split() if word[0] in "+-" and word[1:] in known}
