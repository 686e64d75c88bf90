"""Defects: one hook writes them down, keeps the work and says so; nothing is swallowed."""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

log = logging.getLogger("layerdeck")


class Crashes(QObject):
    """Takes every exception that nobody handled, from any thread.

    `keep` saves the work and returns where; `parent` is asked for when a box is shown.
    """

    _happened = Signal(str, str)

    def __init__(self, folder: Path, keep: Callable[[], Path], parent: Callable[[], QWidget | None]) -> None:
        super().__init__()
        self.file = folder / "layerdeck.log"
        self._keep, self._parent = keep, parent
        self._box: QMessageBox | None = None
        self._happened.connect(self._show, Qt.ConnectionType.QueuedConnection)
        handler = _handler(self.file)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        log.addHandler(handler)
        log.propagate = False
        self._handler = handler
        self._written = isinstance(handler, RotatingFileHandler)

    def install(self) -> None:
        """From now on."""
        sys.excepthook = self.take
        threading.excepthook = lambda args: self.take(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )

    def close(self) -> None:
        """Gives the hooks and the log file back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        log.removeHandler(self._handler)
        self._handler.close()

    def take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Writes one down and shows it once; more of them while the box is open only go to the log."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        log.error("%s", text)
        self._happened.emit(f"{kind.__name__}: {error}", text)

    def _show(self, what: str, text: str) -> None:
        if self._box is not None:
            return
        try:
            kept = _tr("Your project was saved to {0}.").format(self._keep())
        except Exception as error:  # the box has to come up whatever else is broken; it says so
            log.exception("could not keep the work")
            kept = _tr("Your project could not be saved aside: {0}").format(error)
        box = self._box = QMessageBox(self._parent())
        box.setObjectName("crash")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Critical)
        box.setWindowTitle("Layerdeck")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(_tr("Something in Layerdeck went wrong"))
        where = _tr("The details are in {0}").format(self.file) if self._written else _tr("The details are below")
        box.setInformativeText(f"{kept}\n{what}\n{where}")
        box.setDetailedText(text)
        box.finished.connect(self._on_finished)
        box.open()

    def _on_finished(self) -> None:
        self._box = None


def _handler(path: Path) -> logging.Handler:
    """Writes into a file; where that cannot be, as on a read-only disk, to the terminal."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
    if path.parent.is_dir() and os.access(path.parent, os.W_OK):
        return RotatingFileHandler(path, maxBytes=500_000, backupCount=2, encoding="utf-8", delay=True)
    return logging.StreamHandler()


def _tr(text: str) -> str:
    return QCoreApplication.translate("crash", text)
