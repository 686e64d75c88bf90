"""The fixtures of the window's tests."""

from tests.gui.conftest import collected_here, nothing_left_behind, pytest_configure, qapp, settings, window

__all__ = ["collected_here", "nothing_left_behind", "pytest_configure", "qapp", "settings", "window"]
