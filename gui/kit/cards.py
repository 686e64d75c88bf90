"""Cards, tiles and bars: the few pieces that pages with numbers are put together from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gui.kit.elided import Elided
from gui.kit.style import look
from gui.kit.theme import colour, tokens

GAP = 12  # px between cards and inside them
LONG = 24  # characters; longer words can be broken
_leaving: set[QWidget] = set()  # Python would delete at once who has no parent and is not held


def text(words: str = "", style: str = "", *, wrap: bool = False) -> QLabel:
    """A plain-text label with a look of the style sheet."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    if style:
        look(label, style)
    return label


def pliant(label: QLabel) -> QLabel:
    """A wrapped label that never widens its column for one long word."""
    label.setMinimumWidth(1)
    return label


def breakable(words: str) -> str:
    """The same with places inside long words (paths, names) where a wrapped label may break them."""
    return re.sub(rf"\S{{{LONG}}}(?=\S)", lambda found: f"{found[0]}\u200b", words)


class Card(QFrame):
    """A titled panel. Things go into `body`; small controls and notes into `corner`, right of the title in `head`."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look(self, "panel")
        self.title = text(title, "title")
        self.note = text("", "dim")
        self.corner = QHBoxLayout()
        self.corner.setSpacing(4)
        self.head = head = QHBoxLayout()
        head.addStrut(30)  # cards with and without controls begin alike
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.note)
        head.addLayout(self.corner)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(GAP, 10, GAP, GAP)
        self.body.setSpacing(8)
        self.body.addLayout(head)


class Tile(QFrame):
    """One number with its name below."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look(self, "card")
        self.value = text("–", "value")
        self.name = Elided(name, "dim")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(2)
        column.addWidget(self.value)
        column.addWidget(self.name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_value(self, value: str) -> None:
        """Shows it; screen readers hear name and value as one."""
        if value != self.value.text():
            self.value.setText(value)
            self.setAccessibleName(f"{self.name.whole}: {value}")


class Bars(QWidget):
    """Horizontal bars with a name and a number each; at most `LIMIT`, then how many more."""

    LIMIT = 12
    ROW = 24  # px

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[str, int]] = []
        self._more = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, rows: Sequence[tuple[str, int]]) -> None:
        """Name and count of each bar, in this order."""
        self._rows, self._more = list(rows[: self.LIMIT]), max(0, len(rows) - self.LIMIT)
        self.setAccessibleDescription(", ".join(f"{name} {count:,}" for name, count in rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self.ROW * (len(self._rows) + bool(self._more)))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look_of = QPainter(self), tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetrics(self.font())
        most = max((count for _, count in self._rows), default=1) or 1
        longest = max((metrics.horizontalAdvance(name) for name, _ in self._rows), default=0)
        names = min(int(self.width() * 0.4), longest)
        counts = max((metrics.horizontalAdvance(f"{count:,}") for _, count in self._rows), default=0)
        left, room = names + 12, max(10, self.width() - names - counts - 24)
        align = Qt.AlignmentFlag.AlignVCenter
        for index, (name, count) in enumerate(self._rows):
            top = index * self.ROW
            painter.setPen(colour(look_of.text))
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, names + 4)
            painter.drawText(QRectF(0, top, names + 6, self.ROW), align, shown)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(look_of.raised))
            painter.drawRoundedRect(QRectF(left, top + 8, room, 8), 4, 4)
            painter.setBrush(colour(look_of.accent))
            painter.drawRoundedRect(QRectF(left, top + 8, max(2.0, room * count / most), 8), 4, 4)
            painter.setPen(colour(look_of.dim))
            painter.drawText(QPointF(left + room + 8, top + self.ROW / 2 + metrics.ascent() / 2 - 1), f"{count:,}")
        if self._more:
            painter.setPen(colour(look_of.dim))
            row = QRectF(0, len(self._rows) * self.ROW, self.width(), self.ROW)
            painter.drawText(row, align, self.tr("and {0} more").format(f"{self._more:,}"))


def scrolled(name: str, column: QLayout) -> QScrollArea:
    """What stands in a column, in an area that scrolls up and down and never sideways. `name`: its objectName."""
    inside, area = QWidget(), QScrollArea()
    look(inside, "clear")
    inside.setLayout(column)
    area.setObjectName(name)
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


def clear(layout: QLayout) -> None:
    """Takes everything out of a layout and lets go of its widgets."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            _let_go(widget)
        elif inner is not None:
            clear(inner)


def _let_go(widget: QWidget) -> None:
    """No one finds it by name any more; it is deleted when it is not in the middle of its own click."""
    widget.hide()
    _leaving.add(widget)
    widget.destroyed.connect(partial(_leaving.discard, widget))
    widget.hide()  # else a layout that was about to show it would make it a window of its own
    widget.setParent(None)
    widget.deleteLater()


def clock(seconds: float) -> str:
    """A stretch of time: `0:41`, `12:05`, `1:02:05`."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
