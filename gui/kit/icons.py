"""Icons: our own SVG strokes, painted in a colour of the theme at whatever size and pixel ratio is asked for."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from typing_extensions import override

from gui.kit.theme import tokens


@cache
def names() -> tuple[str, ...]:
    """All icons there are."""
    found = (entry.name for entry in (files("resources") / "icons").iterdir())
    return tuple(sorted(name[:-4] for name in found if name.endswith(".svg") and not name.startswith("control-")))


@cache
def icon(name: str, role: str = "text") -> QIcon:
    """The icon called `name` in the colour of the token called `role`; it takes a new theme's colour by itself.

    Raises FileNotFoundError where there is no such icon.
    """
    _source(name)
    getattr(tokens(), role)
    return QIcon(_StrokeEngine(name, role))


def paint(painter: QPainter, name: str, rect: QRectF, colour: str) -> None:
    """Paints an icon into `rect` in a colour given as a token's value, for widgets that paint themselves."""
    _renderer(name, colour).render(painter, rect)


@cache
def _source(name: str) -> str:
    return (files("resources") / "icons" / f"{name}.svg").read_text(encoding="utf-8")


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))


@lru_cache(maxsize=1024)
def _pixmap(name: str, colour: str, width: int, height: int, faint: bool) -> QPixmap:
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(0.6 if faint else 1.0)
    side = min(width, height)
    paint(painter, name, QRectF((width - side) / 2, (height - side) / 2, side, side), colour)
    painter.end()
    return QPixmap.fromImage(image)


class _StrokeEngine(QIconEngine):
    """Reads the tokens at each paint, so a change of theme needs no new icons."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self._name, self._role = name, role

    @override
    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        painter.drawPixmap(rect, self.pixmap(rect.size() * painter.device().devicePixelRatio(), mode, state))

    @override
    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        role = "dim" if mode == QIcon.Mode.Disabled else self._role
        return _pixmap(self._name, getattr(tokens(), role), size.width(), size.height(), mode == QIcon.Mode.Disabled)

    @override
    def clone(self) -> QIconEngine:
        return _StrokeEngine(self._name, self._role)
