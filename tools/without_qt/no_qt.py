"""A pytest plugin: Qt cannot be imported, as on a machine where it is not installed."""

from __future__ import annotations

import sys
from typing import Any

for _name in ("PySide6", "shiboken6", "pyqtgraph"):
    sys.modules[_name] = None  # Python's own way to make an import fail


def pytest_addoption(parser: Any) -> None:
    """The project's settings name options of pytest-qt, which is off here."""
    for option in ("qt_api", "qt_log_level_fail"):
        parser.addini(option, "unused without Qt")
