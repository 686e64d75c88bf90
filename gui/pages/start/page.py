"""The first thing a person sees: open data, pick a sample, go on where they stopped."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from engine.data.samples import SAMPLES
from engine.runs.summary import RunSummary
from gui.kit.grid import CardGrid
from gui.kit.icons import icon
from gui.kit.style import look
from gui.pages.start.cards import WIDTH, Picture, SampleCard
from gui.pages.start.drop import DropTarget
from gui.shared.context import Context

WIDEST = 1280  # px; wider is harder to read
SIDE = 288  # px of the recent projects
SYMBOLS = {"table": "table", "images": "image", "text": "text"}


class StartPage(QScrollArea):
    """It opens nothing itself; it says what the person wants.

    Signals:
        data_wanted: the Path that was dropped.
        file_wanted, folder_wanted: choose data in a dialog.
        sample_wanted: a sample's name.
        templates_wanted: show the gallery of known networks.
        project_wanted: the Path of a recent project.
        restore_wanted, forget_wanted: the Path of work that a crash left over.
        run_wanted: the folder of a run that a crash cut off; it shall go on.
        run_left: its RunSummary; it shall not.
    """

    data_wanted = Signal(object)
    file_wanted = Signal()
    folder_wanted = Signal()
    sample_wanted = Signal(str)
    templates_wanted = Signal()
    project_wanted = Signal(object)
    restore_wanted = Signal(object)
    forget_wanted = Signal(object)
    run_wanted = Signal(object)
    run_left = Signal(object)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings, self._session = context.settings, context.session
        self._offered: tuple[QWidget, Path] | None = None  # a run that was cut off, and its folder
        self.setObjectName("start")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget(self)
        look(body, "clear")
        centre = QHBoxLayout(body)
        centre.setContentsMargins(28, 18, 28, 18)
        self._column = QVBoxLayout()
        self._column.setSpacing(12)
        inside = QWidget(body)
        inside.setMaximumWidth(WIDEST)
        inside.setLayout(self._column)
        centre.addStretch(1)
        centre.addWidget(inside, 100)
        centre.addStretch(1)
        self._fill()
        self.setWidget(body)
        self._settings.recent_changed.connect(self.refresh)
        self._session.begun.connect(self._hide_offered)
        self.refresh()

    def refresh(self) -> None:
        """Shows the recent projects as they are now."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()  # else a layout that was about to show it would make it a window of its own
                widget.setParent(None)  # its name is free at once
                widget.deleteLater()
        for number, path in enumerate(self._settings.recent):
            self._recent.addWidget(self._recent_row(number, path))
        if not self._settings.recent:
            none = QLabel(self.tr("Projects you save are listed here"), self)
            look(none, "dim")
            none.setWordWrap(True)
            self._recent.addWidget(none)
        self._recent.addStretch(1)

    def offer_restore(self, path: Path, when: str) -> None:
        """A line at the top: unsaved work of a session that did not end well."""
        words = self.tr("Unsaved work from {0} is still here.").format(when)
        line, row = self._line(words)
        self._button(row, "restore", self.tr("Restore"), partial(self.restore_wanted.emit, path), line.hide)
        self._button(row, "forget", self.tr("Discard"), partial(self.forget_wanted.emit, path), line.hide)

    def offer_run(self, run: RunSummary) -> None:
        """A line at the top, in place of an earlier one: a run that did not end well. It goes once a run begins."""
        epochs = self.tr("after epoch {0} of {1}").format(f"{run.status.epoch:,}", f"{run.status.epochs:,}")
        where = epochs if run.status.epoch else self.tr("in its first epoch")
        words = self.tr("Training of {0} was cut off {1}. Go on from what was saved?").format(run.name, where)
        self._hide_offered()
        if self._session.state != "idle":
            return
        line, row = self._line(words)
        self._button(row, "go_on", self.tr("Go on"), partial(self.run_wanted.emit, run.folder))
        self._button(row, "leave", self.tr("Leave it"), partial(self.run_left.emit, run), line.hide)
        self._offered = line, run.folder

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._offered is not None and not self._offered[1].is_dir():  # it was deleted meanwhile
            self._hide_offered()

    def _hide_offered(self) -> None:
        if self._offered is not None:
            self._offered[0].hide()
            self._offered = None

    def _line(self, words: str) -> tuple[QWidget, QHBoxLayout]:
        line = QFrame(self)
        look(line, "banner")
        row = QHBoxLayout(line)
        said = QLabel(words, line)
        said.setWordWrap(True)
        row.addWidget(said, 1)
        self._column.insertWidget(0, line)
        line.show()
        return line, row

    def _button(self, row: QHBoxLayout, name: str, text: str, *chosen: Callable[[], object]) -> None:
        button = QPushButton(text, self)
        button.setObjectName(f"start.{name}")
        button.setAccessibleName(text)
        for call in chosen:
            button.clicked.connect(call)
        button.clicked.connect(self.setFocus)  # else what is next to a button that is gone gets the keyboard
        row.addWidget(button)

    def _fill(self) -> None:
        title = QLabel(self.tr("Build a neural network, watch it learn"), self)
        look(title, "heading")
        about = QLabel(self.tr("Open your data or pick a sample: you get a network that trains. Make it yours."), self)
        look(about, "dim")
        drop = DropTarget(self)
        drop.dropped.connect(self.data_wanted)
        drop.file_wanted.connect(self.file_wanted)
        drop.folder_wanted.connect(self.folder_wanted)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(drop, 1)
        top.addWidget(self._recent_card())
        self._column.addWidget(title)
        self._column.addWidget(about)
        self._column.addSpacing(4)
        self._column.addLayout(top)
        self._column.addWidget(self._templates())
        self._column.addSpacing(6)
        self._column.addWidget(self._group(self.tr("Samples")))
        self._column.addWidget(self._samples())
        self._column.addStretch(1)

    def _recent_card(self) -> QWidget:
        card = QFrame(self)
        card.setFixedWidth(SIDE)
        look(card, "panel")
        column = QVBoxLayout(card)
        column.setContentsMargins(12, 12, 12, 8)
        column.setSpacing(4)
        column.addWidget(self._group(self.tr("Recent projects")))
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        column.addLayout(self._recent, 1)
        return card

    def _recent_row(self, number: int, path: Path) -> QWidget:
        row = QPushButton(self)
        row.setObjectName(f"start.recent.{number}")
        row.setAccessibleName(path.stem)
        row.setIcon(icon("network", "accent_text"))
        row.setText(path.stem)
        row.setToolTip(str(path))
        look(row, "row")
        row.clicked.connect(partial(self.project_wanted.emit, path))
        return row

    def _templates(self) -> QPushButton:
        button = QPushButton(icon("network", "accent_text"), "", self)
        button.setObjectName("start.templates")
        button.setText(self.tr("  Start from a known network: LeNet, ResNet-18, GPT-mini and others"))
        button.setAccessibleName(self.tr("Start from a known network"))
        look(button, "card")
        button.clicked.connect(self.templates_wanted)
        return button

    def _samples(self) -> CardGrid:
        grid = CardGrid(WIDTH, self)
        cards = []
        for name, sample in SAMPLES.items():
            picture = Picture(picture_path(sample.picture), SYMBOLS.get(sample.kind, "data"), grid)
            card = SampleCard(name, sample.title, sample.about, picture, grid)
            card.clicked.connect(partial(self.sample_wanted.emit, name))
            cards.append(card)
        grid.show_cards(cards)
        return grid

    def _group(self, text: str) -> QLabel:
        label = QLabel(text.upper(), self)
        look(label, "group")
        return label


def picture_path(name: str) -> Path | None:
    """Where a sample's picture lies, named relative to the resources; None where it has none."""
    path = Path(str(files("resources"))) / name
    return path if name and path.is_file() else None
