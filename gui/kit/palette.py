"""Colours for things in a row that have none of their own: classes, runs."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from gui.kit.theme import colour, tokens

DOT = 10  # px
FAMILIES = ("image", "text & sequence", "join", "shape", "edge")


def class_colours() -> tuple[str, ...]:
    """Colours in order, as many as can be told apart; from there begin anew."""
    chosen = tokens()
    more = (chosen.families[name] for name in FAMILIES if name in chosen.families)
    return (chosen.training, chosen.validation, *more)


@lru_cache(maxsize=64)
def dot(shade: str, *, ring: bool = False) -> QIcon:
    """A dot in a colour, "#rrggbb", for a curve that is drawn; with `ring` one for a hidden curve where it is off."""
    result = QIcon()
    for state in (QIcon.State.On, QIcon.State.Off):
        pixmap = QPixmap(QSize(2 * DOT, 2 * DOT))
        pixmap.setDevicePixelRatio(2.0)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colour(shade))
        painter.setBrush(Qt.BrushStyle.NoBrush if ring and state == QIcon.State.Off else colour(shade))
        painter.drawEllipse(1, 1, DOT - 3, DOT - 3)
        painter.end()
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # Qt's own for the second is tinted
            result.addPixmap(pixmap, mode, state)
    return result
