"""What a batch really looks like: its first examples, prepared and augmented, with what is wanted of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from engine.data.dataset import Dataset, Ticket
from engine.settings import TrainingSettings
from gui.kit.background import Latest
from gui.kit.cards import clear, pliant, text
from gui.kit.elided import Elided
from gui.kit.thumbnails import pixmap
from gui.shared.context import Context

if TYPE_CHECKING:
    from engine.training.augmentation.preview import Shown

ACROSS, DOWN = 5, 4
SIDE = 52  # px
LINES = 8  # of texts or rows
PATIENCE = 250  # ms after the last edit


class BatchWall(QWidget):
    """Pictures, or lines of texts and numbers. It is made anew, beside the window, while it can be seen."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._turn = 0
        self._made_for: tuple[TrainingSettings, Dataset, int] | None = None
        self._making = Latest(self)
        self._making.done.connect(self._on_done)
        self.about = pliant(text(self.tr("A batch as the network sees it:"), "dim", wrap=True))
        self.again = QPushButton(self.tr("Refresh"))
        self.again.setObjectName("training.wall.refresh")
        self.again.setToolTip(self.tr("Draws another batch"))
        self.again.clicked.connect(self._on_again)
        inside = QWidget()
        inside.setObjectName("training.wall")
        inside.setAccessibleName(self.tr("A batch as the network sees it"))
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._grid.setColumnStretch(ACROSS, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        for widget in (self.about, inside, self.again):
            column.addWidget(widget)
        self._later = QTimer(self, singleShot=True, interval=PATIENCE)
        self._later.timeout.connect(self._make)
        context.document.changed.connect(self._on_changed)
        context.loader.changed.connect(self._on_changed)
        self._on_changed()

    @property
    def busy(self) -> bool:
        """Whether pictures are being made, or soon will be."""
        return self._making.busy or self._later.isActive()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_changed()

    def _on_changed(self) -> None:
        dataset = self._context.loader.dataset
        self.setVisible(dataset is not None and bool(len(dataset.train)) and self._can_be_made())
        if self.isVisible() and self._wanted() != self._made_for:
            self._later.start()

    def _can_be_made(self) -> bool:
        return not any(problem.field == "augment" for problem in self._context.document.report.problems)

    def _on_again(self) -> None:
        self._turn += 1
        self._make()

    def _wanted(self) -> tuple[TrainingSettings, Dataset, int] | None:
        """Only what changes the pictures is asked for anew."""
        dataset, training = self._context.loader.dataset, self._context.document.project.training
        if dataset is None:
            return None
        few = {"augment": training.augment, "batch_size": training.batch_size, "seed": training.seed}
        return TrainingSettings().changed(**few), dataset, self._turn

    def _make(self) -> None:
        wanted = self._wanted()
        if wanted is not None and self.isVisible() and self._can_be_made():
            self._made_for = wanted
            self._making.begin(partial(_shown, *wanted))

    def _on_done(self, shown: tuple[Shown, ...]) -> None:
        clear(self._grid)
        for place, one in enumerate(shown):
            if one.picture is not None:
                self._grid.addWidget(self._picture(one, place), place // ACROSS, place % ACROSS)
            elif place < LINES:
                line = Elided(f"{one.answer}: {one.line}" if one.answer else one.line, "dim")
                line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
                self._grid.addWidget(line, place, 0, 1, ACROSS + 1)

    def _picture(self, shown: Shown, place: int) -> QLabel:
        label = QLabel()
        label.setFixedSize(QSize(SIDE, SIDE))
        sizes = QSize(SIDE, SIDE), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation
        label.setPixmap(pixmap(shown.picture).scaled(*sizes))
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setToolTip(shown.answer)
        label.setAccessibleName(shown.answer or self.tr("picture {0}").format(place + 1))
        return label


def _shown(training: TrainingSettings, dataset: Dataset, turn: int, ticket: Ticket) -> tuple[Shown, ...]:
    from engine.training.augmentation.preview import shown  # it brings torch along

    return shown(training, dataset, turn, ACROSS * DOWN)
