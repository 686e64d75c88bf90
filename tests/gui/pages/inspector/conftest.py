from __future__ import annotations

from tests.gui.pages.canvas.conftest import hands

__all__ = ["hands"]
