"""Colours that can be read, themes that follow and change, icons that are there and take the theme's colour."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from gui.kit import icons, theme
from gui.kit.style import look, sheet
from gui.kit.theme import DARK, LIGHT, Tokens

BOTH = pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
TEXTS = ("text", "dim", "accent_text", "danger", "warning", "good")
GROUNDS = ("window", "panel", "card", "raised")


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    theme.apply(qapp, "dark")


def luminance(colour: str) -> float:
    """WCAG 2.1, relative luminance."""
    parts = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@BOTH
@pytest.mark.parametrize(("text", "ground"), list(product(TEXTS, GROUNDS)))
def test_text_can_be_read(tokens: Tokens, text: str, ground: str) -> None:
    assert contrast(getattr(tokens, text), getattr(tokens, ground)) >= 4.5


@BOTH
def test_text_on_accent_and_legends_can_be_read(tokens: Tokens) -> None:
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.training, tokens.panel) >= 4.5
    assert contrast(tokens.validation, tokens.panel) >= 4.5
    assert contrast(tokens.accent, tokens.panel) >= 3, "the accent bar has to be seen"


def test_a_chosen_theme_reaches_palette_sheet_and_watchers(app: QApplication, qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme.watcher().changed, timeout=1000):
        theme.apply(app, "light")
    assert theme.tokens() is LIGHT
    assert app.palette().color(QPalette.ColorRole.Window) == QColor(LIGHT.window)
    assert LIGHT.panel in app.styleSheet()
    with qtbot.waitSignal(theme.watcher().changed, timeout=1000):
        theme.apply(app, "dark")
    assert theme.tokens() is DARK
    assert DARK.accent in app.styleSheet()
    assert LIGHT.window not in app.styleSheet()


def test_the_system_is_followed_only_where_it_was_asked_for(app: QApplication) -> None:
    theme.apply(app, "dark")
    app.styleHints().setColorScheme(Qt.ColorScheme.Light)  # what the desktop says now
    app.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.tokens() is DARK
    theme.watcher().mode = "system"
    app.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.tokens() is theme.system_tokens(app)


@BOTH
def test_the_sheet_uses_known_tokens_only(tokens: Tokens) -> None:
    text = sheet(vars(tokens), theme.RADIUS)
    assert "$" not in text
    assert text.count("{") == text.count("}")


def test_a_look_changes_how_a_button_is_drawn(app: QApplication, qtbot: QtBot) -> None:
    button = QPushButton("Train")
    qtbot.addWidget(button)
    button.resize(120, 32)
    look(button, "primary")
    image = button.grab().toImage()
    assert image.pixelColor(10, 16) == QColor(DARK.accent)


@pytest.mark.parametrize("name", icons.names())
def test_every_icon_draws_something_in_the_tokens_colour(app: QApplication, name: str) -> None:
    image = icons.icon(name, "danger").pixmap(QSize(48, 48)).toImage()
    solid = {
        image.pixelColor(x, y).name() for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() == 255
    }
    assert solid == {QColor(DARK.danger).name()}


def test_icons_take_the_new_theme_by_themselves_and_stay_sharp(app: QApplication) -> None:
    icon = icons.icon("stop", "text")
    theme.apply(app, "light")
    pixmap = icon.pixmap(QSize(16, 16), 2.0)
    assert pixmap.size() == QSize(32, 32)
    assert pixmap.toImage().pixelColor(16, 16) == QColor(LIGHT.text)
    dimmed = icon.pixmap(QSize(16, 16), 1.0, QIcon.Mode.Disabled)
    assert dimmed.toImage().pixelColor(8, 8) != QColor(LIGHT.text)


def test_an_icon_that_is_not_there_is_a_defect() -> None:
    with pytest.raises(FileNotFoundError):
        icons.icon("unicorn")


def test_the_font_is_the_systems_and_not_too_small() -> None:
    assert theme.font().pointSizeF() >= 9.75
    assert theme.font(2).pointSizeF() == pytest.approx(theme.font().pointSizeF() + 1.5)


class Counted(QObject):
    """Counts how often a widget is told of other colours."""

    times = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.times += event.type() == QEvent.Type.PaletteChange
        return False


def test_a_switch_goes_through_the_widgets_few_times(app: QApplication, qtbot: QtBot) -> None:
    """Each pass of a style sheet over a thousand widgets takes longer than all the rest; there were six."""
    label, counted = QLabel("words"), Counted()
    qtbot.addWidget(label)
    theme.apply(app, "dark")
    label.show()
    label.installEventFilter(counted)
    theme.apply(app, "light")
    app.processEvents()
    assert 1 <= counted.times <= 3
