"""The start page: samples, recent projects, the drop target; and that painting leaks nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QPainter
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.data.samples import SAMPLES
from engine.project import Project, save
from gui.kit.grid import CardGrid
from gui.kit.icons import icon
from gui.pages.start.cards import WIDTH, SampleCard
from gui.pages.start.drop import DropTarget
from gui.pages.start.page import StartPage, picture_path
from gui.shared.context import Context
from gui.shell.strip.strip import Strip


@pytest.fixture
def page(qtbot: QtBot, context: Context) -> StartPage:
    page = StartPage(context)
    qtbot.addWidget(page)
    page.resize(1200, 800)
    page.show()
    return page


def child(parent: QWidget, name: str) -> QPushButton:
    found = parent.findChild(QPushButton, name)
    assert found is not None, name
    return found


@pytest.mark.parametrize("name", list(SAMPLES))
def test_a_click_on_a_sample_wants_that_sample(qtbot: QtBot, page: StartPage, name: str) -> None:
    card = child(page, f"start.sample.{name}")
    assert card.accessibleName() == SAMPLES[name].title
    with qtbot.waitSignal(page.sample_wanted, timeout=1000) as signal:
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert signal.args == [name]


@pytest.mark.parametrize("name", list(SAMPLES))
def test_every_sample_has_its_picture(name: str) -> None:
    path = picture_path(SAMPLES[name].picture)
    assert path is not None
    assert not QImage(str(path)).isNull()


def test_recent_projects_are_listed_newest_first_and_opened(
    qtbot: QtBot, page: StartPage, context: Context, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{name}.layerdeck" for name in ("one", "two", "gone")]
    for path in paths:
        save(Project(), path)
        context.settings.add_recent(path)
    paths[2].unlink()
    page.refresh()
    assert child(page, "start.recent.0").text() == "two"
    assert child(page, "start.recent.1").text() == "one"
    assert page.findChild(QPushButton, "start.recent.2") is None
    with qtbot.waitSignal(page.project_wanted, timeout=1000) as signal:
        child(page, "start.recent.1").click()
    assert signal.args == [paths[0]]


def dragged(path: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    return mime


def drop(widget: QWidget, mime: QMimeData) -> bool:
    """What the system sends: enter, then drop. True where both were taken."""
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(10, 10), Qt.DropAction.CopyAction, mime, buttons, keys)
    enter.ignore()
    QApplication.sendEvent(widget, enter)
    let_go = QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, mime, buttons, keys)
    let_go.ignore()
    QApplication.sendEvent(widget, let_go)
    return enter.isAccepted() and let_go.isAccepted()


def test_a_dropped_file_is_wanted_as_data(qtbot: QtBot, page: StartPage, tmp_path: Path) -> None:
    target = page.findChild(DropTarget)
    assert target is not None
    mime = dragged(tmp_path / "a b.csv")
    with qtbot.waitSignal(page.data_wanted, timeout=1000) as signal:
        assert drop(target, mime)
    assert signal.args == [tmp_path / "a b.csv"]


def test_text_dropped_is_not_taken(page: StartPage) -> None:
    target = page.findChild(DropTarget)
    assert target is not None
    mime = QMimeData()
    mime.setText("hello")
    assert not drop(target, mime)


@pytest.mark.parametrize(("width", "columns"), [(840, 4), (420, 2), (210, 1), (100, 1)])
def test_cards_fit_the_width(qtbot: QtBot, width: int, columns: int) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    grid = CardGrid(WIDTH, parent)
    cards = [QPushButton(str(number), grid) for number in range(8)]
    grid.show_cards(cards)
    grid.resize(width, 400)
    parent.resize(width, 400)
    parent.show()
    qtbot.waitUntil(lambda: len([card for card in cards if card.y() == cards[0].y()]) == columns, timeout=2000)


def test_it_works_in_the_smallest_window(qtbot: QtBot, page: StartPage) -> None:
    page.resize(1024 - 64, 700 - 46 - 66)
    last = page.findChildren(SampleCard)[-1]
    page.ensureWidgetVisible(last)
    assert page.horizontalScrollBar().maximum() == 0
    assert not last.visibleRegion().isEmpty()


def grown(paint: Callable[[], object]) -> int:
    """By how many references to None 300 paintings grow."""
    for _ in range(20):
        paint()
    before = sys.getrefcount(None)
    for _ in range(300):
        paint()
    return abs(sys.getrefcount(None) - before)


def test_repainting_loses_no_reference_to_none(qtbot: QtBot, page: StartPage, context: Context) -> None:
    """PySide6 6.12 on Python 3.11 lost one per paint event and died after some thousand."""
    if sys.version_info >= (3, 12):
        pytest.skip("None is immortal from Python 3.12 on")
    strip = Strip(context)
    qtbot.addWidget(strip)
    image = QImage(64, 64, QImage.Format.Format_ARGB32_Premultiplied)

    def stamp() -> None:
        painter = QPainter(image)
        icon("network").paint(painter, image.rect())
        painter.end()

    assert grown(page.grab) < 50
    assert grown(strip.grab) < 50
    assert grown(stamp) < 50
