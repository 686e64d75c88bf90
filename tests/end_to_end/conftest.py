"""The fixtures of the window's tests."""

from tests.gui.conftest import nothing_left_behind, pytest_configure, qapp, settings, window

__all__ = ["nothing_left_behind", "pytest_configure", "qapp", "settings", "window"]
