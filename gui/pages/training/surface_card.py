"""What a network of two inputs answers all over their plane, with the training examples on it."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.data.dataset import Dataset
from engine.record.events import Look, Surface
from gui.kit.cards import text
from gui.kit.palette import class_colours
from gui.kit.theme import colour, tokens
from gui.live.run import LiveRun
from gui.pages.training.look_card import LookCard
from gui.shared.context import Context

MOST_POINTS = 600  # examples drawn; more would hide the plane
Floats = NDArray[np.float64]
STRENGTH = 0.55  # of the class colours in the plane, so that the points stand out


class SurfaceCard(LookCard):
    """Shown for data with two inputs only."""

    name = "surface"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("What it has learned"), context, parent)
        self.plane = Plane()
        self.plane.setObjectName("monitor.surface")
        self.plane.setAccessibleName(self.tr("Answers of the network over the plane of its two inputs"))
        self.legend = text("", "dim", wrap=True)
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.body.addWidget(self.plane, 1)
        self.body.addWidget(self.legend)

    def suits(self) -> bool:
        """Whether the data, or the run that goes on, has two numbers that can be a plane, and one answer to draw."""
        dataset = self._dataset()
        if dataset is None or dataset.facts.more_inputs or dataset.facts.more_targets:
            return False
        facts = dataset.facts
        return facts.kind == "table" and facts.input.sizes == (2,) and facts.target.kind in ("classes", "number")

    def draw(self, live: LiveRun | None, look: Look | None) -> None:
        """The plane, the examples on it, and what their colours mean."""
        dataset = self._dataset()
        if dataset is None or not self.suits():
            return
        shown = look.shown if look is not None and live is not None and live.dataset is dataset else None
        if shown is None:
            self.note.setText("")
        self.plane.show_all(dataset, shown if isinstance(shown, Surface) else None)
        names = dataset.facts.features or ("x", "y")
        words = self.tr("{0} to the right, {1} upwards").format(*names[:2]) if len(names) > 1 else ""
        shades = class_colours()
        classes = [
            f'<span style="color:{shades[index % len(shades)]}">●</span> {html.escape(name)}'
            for index, name in enumerate(dataset.facts.target.classes[:6])
        ]
        self.legend.setText("&nbsp;&nbsp; ".join([*classes, html.escape(words)]))

    def _dataset(self) -> Dataset | None:
        session = self.context.session
        if session.state != "idle" and session.live is not None:
            return session.live.drawn.dataset
        return self.context.loader.dataset


class Plane(QWidget):
    """Paints a surface and the examples over it; both are kept as pictures and painted anew only when they change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._dataset: Dataset | None = None
        self._image: QImage | None = None
        self._extent = (0.0, 1.0, 0.0, 1.0)
        self._points: QPixmap | None = None
        self._drawn: tuple[object, ...] = ()

    @property
    def image(self) -> QImage | None:
        """The surface as a picture, one pixel for each point of its grid; None before the first."""
        return self._image

    def sizeHint(self) -> QSize:
        return QSize(260, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 120)

    def show_all(self, dataset: Dataset, surface: Surface | None) -> None:
        """Shows these examples over this surface, or over nothing."""
        extent = surface.extent if surface else _extent(dataset.train.inputs)
        drawn = (id(dataset), extent, tokens().name)
        if drawn != self._drawn:  # six hundred points cost more than the plane below them
            self._points, self._drawn = None, drawn
        self._dataset, self._extent = dataset, extent
        self._image = None if surface is None else picture(surface, dataset)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()), 4, 4)
        painter.setClipPath(path)
        painter.fillRect(self.rect(), colour(tokens().card))
        if self._image is not None:
            painter.drawImage(self.rect(), self._image)
        if self._points is None or self._points.size() != self.size() * self.devicePixelRatioF():
            self._points = self._paint_points()
        painter.drawPixmap(0, 0, self._points)

    def _paint_points(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        dataset = self._dataset
        if dataset is None or not len(dataset.train):
            return pixmap
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("#ffffff", 0.85), 0.8))
        left, right, bottom, top = self._extent
        every = max(1, len(dataset.train) // MOST_POINTS)
        inputs, targets = dataset.train.inputs[::every], dataset.train.targets[::every]
        x = (inputs[:, 0] - left) / (right - left) * self.width()
        y = (top - inputs[:, 1]) / (top - bottom) * self.height()
        shades = _shades(targets, dataset)
        for place_x, place_y, shade in zip(x.tolist(), y.tolist(), shades, strict=True):
            painter.setBrush(colour(shade))
            painter.drawEllipse(QPointF(place_x, place_y), 3.0, 3.0)
        painter.end()
        return pixmap


def picture(surface: Surface, dataset: Dataset) -> QImage:
    """A surface as an image with the second input upwards."""
    plain = _rgb([tokens().card])[0]
    palette = _rgb(class_colours())
    if not dataset.facts.target.classes:
        share = _share(surface.values, dataset.train.targets)[..., None]
        mixed = _between(palette[0], plain, palette[1], share)
    elif len(dataset.facts.target.classes) == 2:
        mixed = _between(palette[0], plain, palette[1], np.clip(surface.values, 0, 1).astype(np.float64)[..., None])
    else:
        strength = np.clip(surface.values, 0, 1)[..., None] * STRENGTH
        mixed = plain * (1 - strength) + palette[surface.labels % len(palette)] * strength
    pixels = np.ascontiguousarray(np.clip(mixed, 0, 255).astype(np.uint8)[::-1])
    height, width, _ = pixels.shape
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _between(low: Floats, middle: Floats, high: Floats, share: Floats) -> Floats:
    """0 -> low, 0.5 -> middle, 1 -> high, each end as strong as STRENGTH."""
    side = np.where(share < 0.5, low, high)
    strength = np.abs(share - 0.5) * 2 * STRENGTH
    result: Floats = middle * (1 - strength) + side * strength
    return result


def _share(values: NDArray[np.float32], targets: NDArray[np.float32]) -> Floats:
    low, high = float(targets.min()), float(targets.max())
    result: Floats = np.clip((values.astype(np.float64) - low) / ((high - low) or 1.0), 0, 1)
    return result


def _shades(targets: NDArray[np.float32], dataset: Dataset) -> list[str]:
    colours = class_colours()
    if dataset.facts.target.classes:
        return [colours[int(target) % len(colours)] for target in targets]
    low, high = _rgb(colours[:1])[0], _rgb(colours[1:2])[0]
    mixed = low + (high - low) * _share(targets, dataset.train.targets)[:, None]
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in mixed.astype(int).tolist()]


def _rgb(colours: Sequence[str]) -> Floats:
    return np.array([[int(name[i : i + 2], 16) for i in (1, 3, 5)] for name in colours], np.float64)


def _extent(inputs: NDArray[np.float32]) -> tuple[float, float, float, float]:
    (left, bottom), (right, top) = inputs.min(axis=0), inputs.max(axis=0)
    across, up = 0.1 * (right - left) + 1e-6, 0.1 * (top - bottom) + 1e-6
    return float(left - across), float(right + across), float(bottom - up), float(top + up)
