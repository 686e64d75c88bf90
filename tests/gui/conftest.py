"""Fixtures for the window's tests: real objects in temporary folders, and a watch on what a test leaves behind."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from gui.app import compose
from gui.document import Document
from gui.kit import theme
from gui.live.forecast import Forecast
from gui.live.session import Session
from gui.loading import Loader
from gui.settings import Preferences
from gui.shared.context import Context
from gui.shell.main_window import MainWindow

COUNT: pytest.StashKey[int] = pytest.StashKey()
FULLY = 100  # tests between two looks through everything
FROZEN: list[weakref.ref[QTimer]] = []  # timers among what `gc.get_objects` leaves out
PATIENCE = 20.0  # seconds for what a test left to go away by itself


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("qt_log_ignore", "^This plugin does not support")  # the offscreen screen has no frames


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    theme.apply(qapp, "dark")
    return qapp


@pytest.fixture(autouse=True)
def collected_here(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[None]:
    """As in the app, Python's cyclic collector runs on the GUI thread only: elsewhere it could destroy Qt objects."""
    was_on = gc.isenabled()
    gc.disable()
    yield
    tests = request.config.stash[COUNT] = request.config.stash.get(COUNT, 0) + 1
    if tests % FULLY == 0:
        gc.unfreeze()
    gc.collect()
    _freeze()
    if was_on:
        gc.enable()


@pytest.fixture(autouse=True)
def no_key_held(qapp: QApplication) -> Iterator[None]:
    """After a click with Ctrl Qt takes it for held, in the next test too, where a row is chosen beside others then."""
    yield
    if QApplication.keyboardModifiers():
        QTest.keyRelease(QWidget(), Qt.Key.Key_Control)
    assert not QApplication.keyboardModifiers()


@pytest.fixture(autouse=True)
def nothing_left_behind(qapp: QApplication) -> Iterator[None]:
    """Fails a test that leaves a window, a running timer or a thread of ours."""
    before = set(map(id, _timers()))
    yield
    end = time.monotonic() + PATIENCE
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    while (_threads() or _windows()) and time.monotonic() < end:
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # `processEvents` leaves these for later
        time.sleep(0.02)  # the threads need the interpreter more than this loop does
    if any(id(timer) not in before for timer in _timers()):
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    timers = [f"timer of {timer.parent()!r}" for timer in _timers() if id(timer) not in before]
    left = [*_threads(), *_windows(), *timers]
    assert not left, f"left behind: {left}"


@pytest.fixture
def settings(tmp_path: Path) -> Preferences:
    return Preferences(tmp_path / "settings.ini")


@pytest.fixture
def document(qapp: QApplication) -> Document:
    return Document()


@pytest.fixture
def context(document: Document, settings: Preferences, tmp_path: Path) -> Iterator[Context]:
    loader = Loader(document)
    session = Session(document, loader, root=tmp_path / "runs")
    yield Context(document, loader, session, settings, Forecast(document, loader, session, session))
    assert session.shutdown(30)
    assert loader.shutdown(30)


@pytest.fixture
def window(qapp: QApplication, settings: Preferences, tmp_path: Path) -> Iterator[MainWindow]:
    """The whole window, composed as the app does it, shown at 1280 × 800."""
    window = compose(settings, tmp_path / "unsaved", tmp_path / "runs")
    window.resize(1280, 800)
    window.show()
    yield window
    window.context.document.undo_stack.setClean()
    assert window.context.session.shutdown(30)
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _freeze() -> None:
    """Half a million things outlive every test: neither the collector nor `_timers` looks through them each time."""
    FROZEN[:] = [weakref.ref(timer) for timer in _all_timers()]
    gc.freeze()


def _all_timers() -> list[QTimer]:
    # not isinstance: it asks things of torch for their class, and the deprecated ones warn
    new = [thing for thing in gc.get_objects() if issubclass(type(thing), QTimer)]
    old = [timer for one in FROZEN if (timer := one()) is not None]
    return list({id(timer): timer for timer in (*old, *new)}.values())


def _timers() -> list[QTimer]:
    return [timer for timer in _all_timers() if isValid(timer) and timer.isActive()]


def _windows() -> list[str]:
    return [repr(widget) for widget in QApplication.topLevelWidgets() if widget.isVisible()]


def _threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("layerdeck")]
