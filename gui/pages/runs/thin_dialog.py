"""Makes room: which snapshots would go so that all runs fit into a budget, seen before any is deleted."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QDoubleSpinBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from engine.data.dataset import Ticket
from engine.errors import EngineError
from engine.runs.thinning import Plan, Stock, plan_thinning, stocks, thin
from gui.kit.amounts import counted, size
from gui.kit.background import Latest
from gui.kit.cards import text
from gui.kit.messages import show_error
from gui.kit.style import look
from gui.pages.runs.cells import cell, dress, set_heads

PATIENCE = 60.0  # seconds
MEGA = 1_000_000  # bytes of the field's unit
LARGEST = 10_000_000.0  # of the field
NUMBERS = (1, 2)  # columns


class ThinDialog(QDialog):
    """Reads what there is, shows what a budget would cost, and deletes it when asked to."""

    def __init__(self, root: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runs.thin")
        self.setWindowTitle(self.tr("Make room"))
        self.setMinimumSize(520, 420)
        self._root = root
        self._stocks: list[Stock] | None = None
        self._plan: Plan | None = None
        self.used = text(self.tr("Looking at the runs…"), wrap=True)
        self.used.setObjectName("runs.thin.used")
        self.budget = self._make_budget()
        self.says = text("", "dim", wrap=True)
        self.says.setObjectName("runs.thin.says")
        self.table = self._make_table()
        self.cancel, self.apply = QPushButton(self.tr("Cancel")), QPushButton(self.tr("Delete"))
        self.cancel.setObjectName("runs.thin.cancel")
        self.cancel.clicked.connect(self.reject)
        self.apply.setObjectName("runs.thin.apply")
        self.apply.setEnabled(False)
        self.apply.clicked.connect(self._on_apply)
        look(self.apply, "danger")
        self._place()
        self._reading, self._thinning = Latest(self), Latest(self)
        self._reading.done.connect(self._on_read)
        self._thinning.done.connect(self.accept)
        for job in (self._reading, self._thinning):
            job.refused.connect(self._on_refused)
        self._reading.begin(partial(_read, root))

    @property
    def busy(self) -> bool:
        """Whether it is reading or deleting."""
        return self._reading.busy or self._thinning.busy

    @override
    def reject(self) -> None:
        for job in (self._reading, self._thinning):
            job.wait(PATIENCE)  # it is not deleted below its work
        super().reject()

    def _make_budget(self) -> QDoubleSpinBox:
        field = QDoubleSpinBox()
        field.setObjectName("runs.thin.budget")
        field.setAccessibleName(self.tr("Megabytes that all runs may take"))
        field.setSuffix(self.tr(" MB"))
        field.setGroupSeparatorShown(True)
        field.setEnabled(False)
        field.valueChanged.connect(self._on_budget_changed)
        return field

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 3)
        table.setObjectName("runs.thin.table")
        table.setAccessibleName(self.tr("Snapshots that would go"))
        set_heads(table, [self.tr("Run"), self.tr("Step"), self.tr("Size")], NUMBERS)
        dress(table)
        header = table.horizontalHeader()
        header.setResizeContentsPrecision(100)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        return table

    def _place(self) -> None:
        row, buttons = QHBoxLayout(), QHBoxLayout()
        label = QLabel(self.tr("All runs may take"))
        label.setBuddy(self.budget)
        row.addWidget(label)
        row.addWidget(self.budget)
        row.addStretch(1)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.apply)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addWidget(self.used)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        column.addWidget(self.says)
        column.addLayout(buttons)

    def _on_read(self, found: list[Stock]) -> None:
        self._stocks = found
        used = sum(stock.run.bytes for stock in found)
        snapshots = [info.bytes for stock in found for info in stock.snapshots]
        one, many = self.tr("{0} takes {1}, {2} of it in {3}."), self.tr("{0} take {1}, {2} of it in {3}.")
        words = one if len(found) == 1 else many
        amounts = self._runs(len(found)), size(used), size(sum(snapshots)), self._snapshots(len(snapshots))
        self.used.setText(words.format(*amounts))
        self.budget.setDecimals(0 if used > 100 * MEGA else 1 if used > 10 * MEGA else 3)
        self.budget.setRange(0, max(LARGEST, used / MEGA))  # cut off at what is used, 1000 would become 100
        self.budget.setSingleStep(max(0.001, round(used / MEGA / 20, self.budget.decimals())))
        self.budget.setEnabled(True)
        self.budget.setValue(used / MEGA / 2)
        self._on_budget_changed()
        self.budget.setFocus()

    def _on_budget_changed(self) -> None:
        if self._stocks is None:
            return
        plan = self._plan = plan_thinning(self._stocks, round(self.budget.value() * MEGA))
        self.table.setRowCount(0)
        self.table.setRowCount(len(plan.chosen))
        for row, (folder, info) in enumerate(plan.chosen):
            for place, words in enumerate((folder.name, f"{info.step:,}", size(info.bytes))):
                self.table.setItem(row, place, cell(words, number=place in NUMBERS))
        self.says.setText(self._sentence(plan))
        self.apply.setEnabled(bool(plan.chosen))
        count = self._snapshots(len(plan.chosen))
        self.apply.setText(self.tr("Delete {0}").format(count) if plan.chosen else self.tr("Delete"))

    def _sentence(self, plan: Plan) -> str:
        stay = self.tr("The last and the best of each run stay, and all of a run that has a star or is going on.")
        if not plan.chosen:
            fits = plan.before <= plan.budget
            return (
                self.tr("Everything fits; nothing would go.") if fits else self.tr("Nothing can go. {0}").format(stay)
            )
        runs = len({folder for folder, _ in plan.chosen})
        amounts = self._snapshots(len(plan.chosen)), self._runs(runs), size(plan.before - plan.after), size(plan.after)
        goes = self.tr("{0} of {1} would go and free {2}; {3} are left.").format(*amounts)
        return f"{goes} {stay}"

    def _runs(self, count: int) -> str:
        return counted(count, self.tr("1 run"), self.tr("{0} runs"))

    def _snapshots(self, count: int) -> str:
        return counted(count, self.tr("1 snapshot"), self.tr("{0} snapshots"))

    def _on_apply(self) -> None:
        if self._plan is None or self.busy:
            return
        self.apply.setEnabled(False)
        self.budget.setEnabled(False)
        self._thinning.begin(partial(_thin, self._root, self._plan.budget))

    def _on_refused(self, error: EngineError) -> None:
        show_error(self.parentWidget() or self, error)
        super().reject()


def _read(root: Path, ticket: Ticket) -> list[Stock]:
    return stocks(root)


def _thin(root: Path, budget: int, ticket: Ticket) -> Plan:
    return thin(root, budget)
