"""The Training page: curves at the left, the settings or the run's progress at the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from engine.data.settings import SplitSettings
from engine.errors import EngineError
from gui.kit.cards import GAP, scrolled
from gui.kit.forms import described
from gui.kit.messages import show_error
from gui.pages.training.augment_card import AugmentCard
from gui.pages.training.before_card import BeforeCard
from gui.pages.training.finder import FinderDialog
from gui.pages.training.folds_card import FoldsCard
from gui.pages.training.look_card import LookCard
from gui.pages.training.loss_card import LossCard
from gui.pages.training.metric_card import MetricCard
from gui.pages.training.progress_card import ProgressCard
from gui.pages.training.settings_card import SettingsCard
from gui.pages.training.surface_card import SurfaceCard
from gui.shared.context import Context
from gui.shared.count_dialog import CountDialog
from gui.shared.longer import LongerDialog
from gui.shared.requests import Requests
from gui.shared.resuming import Resuming

LEAST_FOLDS, USUAL_FOLDS = 2, 5
SIDE = 316  # px, the column of settings and progress
LOOK_CARDS: tuple[Callable[[Context], LookCard], ...] = (
    SurfaceCard,
)  # shown where they suit the data, one below the other
WIDE = 1180  # px; narrower pages have the plane below the loss, beside the metric


class TrainingPage(QWidget):
    """Settings while idle; while a run goes on they give way to its progress."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("training.page")
        self._context, self.requests, self._resuming = context, Requests(self), Resuming(context, self)
        self._placed: tuple[bool, int] | None = None  # whether it is wide, and how many looks are seen
        self._loss, self._metric = LossCard(context.session), MetricCard(context.session)
        self._looks = [make(context) for make in LOOK_CARDS]
        for card in self._looks:
            card.setParent(self)  # one that does not suit the data has no place in the grid
        self._progress, self._before = ProgressCard(context.session, context.document), BeforeCard(context)
        self._folds = FoldsCard(context.session)
        self._settings = SettingsCard(context.document, context.settings)
        self._augment = AugmentCard(context)
        self._grid = QGridLayout()
        self._grid.setSpacing(GAP)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, GAP, GAP, GAP)
        row.setSpacing(GAP)
        row.addLayout(self._grid, 1)
        row.addWidget(self._make_side())
        context.session.state_changed.connect(self._on_state_changed)
        context.loader.changed.connect(self._on_data_changed)
        self._progress.ending.layer_asked.connect(self.requests.layer)
        self._progress.ending.go_on_asked.connect(self.go_on)
        self._progress.ending.longer_asked.connect(self.ask_longer)
        self._resuming.refused.connect(partial(show_error, self))
        self._resuming.begun.connect(self.setFocus)  # the button that was pressed is gone; else a chart wears the ring
        self._finder = FinderDialog(context.document, self)
        self._settings.find_rate.clicked.connect(self.find_rate)
        context.document.changed.connect(self._show_what_can_begin)
        self._show_what_can_begin()
        self._on_state_changed()
        self._place()

    def find_rate(self) -> None:
        """Searches for a learning rate and shows how."""
        dataset = self._context.loader.dataset
        if dataset is not None and not self._context.session.obstacle():
            self._finder.search(self._context.document.project, dataset)

    def ask_folds(self) -> None:
        """Asks for the number of folds of a cross-validation, and begins it."""
        if self._context.session.obstacle():
            return
        (spec,) = described(SplitSettings, ["folds"])
        spec = replace(spec, title=self.tr("Folds"), unit=self.tr("folds"), low=LEAST_FOLDS)
        dialog = CountDialog("folds", self.tr("Cross-validate"), spec, USUAL_FOLDS, self._folds_sentence, self)
        dialog.chosen.connect(self._context.session.cross_validate)
        dialog.open()

    def _folds_sentence(self, folds: int) -> str:
        epochs = folds * self._context.document.project.training.epochs
        words = self.tr(
            "Trained {0} times, {1} epochs in all, each time validated on another part. The test split is left out."
        )
        return words.format(f"{folds:,}", f"{epochs:,}")

    def go_on(self) -> None:
        """Trains the run that has ended to the end that it was begun for."""
        live = self._context.session.live
        if live is not None and live.ended is not None:
            self._resuming.go_on(live.folder)

    def ask_longer(self) -> None:
        """Asks for how many more epochs the run that has ended shall go on."""
        live = self._context.session.live
        if live is None or live.ended is None:
            return
        try:
            dialog = LongerDialog(live.folder, self)
        except EngineError as error:
            show_error(self, error)
            return
        dialog.wanted.connect(self._resuming.go_on)
        dialog.open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _make_side(self) -> QScrollArea:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)  # else cards are squashed for a moment
        for card in (self._progress, self._folds, self._before, self._settings, self._augment):
            column.addWidget(card)
        column.addStretch(1)
        area = scrolled("training.side", column)
        area.setFixedWidth(SIDE)
        return area

    def _on_state_changed(self) -> None:
        idle = self._context.session.state == "idle"
        self._settings.setVisible(idle)
        self._before.setVisible(idle)
        self._augment.setVisible(idle)
        self._on_data_changed()

    def _on_data_changed(self) -> None:
        self._show_what_can_begin()
        if not self._context.loader.busy:
            for card in self._looks:
                card.setVisible(card.suits())
            self._place()

    def _show_what_can_begin(self) -> None:
        obstacle = self._context.session.obstacle()
        about = self.tr("Tries many learning rates on a copy of the network and shows where its loss falls fastest")
        self._settings.find_rate.setEnabled(not obstacle)
        self._settings.find_rate.setToolTip(obstacle or about)

    def _place(self) -> None:
        wide, seen = self.width() >= WIDE, [card for card in self._looks if not card.isHidden()]
        if (wide, len(seen)) == self._placed:
            return
        self._placed = (wide, len(seen))
        for card in (self._loss, self._metric, *self._looks):
            self._grid.removeWidget(card)
        self._grid.addWidget(self._loss, 0, 0, 1, 1 if wide and seen else 2)
        for row, card in enumerate(seen, 0 if wide else 1):
            self._grid.addWidget(card, row, 1)
        below = 1 if len(seen) > 1 or (seen and not wide) else 2  # a look stands beside the metric
        self._grid.addWidget(self._metric, 1, 0, 1, below)
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(1, 2)
        self._grid.setRowStretch(0, 3)
        self._grid.setRowStretch(1, 2)
