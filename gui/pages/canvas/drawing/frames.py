"""The ground of opened blocks: a frame in the block's colour, one inside the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen

from engine.layers import AnyLayer
from gui.kit.theme import colour, tokens

CORNER = 10.0


def paint_frames(
    painter: QPainter,
    frames: Mapping[str, QRectF],
    layers: Mapping[str, AnyLayer],
    chosen: Collection[str],
    between: tuple[float, float],
) -> None:
    """The frames that reach between two heights, outer ones first."""
    theme = tokens()
    for path, rect in frames.items():
        if rect.bottom() < between[0] or rect.top() > between[1]:
            continue
        ink = theme.accent if path in chosen else theme.families[layers[path].family.value]
        painter.setPen(QPen(colour(ink, 0.75), 1.5))
        painter.setBrush(colour(theme.families[layers[path].family.value], 0.055))
        painter.drawRoundedRect(rect, CORNER, CORNER)
