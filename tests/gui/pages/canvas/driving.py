"""A Network page to press: real mouse and key events, sent to the window as the system sends them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from engine.facts import DataFacts, Target
from engine.shapes import Shape
from gui.pages.canvas.page import NetworkPage
from gui.pages.inspector.panel import Inspector
from gui.shared.context import Context

CLASSES = ("adelie", "chinstrap", "gentoo")
FACTS = DataFacts("table", Shape.of(feature=4), Target("species", "classes", CLASSES), 70, 15, 15)
LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


@contextmanager
def shown(context: Context, width: int = 1280, height: int = 800) -> Iterator[Hands]:
    """The page in a window of its own, with hands on it."""
    page = NetworkPage(context, Inspector(context))
    page.resize(width, height)
    page.show()
    page.activateWindow()
    QTest.qWaitForWindowExposed(page)
    yield Hands(page)
    page.popup.close()
    page.close()
    page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


class Hands:
    """What a person does with mouse and keys; points are in pixels of the widget that is named."""

    def __init__(self, page: NetworkPage) -> None:
        self.page, self.view = page, page.view
        self.document = page.edits.document

    @property
    def order(self) -> list[str]:
        return [layer.id for layer in self.document.network.layers]

    @property
    def chosen(self) -> tuple[str, ...]:
        return self.page.selection.ids

    def find(self, name: str, kind: type[QWidget] = QWidget) -> QWidget:
        """The widget called so; the one that is seen, where several are."""
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
        found = sorted(self.page.findChildren(kind, name), key=lambda widget: not widget.isVisible())
        assert found, f"nothing is called {name}"
        return found[0]

    def card(self, layer_id: str) -> QPoint:
        """A point of the card that is neither text nor link, in the window's pixels."""
        return self.in_window(self.view.viewport(), self.view.card_rect(layer_id).center())

    def gap(self, index: int) -> QPoint:
        return self.in_window(self.view.viewport(), self.view.gap_rect(index).center())

    def in_window(self, widget: QWidget, point: QPoint | None = None) -> QPoint:
        return widget.mapTo(widget.window(), widget.rect().center() if point is None else point)

    def click(self, at: QPoint | str, modifiers: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        """Presses and releases on a point of the window, or in the middle of the widget that is called so."""
        window, point = self._target(at)
        QTest.mouseClick(window.windowHandle(), button, modifiers, point)

    def double_click(self, at: QPoint | str) -> None:
        window, point = self._target(at)
        QTest.mouseDClick(window.windowHandle(), LEFT, NONE, point)

    def hover(self, at: QPoint) -> None:
        QTest.mouseMove(self.page.windowHandle(), at)
        QApplication.processEvents()

    def press(self, at: QPoint, button: Qt.MouseButton = LEFT) -> None:
        QTest.mousePress(self.page.windowHandle(), button, NONE, at)

    def release(self, at: QPoint, button: Qt.MouseButton = LEFT) -> None:
        QTest.mouseRelease(self.page.windowHandle(), button, NONE, at)

    def carry(self, begin: QPoint, end: QPoint, button: Qt.MouseButton = LEFT) -> None:
        """Presses and moves in small steps, without letting go."""
        self.press(begin, button)
        for step in range(1, 9):
            self.hover(begin + (end - begin) * (step / 8))

    def drag(self, begin: QPoint, end: QPoint) -> None:
        self.carry(begin, end)
        self.release(end)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """To whatever has the keyboard."""
        QTest.keyClick(self._keyboard(), key, modifiers)

    def type(self, text: str) -> None:
        for letter in text:
            QTest.keyClick(self._keyboard(), letter)

    def _keyboard(self) -> QWidget:
        popup = QApplication.activePopupWidget()
        if popup is not None:
            return popup.focusWidget() or popup
        return QApplication.focusWidget() or self.page

    def _target(self, at: QPoint | str) -> tuple[QWidget, QPoint]:
        if isinstance(at, QPoint):
            return self.page, at
        widget = self.find(at)
        around = widget.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(widget)  # as the wheel would
            QApplication.processEvents()
        return widget.window(), self.in_window(widget)


class Paints(QObject):
    """Counts how often widgets are painted, by objectName."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self.seen: list[str] = []
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.seen.append(watched.objectName())
        return False
