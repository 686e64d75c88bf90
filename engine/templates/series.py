"""Networks for numbers that were measured one after the other."""

from __future__ import annotations

import re

from engine.facts import DataFacts
from engine.layers.sequence.recurrent import Gru
from engine.layers.shape.shaping import Reshape
from engine.network import Network
from engine.templates.base import answer, is_row

SHORTEST = 6  # steps


def is_series(facts: DataFacts) -> bool:
    """A row whose columns are numbered steps of one measure: t1, t2, t3."""
    if not is_row(facts) or facts.input.names != ("feature",) or facts.input.count < SHORTEST:
        return False
    found = [re.fullmatch(r"(.*?)\d+", name) for name in facts.features]
    return len(found) >= SHORTEST and all(found) and len({match.group(1) for match in found if match}) == 1


def gru(facts: DataFacts) -> Network:
    """Each value is a step; two gates decide what is kept (Cho et al. 2014)."""
    return Network.stack(Reshape(sizes=(facts.input.count, 1)), Gru(units=32), answer(facts))
