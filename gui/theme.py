"""Colours, spaces and fonts as tokens, light and dark, and the one style sheet made from them."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtGui import QColor

SPACE = 8  # px; gaps are multiples of it
RADIUS = 6  # px


@dataclass(frozen=True)
class Tokens:
    """One theme. Text on panel, card and window has a contrast of at least 4.5:1 (WCAG 2.1, 1.4.3)."""

    name: str
    window: str  # behind everything, the canvas
    panel: str  # rail, palette, inspector, strip
    card: str  # cards, fields
    raised: str  # hovered or chosen
    border: str
    text: str
    dim: str  # secondary text
    accent: str
    on_accent: str  # text on accent
    accent_text: str  # links and values in accent colour on panel
    danger: str
    warning: str
    good: str
    training: str  # curve of the training loss
    validation: str  # curve of the validation loss
    families: dict[str, str] = field(default_factory=dict)  # Family value -> colour


DARK = Tokens(
    name="dark",
    window="#131417",
    panel="#1b1d21",
    card="#22252b",
    raised="#2a2e35",
    border="#33373f",
    text="#e8eaed",
    dim="#9aa0aa",
    accent="#3d7dff",
    on_accent="#ffffff",
    accent_text="#6aa0ff",
    danger="#ff7b7b",
    warning="#f5b556",
    good="#4fd1a5",
    training="#4d8dff",
    validation="#f5b556",
    families={
        "edge": "#8b919c",
        "core": "#5b9bff",
        "text & sequence": "#c084fc",
        "image": "#4fd1a5",
        "normalise": "#f5b556",
        "shape": "#7dd3fc",
        "join": "#f472b6",
    },
)

LIGHT = Tokens(
    name="light",
    window="#f3f4f6",
    panel="#ffffff",
    card="#ffffff",
    raised="#e9edf5",
    border="#d3d7de",
    text="#1c1f24",
    dim="#5a616c",
    accent="#2563eb",
    on_accent="#ffffff",
    accent_text="#1d4fd7",
    danger="#c62828",
    warning="#8a5a00",
    good="#0b7a55",
    training="#2563eb",
    validation="#b26a00",
    families={
        "edge": "#6b7280",
        "core": "#2563eb",
        "text & sequence": "#9333ea",
        "image": "#0f8f66",
        "normalise": "#b7791f",
        "shape": "#0284c7",
        "join": "#db2777",
    },
)

_current = DARK


def tokens() -> Tokens:
    """The tokens in force. Widgets that paint themselves read them in each paint; after a change all are repainted."""
    return _current


def colour(value: str, alpha: float = 1.0) -> QColor:
    """A token as a QColor, `alpha` from 0 to 1."""
    result = QColor(value)
    result.setAlphaF(alpha)
    return result
