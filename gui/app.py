"""Puts the app together: application, theme, one hook for defects, document, session, pages; then loads torch."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.resources import files
from pathlib import Path

from platformdirs import user_data_path, user_log_path
from PySide6.QtCore import QDateTime, QLocale, QSize, QTimer, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QWidget

from engine.data.dataset import Ticket
from gui.document import Document
from gui.kit import theme
from gui.kit.background import Job
from gui.kit.icons import icon
from gui.live.forecast import Forecast
from gui.live.session import Session
from gui.loading import Loader
from gui.settings import Preferences
from gui.shared.context import Context
from gui.shell.collecting import Collecting
from gui.shell.crash import Crashes
from gui.shell.main_window import MainWindow, Pages
from gui.shell.recovery import Recovery
from gui.shell.warming import Charts

FRAME = QSize(16, 48)  # px that the system's title bar and borders take, not known before the window is up


def run(arguments: Sequence[str]) -> int:
    """Shows the window, with the project file that `arguments` name, and returns when it is closed."""
    if missing_display():
        sys.stderr.write("There is no display to show the window on. 'python main.py --help' lists the commands.\n")
        return 1
    app = QApplication(["Layerdeck"])
    app.setApplicationName("Layerdeck")
    app.setDesktopFileName("layerdeck")
    app.setWindowIcon(window_icon())
    translator = translate(app)
    settings = Preferences(parent=app)
    theme.apply(app, settings.theme)
    data = user_data_path("Layerdeck", appauthor=False)
    window = compose(settings, data / "unsaved")
    crashes = Crashes(user_log_path("Layerdeck", appauthor=False), window.recovery.keep, lambda: window)
    crashes.install()
    collecting = Collecting(lambda: window.context.session.state != "idle", window)
    collecting.start()
    show(window)
    for name in arguments:
        window.opening.open(Path(name).absolute())
    QTimer.singleShot(0, window, lambda: warm_up(window, collecting.freeze))
    code = app.exec()
    collecting.stop()
    crashes.close()
    del translator
    return code


def compose(settings: Preferences, unsaved: Path, runs: Path | None = None) -> MainWindow:
    """The window with everything in it. `unsaved`: folder for work to recover; `runs`: where runs go."""
    document = Document()
    loader = Loader(document, document)
    session = Session(document, loader, document, root=runs)
    recovery = Recovery(document, unsaved, document)
    forecast = Forecast(document, loader, session, document)
    window = MainWindow(Context(document, loader, session, settings, forecast), PAGES, recovery)
    document.setParent(window)
    return window


def show(window: MainWindow) -> None:
    """Where it stood last time; at the first start as large as the screen allows, up to 1440 × 900."""
    if not window.restoreGeometry(window.context.settings.geometry):
        room = window.screen().availableSize() - FRAME
        window.resize(min(1440, room.width()), min(900, room.height()))
    for path in window.recovery.left_over()[:1]:
        when = QDateTime.fromSecsSinceEpoch(int(path.stat().st_mtime))
        window.start.offer_restore(path, QLocale().toString(when, QLocale.FormatType.ShortFormat))
    window.show()
    window.start.setFocus()  # else the first button wears the ring


def warm_up(window: MainWindow, ready: Callable[[], None]) -> None:
    """Loads what pages and runs need, makes the pages in between; `ready` when all is there.

    What touches Qt stays on this thread, in pieces: see `gui.shell.warming`.
    """
    engine = Job(load_engine, window)
    engine.done.connect(ready)
    engine.done.connect(window.context.forecast.begin)
    charts = Charts(window)
    charts.done.connect(window.make_pages)
    charts.done.connect(window.cut_off.look)
    window.pages_made.connect(engine.start)  # after the pages: two loads at a time would make the window wait
    charts.start()


def load_engine(ticket: Ticket) -> None:
    """On a job's thread, as it knows nothing of Qt: two seconds that nobody has to wait for."""
    import_module("engine.training.worker")  # it brings torch along
    import_module("engine.training.speed.devices").warm_up()


def missing_display() -> bool:
    """Linux without a screen: Qt would end the process with a core dump."""
    named = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    return sys.platform.startswith("linux") and not named


def translate(app: QApplication) -> QTranslator:
    """Texts in the person's language, where the app has them."""
    translator = QTranslator(app)
    folder = str(files("resources") / "translations")
    if translator.load(QLocale(), "layerdeck", "_", folder):
        app.installTranslator(translator)
    return translator


def window_icon() -> QIcon:
    """The app's picture in task bars."""
    return icon("network", "accent")


def _data(context: Context) -> QWidget:
    from gui.pages.data.page import DataPage

    return DataPage(context)


def _network(context: Context) -> QWidget:
    from gui.pages.canvas.page import NetworkPage
    from gui.pages.code.pane import CodePane
    from gui.pages.inspector.panel import Inspector

    code = CodePane(context)
    page = NetworkPage(context, Inspector(context), code)
    page.selection.changed.connect(lambda: code.show_layers(page.selection.ids))
    code.wanted.connect(page.reveal)
    code.closed.connect(page.view.setFocus)
    return page


def _training(context: Context) -> QWidget:
    from gui.pages.training.page import TrainingPage

    return TrainingPage(context)


def _results(context: Context) -> QWidget:
    from gui.pages.results.page import ResultsPage

    return ResultsPage(context)


def _runs(context: Context) -> QWidget:
    from gui.pages.runs.page import RunsPage

    return RunsPage(context)


def _export(context: Context) -> QWidget:
    from gui.pages.export.page import ExportPage

    return ExportPage(context)


def _templates(context: Context) -> QWidget:
    from gui.pages.templates.page import TemplatesPage

    return TemplatesPage(context)


PAGES: Pages = {
    "data": _data,
    "network": _network,
    "training": _training,
    "results": _results,
    "runs": _runs,
    "export": _export,
    "templates": _templates,
}
