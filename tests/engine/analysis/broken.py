"""Fifty and more networks, each broken in one way, by name."""

from __future__ import annotations

from tests.engine.analysis.broken_answers import ANSWERS
from tests.engine.analysis.broken_shapes import SHAPES

BROKEN = {**SHAPES, **ANSWERS}
