"""How many threads a run takes: more only where they are worth it."""

from __future__ import annotations

import pytest

from engine.training.tactics import Tactics
from engine.training.trying import spared


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [
        ({1: 1.0, 2: 1.0}, 1),  # too small for threads to help
        ({1: 1.0, 2: 0.93, 4: 0.95}, 1),  # luck
        ({1: 1.0, 2: 0.6}, 2),
        ({1: 1.0, 2: 0.6, 4: 0.55, 8: 0.4}, 8),  # each is compared with the one that is kept so far
        ({1: 1.0, 2: 0.95, 4: 0.88, 8: 0.87}, 4),
        ({1: 1.0, 2: 0.6, 4: 2.0}, 2),
        ({1: 1.0}, 1),
    ],
)
def test_more_threads_are_taken_where_they_clearly_pay(seconds, wanted):
    assert spared({Tactics(threads): time for threads, time in seconds.items()}).threads == wanted
