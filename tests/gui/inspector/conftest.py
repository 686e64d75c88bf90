from __future__ import annotations

from tests.gui.canvas.conftest import hands

__all__ = ["hands"]
