from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.layers.core.basics import Dense
from engine.network import Network
from gui.shared.context import Context
from tests.gui.pages.canvas.driving import FACTS, Hands, shown


@pytest.fixture
def hands(context: Context) -> Iterator[Hands]:
    """Input, dense (8 units), dense_2 (3 units, softmax), Output; 4 features, 3 classes; nothing to undo."""
    network = Network.stack(Dense(units=8), Dense(units=3, activation="softmax"))
    context.document.open(context.document.project.changed(network=network), None, "penguins")
    context.document.set_facts(FACTS)
    with shown(context) as hands:
        yield hands
