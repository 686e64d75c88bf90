"""The list of runs with its filter, and the bin behind it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from engine.record.rows import Annotations
from engine.runs.summary import RunSummary
from gui.kit.amounts import counted, size
from gui.kit.cards import Card, text
from gui.kit.icons import icon
from gui.kit.style import look
from gui.pages.runs.columns_menu import ColumnsButton
from gui.pages.runs.filtering import filtered
from gui.pages.runs.table import RunTable
from gui.pages.runs.view import RunsView
from gui.settings import Preferences

PAUSE = 120  # ms after a key until the list is filtered


class ListCard(Card):
    """All runs, or those in the bin.

    Signals:
        bin_wanted: the person wants to look into the bin (True) or at the runs.
    """

    bin_wanted = Signal(bool)

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.model = RunTable(self)
        self.view = RunsView(self.model)
        self.filter = self._make_filter()
        self.says = text("", "dim")
        self.says.setObjectName("runs.found")
        self.empty = text("", "dim", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.room = self.button("runs.room", self.tr("Make room…"), "down")
        self.room.setToolTip(self.tr("Delete snapshots that are needed least"))
        self.purge = self.button("runs.purge", self.tr("Empty the bin…"), "trash")
        look(self.purge, "danger")
        self.bin = self.button("runs.bin", self.tr("Bin"), "trash")
        self.bin.setCheckable(True)
        self.bin.toggled.connect(self.bin_wanted)
        self.columns = ColumnsButton(self.view, preferences)
        self.corner.addWidget(self.columns)
        place = self.head.indexOf(self.title) + 1
        self.head.insertWidget(place, self.filter, 8)
        self.head.insertSpacing(place, 8)
        self.back = QPushButton()
        self.back.setObjectName("runs.rename_back")
        look(self.back, "link")
        self.back.hide()
        row = QHBoxLayout()
        row.addWidget(self.says)
        row.addWidget(self.back)
        row.addStretch(1)
        self.body.addLayout(row)
        for widget in (self.view, self.empty):
            self.body.addWidget(widget, 1)
        self._all: list[RunSummary] = []
        self._typing = QTimer(self, singleShot=True, interval=PAUSE)
        self._typing.timeout.connect(self._show)
        self.show_runs([], 0, ())

    def show_runs(self, runs: Sequence[RunSummary], binned: int, select: Collection[Path]) -> None:
        """Other runs, all there are; `binned`: how many there are in the bin."""
        self._all = list(runs)
        in_bin = self.model.fixed = self.in_bin
        self.title.setText(self.tr("Bin") if in_bin else self.tr("Runs"))
        self.bin.setText(self.tr("Bin ({0})").format(f"{binned:,}") if binned else self.tr("Bin"))
        self.bin.setToolTip(self.tr("Back to the runs") if in_bin else self.tr("Look at what was deleted"))
        self.purge.setVisible(in_bin)
        self.purge.setEnabled(binned > 0)
        self.room.setVisible(not in_bin)
        self.room.setEnabled(bool(runs))
        self._show(select)
        self.view.show_columns(self._all)

    def change(self, folder: Path, about: Annotations) -> None:
        """Something else is said of a run."""
        self._all = [replace(run, about=about) if run.folder == folder else run for run in self._all]
        self.model.change(folder, about)
        self.view.show_columns(self._all)

    def rename(self, before: Path, after: Path) -> None:
        """A run is called otherwise now; selected or not, it stays so."""
        chosen = {after if run.folder == before else run.folder for run in self.view.selected()}
        self._all = [replace(run, folder=after) if run.folder == before else run for run in self._all]
        self._show(chosen)

    def offer_back(self, name: str) -> None:
        """Offers to call the run that was renamed as it was; "" takes the offer back."""
        self.back.setVisible(bool(name))
        self.back.setText(self.tr("Undo: call it {0} again").format(name))
        self.back.setAccessibleName(self.back.text())

    @property
    def in_bin(self) -> bool:
        """Whether the bin is shown."""
        return self.bin.isChecked()

    @property
    def busy(self) -> bool:
        """Whether a filter is being written."""
        return self._typing.isActive()

    @property
    def runs(self) -> tuple[RunSummary, ...]:
        """All, the filtered ones too."""
        return tuple(self._all)

    def tags(self) -> set[str]:
        """All that are in use."""
        return {tag for run in self._all for tag in run.about.tags}

    def button(self, name: str, words: str, symbol: str) -> QPushButton:
        """A button in the card's corner."""
        button = QPushButton(icon(symbol), words)
        button.setObjectName(name)
        button.setAccessibleName(words.rstrip("…"))
        self.corner.addWidget(button)
        return button

    def _make_filter(self) -> QLineEdit:
        field = QLineEdit()
        field.setObjectName("runs.filter")
        field.setAccessibleName(self.tr("Filter of the runs"))
        field.setPlaceholderText(self.tr("Filter: iris, accuracy>0.9, starred"))
        field.setToolTip(
            self.tr(
                "Words of a name, tag, note or state; tag:baseline, state:finished, group:folds, starred; "
                "accuracy>0.9, best.accuracy>90%, epoch<5; a minus before a word for all but those. "
                "Press / in the list to get here."
            )
        )
        field.setMinimumWidth(120)
        clear = field.addAction(icon("close", "dim"), QLineEdit.ActionPosition.TrailingPosition)
        clear.setText(self.tr("Clear the filter"))
        clear.setToolTip(self.tr("Clear the filter (Escape)"))
        clear.setShortcut(Qt.Key.Key_Escape)
        clear.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        clear.setVisible(False)
        clear.triggered.connect(field.clear)
        field.textChanged.connect(self._on_typed)
        field.textChanged.connect(lambda words: clear.setVisible(bool(words)))
        return field

    def _on_typed(self) -> None:
        self._typing.start()

    def _show(self, select: Collection[Path] | None = None) -> None:
        self._typing.stop()
        found = filtered(self._all, self.filter.text())
        kept = select if select is not None else {run.folder for run in self.view.selected()}
        self.view.show_runs(found.runs, kept)
        self.view.setVisible(bool(self._all))
        self.empty.setVisible(not self._all)
        self.empty.setText(
            self.tr("The bin is empty.")
            if self.in_bin
            else self.tr("No run yet. Press Train, and every run is kept here.")
        )
        self.says.setVisible(bool(self._all))
        self.columns.setVisible(bool(self._all))
        bytes_ = sum(run.bytes for run in found.runs)
        parts = [self._count(len(found.runs)), size(bytes_) if found.runs else "", found.doubt]
        self.says.setText(" · ".join(part for part in parts if part))
        look(self.says, "warning" if found.doubt else "dim")

    def _count(self, found: int) -> str:
        if self.filter.text().strip():
            return self.tr("{0} of {1}").format(f"{found:,}", self._runs(len(self._all)))
        return self._runs(found)

    def _runs(self, count: int) -> str:
        return counted(count, self.tr("1 run"), self.tr("{0} runs"))
