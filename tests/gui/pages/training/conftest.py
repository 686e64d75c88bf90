from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.pages.training.page import TrainingPage
from gui.shared.context import Context
from tests.gui.runs_helpers import put_away

T = TypeVar("T", bound=QObject)


@pytest.fixture
def page(qtbot: QtBot, context: Context) -> Iterator[TrainingPage]:
    page = TrainingPage(context)
    page.resize(1376, 810)
    page.show()
    yield page
    put_away(qtbot, page, lambda: True)


def find(page: QWidget, kind: type[T], name: str) -> T:
    found = page.findChild(kind, name)
    assert found is not None, name
    return found
