"""What a cross-validation came to: each fold, and mean and standard deviation over all."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QGridLayout, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from engine.runs.folds import FoldResult, FoldsSummary
from gui.kit.cards import Card, Tile, clear, text
from gui.kit.numbers import measured, plain, title
from gui.live.session import Session
from gui.shared.states import state_words

LOSS = "loss"
ROW = 26  # px


class FoldsCard(Card):
    """Shown once all folds have ended, until another run begins."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setObjectName("folds.card")
        self.title.setText(self.tr("Cross-validation"))
        self._session = session
        self._shown: FoldsSummary | None = None
        self._tiles = QGridLayout()
        self._tiles.setSpacing(8)
        self.says = text("", "dim", wrap=True)
        self.says.setObjectName("folds.says")
        self.table = QTableWidget()
        self.table.setObjectName("folds.table")
        self.table.setAccessibleName(self.tr("Measures of each fold"))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setShowGrid(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.verticalHeader().setDefaultSectionSize(ROW)
        self.body.addLayout(self._tiles)
        self.body.addWidget(self.table)
        self.body.addWidget(self.says)
        session.state_changed.connect(self._on_state_changed)
        self._on_state_changed()

    def _on_state_changed(self) -> None:
        folding = self._session.folding
        summary = folding.summary if folding is not None else None
        self.setVisible(summary is not None)
        if summary is not None and summary is not self._shown:
            self._show(summary)
        self._shown = summary

    def _show(self, summary: FoldsSummary) -> None:
        whole = sum(result.whole for result in summary.results)
        self.note.setText(self.tr("{0} of {1} folds").format(whole, summary.folds))
        names = list(summary.metrics)
        clear(self._tiles)
        for index, name in enumerate([*names, *([LOSS] if summary.loss else [])]):
            tile = Tile(title(name) if name != LOSS else self.tr("validation loss"))
            tile.setObjectName(f"folds.mean.{name}")
            spread = summary.loss if name == LOSS else summary.metrics[name]
            if spread is not None:
                tile.show_value(f"{_number(name, spread.mean)} ± {_number(name, spread.deviation)}")
            self._tiles.addWidget(tile, index, 0)  # two with their spread beside each other are too wide
        self._fill(summary.results, [*names, LOSS])
        words = self.tr("Mean ± standard deviation over the folds. Each fold is a run on the Runs page.")
        self.says.setText(words if whole else self.tr("No fold was trained to its end."))

    def _fill(self, results: tuple[FoldResult, ...], names: list[str]) -> None:
        self.table.setRowCount(len(results))
        self.table.setColumnCount(len(names))
        self.table.setHorizontalHeaderLabels([title(name) if name != LOSS else self.tr("loss") for name in names])
        self.table.setVerticalHeaderLabels([self.tr("Fold {0}").format(result.fold + 1) for result in results])
        for row, result in enumerate(results):
            for column, name in enumerate(names):
                value = result.loss if name == LOSS else result.metrics.get(name)
                item = QTableWidgetItem(_number(name, value) if result.whole else state_words(result.state))
                item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)
        head = self.table.horizontalHeader().sizeHint().height()
        self.table.setFixedHeight(head + ROW * len(results) + 2 * self.table.frameWidth() + 2)


def _number(name: str, value: float | None) -> str:
    return plain(value) if name == LOSS else measured(name, value)
