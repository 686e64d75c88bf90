"""One sentence to the person: a banner that does not stand in the way, and a question box where an answer is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMessageBox, QProgressBar, QPushButton, QToolButton, QWidget

from engine.errors import EngineError
from gui.kit.icons import icon
from gui.kit.style import look

OVER = -7  # result of a question that closed itself


class Banner(QFrame):
    """A sentence with a hint across the page, until it is dismissed or another one comes.

    Signals:
        cancelled: the person pressed Cancel while work was shown.
    """

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.text = QLabel(self)
        self.text.setObjectName("banner.text")
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.progress = QProgressBar(self)
        self.progress.setObjectName("banner.progress")
        self.progress.setRange(0, 1000)
        self.progress.setFixedWidth(180)
        self.cancel = QPushButton(self.tr("Cancel"), self)
        self.cancel.setObjectName("banner.cancel")
        self.cancel.clicked.connect(self.cancelled)
        self.dismiss = QToolButton(self)
        self.dismiss.setIcon(icon("close", "dim"))
        self.dismiss.setObjectName("banner.dismiss")
        self.dismiss.setAccessibleName(self.tr("Dismiss this message"))
        self.dismiss.clicked.connect(self.hide)
        look(self.dismiss, "flat")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.addWidget(self.text, 1)
        for widget in (self.progress, self.cancel, self.dismiss):
            row.addWidget(widget)
        self.hide()

    def say(self, text: str, *, danger: bool = False) -> None:
        """Shows a sentence."""
        self._show(text, "banner-danger" if danger else "banner", busy=False)

    def say_error(self, error: EngineError) -> None:
        """Shows what went wrong and what to do next."""
        self.say(str(error), danger=True)

    def say_busy(self, done: float, text: str) -> None:
        """Shows how far long work is, with a button that cancels it; `done` from 0 to 1."""
        self._show(text, "banner", busy=True)
        self.progress.setValue(round(done * 1000))

    def forget(self) -> None:
        """What was said holds no longer; work that goes on stays in sight."""
        if not self.cancel.isVisibleTo(self):
            self.hide()

    def _show(self, text: str, style: str, *, busy: bool) -> None:
        self.text.setText(text)
        self.setAccessibleName(text)
        look(self, style)
        self.progress.setVisible(busy)
        self.cancel.setVisible(busy)
        self.dismiss.setVisible(not busy)
        self.show()


def show_error(parent: QWidget, error: EngineError) -> None:
    """Says it in the banner of the parent's window; in a box where the window has none."""
    banner = parent.window().findChild(Banner)
    if banner is not None:
        banner.say_error(error)
        return
    box = _box(parent, error.message, error.hint, "warning", "warning")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


def ask(
    parent: QWidget | None,
    text: str,
    more: str,
    answers: Mapping[str, str],
    default: str,
    over: Callable[[], bool] = lambda: False,
) -> str:
    """Asks and waits. `answers` from name to button text; the last one is what Escape and the close button mean.

    Once `over` is true nobody needs to be asked any more: the box closes and `default` is the answer.
    """
    box = _box(parent, text, more, "help", "accent_text")
    buttons = {name: box.addButton(label, QMessageBox.ButtonRole.ActionRole) for name, label in answers.items()}
    for name, button in buttons.items():
        button.setObjectName(f"question.{name}")
        button.setAccessibleName(button.text())
    look(buttons[default], "primary")
    box.setDefaultButton(buttons[default])
    box.setEscapeButton(buttons[list(answers)[-1]])
    looking = QTimer(box, interval=100)
    looking.timeout.connect(lambda: box.done(OVER) if over() else None)
    looking.start()
    result, pressed = box.exec(), box.clickedButton()
    box.deleteLater()
    if result == OVER:
        return default
    return next((name for name, button in buttons.items() if button is pressed), list(answers)[-1])


def _box(parent: QWidget | None, text: str, more: str, symbol: str, role: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setObjectName("question")
    box.setWindowTitle("Layerdeck")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    box.setInformativeText(more)
    box.setIconPixmap(icon(symbol, role).pixmap(QSize(32, 32), box.devicePixelRatio()))
    return box
