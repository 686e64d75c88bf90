"""Colours, spaces and fonts as tokens, light and dark, and how they come over the application."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Literal, get_args

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from gui.kit.style import sheet

Mode = Literal["system", "light", "dark"]
MODES: tuple[Mode, ...] = get_args(Mode)

RADIUS = 6  # px


@dataclass(frozen=True)
class Tokens:
    """One theme. Text on panel, card and window has a contrast of at least 4.5:1 (WCAG 2.1, 1.4.3)."""

    name: str
    window: str  # behind everything, the canvas
    panel: str  # rail, palette, inspector, strip
    card: str  # cards, fields
    raised: str  # hovered
    chosen: str  # chosen rows
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
    chosen="#263f6b",
    border="#33373f",
    text="#e8eaed",
    dim="#9aa0aa",
    accent="#2f6fed",
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
    chosen="#cfdffb",
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
    validation="#9c5f00",
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


class Watcher(QObject):
    """Says when other tokens are in force.

    Signals:
        changed: palette and style sheet are in place; who keeps colours of his own (plots, scenes) takes the new ones.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens = DARK
        self.mode: Mode = "system"
        self.followed: QApplication | None = None

    def follow(self, app: QApplication) -> None:
        """Takes the system's changes from light to dark and back while the mode is "system"."""
        if self.followed is not app:
            self.followed = app
            app.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    def _on_system_changed(self) -> None:
        if self.mode == "system" and self.followed is not None and system_tokens(self.followed) is not self.tokens:
            put_on(self.followed, system_tokens(self.followed))


@cache
def watcher() -> Watcher:
    """The one watcher."""
    return Watcher()


def tokens() -> Tokens:
    """The tokens in force. Widgets that paint themselves read them in each paint; after a change all are repainted."""
    return watcher().tokens


def colour(value: str, alpha: float = 1.0) -> QColor:
    """A token as a QColor, `alpha` from 0 to 1."""
    result = QColor(value)
    result.setAlphaF(alpha)
    return result


def mixed(first: QColor, second: QColor, share: float) -> QColor:
    """`share` of the first colour, the rest of the second; neither is seen through."""
    parts = (
        (first.redF(), second.redF()),
        (first.greenF(), second.greenF()),
        (first.blueF(), second.blueF()),
    )
    return QColor.fromRgbF(*(share * one + (1 - share) * other for one, other in parts))


def apply(app: QApplication, mode: Mode) -> None:
    """Puts a theme on the application; "system" follows the desktop, also later. Then `watcher().changed`."""
    watcher().mode = mode
    watcher().follow(app)
    app.setStyleSheet("")  # with one in force every change below goes through all its rules for all widgets
    schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark, "system": Qt.ColorScheme.Unknown}
    app.styleHints().setColorScheme(schemes[mode])  # native dialogs and the title bar go along
    chosen = {"light": LIGHT, "dark": DARK}
    put_on(app, chosen.get(mode) or system_tokens(app))


def put_on(app: QApplication, chosen: Tokens) -> None:
    """Palette, font and style sheet of these tokens, on every widget there is and every one to come."""
    watcher().tokens = chosen
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    app.setStyleSheet("")
    if app.font() != font():
        app.setFont(font())
    app.setPalette(palette(chosen))
    app.setStyleSheet(sheet(vars(chosen), RADIUS))
    watcher().changed.emit()


def system_tokens(app: QApplication) -> Tokens:
    """What the desktop prefers; dark where it does not say."""
    return LIGHT if app.styleHints().colorScheme() == Qt.ColorScheme.Light else DARK


def font(step: int = 0, *, bold: bool = False, mono: bool = False) -> QFont:
    """The system's font, at least 9.75 pt (13 px), `step` sizes of 0.75 pt (1 px) up or down."""
    kind = QFontDatabase.SystemFont.FixedFont if mono else QFontDatabase.SystemFont.GeneralFont
    result = QFontDatabase.systemFont(kind)
    general = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    result.setPointSizeF(max(general.pointSizeF(), 9.75) + 0.75 * step)
    if bold:
        result.setWeight(QFont.Weight.DemiBold)
    return result


def palette(chosen: Tokens) -> QPalette:
    """The palette for what the style sheet does not reach: selections, links, placeholders, native parts."""
    role, result = QPalette.ColorRole, QPalette()
    colours = {
        role.Window: chosen.window,
        role.WindowText: chosen.text,
        role.Base: chosen.card,
        role.AlternateBase: chosen.panel,
        role.Text: chosen.text,
        role.Button: chosen.card,
        role.ButtonText: chosen.text,
        role.ToolTipBase: chosen.raised,
        role.ToolTipText: chosen.text,
        role.PlaceholderText: chosen.dim,
        role.Highlight: chosen.accent,
        role.HighlightedText: chosen.on_accent,
        role.Link: chosen.accent_text,
        role.Mid: chosen.border,
        role.Accent: chosen.accent,
    }
    for name, value in colours.items():
        result.setColor(name, QColor(value))
    for name in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, name, QColor(chosen.dim))
    return result
