"""Columns that are not read."""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.data.feature.base import Feature


class Ignored(Feature):
    """Nothing is learned from it."""

    title: ClassVar[str] = "not used"
    is_input: ClassVar[bool] = False

    kind: Literal["ignore"] = "ignore"
