"""The Runs page over a folder of recorded runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from gui.pages.runs.page import RunsPage
from gui.shared.context import Context
from tests.gui.runs_helpers import put_away


@pytest.fixture
def page(qtbot: QtBot, context: Context) -> Iterator[RunsPage]:
    page = RunsPage(context)
    page.resize(1376, 810)
    yield page
    put_away(qtbot, page, lambda: not page.busy)
