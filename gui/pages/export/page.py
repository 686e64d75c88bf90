"""The Export page: which run, how, and where to; then the files that were written and how to use them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.data.dataset import Ticket
from engine.export import EXPORTERS, Exporter
from engine.runs import store
from gui.kit.background import Latest
from gui.kit.cards import GAP, Card, scrolled, text
from gui.kit.icons import icon
from gui.kit.style import look
from gui.pages.export.in_and_out import in_and_out, which
from gui.pages.export.outcome_card import OutcomeCard
from gui.shared.context import Context
from gui.shared.snapshots import SnapshotPicker


class ExportPage(QWidget):
    """One card for each exporter of the engine's table; what they import is loaded when one of them runs."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("export.page")
        self._session, self._settings = context.session, context.settings
        self._listing, self._exporting = Latest(self), Latest(self)
        self._listing.done.connect(self._on_runs)
        self._exporting.told.connect(self._on_told)
        self._exporting.ended.connect(self._on_ended)
        self._exporting.done.connect(self._on_exported)
        for job in (self._listing, self._exporting):
            job.failed.connect(self._on_failed)
        self._touched = False
        self.run, self.folder = QComboBox(), QLineEdit()
        self.snapshot = SnapshotPicker("export.snapshot")
        self.where, self.cards, self.outcome = Card(self.tr("What and where to")), QGridLayout(), OutcomeCard()
        self.about, self.which = text("", "dim", wrap=True), text("", "", wrap=True)
        self.bar, self.doing = QProgressBar(), text("", "dim")
        self.error = text("", "danger", wrap=True)
        self.cancel = QPushButton(icon("close"), self.tr("Cancel"))
        self.browse = QPushButton(icon("folder"), self.tr("Browse …"))
        self._name()
        self._place()
        self.run.currentIndexChanged.connect(self._on_run_changed)
        self.folder.textEdited.connect(self._on_folder_edited)
        self.snapshot.picked.connect(self._show_which)
        self.browse.clicked.connect(self._on_browse)
        self.cancel.clicked.connect(self._on_cancel)
        self.outcome.show_folder.connect(self._on_show_folder)
        context.session.chosen.changed.connect(self._on_chosen_changed)
        context.document.opened.connect(self._on_chosen_changed)
        context.document.opened.connect(self.outcome.hide)
        self._show_busy(False)

    @property
    def busy(self) -> bool:
        """Whether something is being read or written."""
        return self._listing.busy or self._exporting.busy

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._listing.begin(partial(_trained_runs, self._session.root))

    def _name(self) -> None:
        names = {
            self.run: ("export.run", self.tr("Run to export")),
            self.folder: ("export.folder", self.tr("Folder to write to")),
            self.browse: ("export.browse", self.tr("Choose the folder")),
            self.cancel: ("export.cancel", self.tr("Cancel the export")),
            self.error: ("export.error", ""),
            self.about: ("export.about", ""),
            self.which: ("export.which", ""),
            self.bar: ("export.progress", self.tr("Progress of the export")),
        }
        for widget, (name, spoken) in names.items():
            widget.setObjectName(name)
            widget.setAccessibleName(spoken)

    def _place(self) -> None:
        self.run.setPlaceholderText(self.tr("Choose the run to export"))
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.addWidget(text(self.tr("Run")), 0, 0)
        row = QHBoxLayout()
        row.addWidget(self.run, 1)
        row.addWidget(self.snapshot)
        grid.addLayout(row, 0, 1, 1, 2)
        grid.addWidget(self.which, 1, 1, 1, 2)
        grid.addWidget(self.about, 2, 1, 1, 2)
        grid.addWidget(text(self.tr("Folder")), 3, 0)
        grid.addWidget(self.folder, 3, 1)
        grid.addWidget(self.browse, 3, 2)
        grid.addWidget(text(self.tr("Each format is written to a folder of its own in there."), "dim"), 4, 1, 1, 2)
        grid.setColumnStretch(1, 1)
        kept = self.cancel.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # the cards below stay where they are
        self.cancel.setSizePolicy(kept)
        row = QHBoxLayout()
        for widget, stretch in ((self.bar, 1), (self.doing, 0), (self.cancel, 0)):
            row.addWidget(widget, stretch)
        self.where.body.addLayout(grid)
        self.where.body.addLayout(row)
        self.where.body.addWidget(self.error)
        self.cards.setSpacing(GAP)
        for index, exporter in enumerate(EXPORTERS.values()):
            self.cards.addWidget(self._exporter_card(exporter), 0, index)
            self.cards.setColumnStretch(index, 1)
        column = QVBoxLayout()
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        column.addWidget(self.where)
        column.addLayout(self.cards)
        column.addWidget(self.outcome)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled("export.area", column))

    def _on_ended(self) -> None:
        self._show_busy(False)

    def _on_failed(self, error: Exception) -> None:
        self.error.setText(str(error))
        self.error.setVisible(True)

    def _on_runs(self, folders: list[Path]) -> None:
        wanted = self._session.chosen.folder or self.run.currentData()
        self.run.blockSignals(True)
        self.run.clear()
        for folder in folders:
            self.run.addItem(folder.name, folder)
        self.run.setCurrentIndex(folders.index(wanted) if wanted in folders else -1)
        self.run.blockSignals(False)
        self._on_run_changed()

    def _exporter_card(self, exporter: Exporter) -> Card:
        card = Card(exporter.title)
        card.title.setWordWrap(True)
        card.body.addWidget(text(exporter.about, "dim", wrap=True))
        card.body.addStretch(1)
        button = QPushButton(icon("export", "on_accent" if exporter.kind == "torch" else "text"), self.tr("Export"))
        button.setObjectName(f"export.{exporter.kind}")
        button.setAccessibleName(self.tr("Export: {0}").format(exporter.title))
        button.clicked.connect(partial(self._on_export, exporter.kind))
        card.body.addWidget(button)
        return card

    def _on_run_changed(self) -> None:
        folder = self.run.currentData()
        self.error.setVisible(False)
        self.snapshot.show_run(folder if isinstance(folder, Path) else None)
        self._show_which()
        self.about.setText(in_and_out(folder) if isinstance(folder, Path) else "")
        self.about.setVisible(bool(self.about.text()))
        if not self._touched:
            self.folder.setText(str(self._settings.folder / folder.name) if isinstance(folder, Path) else "")
        if not self.run.count():
            self.error.setText(self.tr("No run yet: press Train first, then its weights can be exported."))
            self.error.setVisible(True)
        self._show_busy(self._exporting.busy)

    def _show_which(self) -> None:
        """Which weights are written, and why these."""
        folder = self.run.currentData()
        self.which.setText(which(folder, self.snapshot.snapshot) if isinstance(folder, Path) else "")
        self.which.setVisible(bool(self.which.text()))

    def _on_chosen_changed(self) -> None:
        self.run.setCurrentIndex(-1)
        if self.isVisible():
            self._listing.begin(partial(_trained_runs, self._session.root))

    def _on_folder_edited(self) -> None:
        self._touched = True
        self.error.setVisible(False)

    def _on_browse(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Export to"), str(self._settings.folder))
        if name:
            self._touched = True
            self._settings.folder = Path(name)
            self.folder.setText(name)

    def _on_export(self, kind: str) -> None:
        run, out = self.run.currentData(), self.folder.text().strip()
        if not isinstance(run, Path) or not out:
            self.error.setText(self.tr("Say where to write to first."))
            self.error.setVisible(True)
            return
        self.error.setVisible(False)
        self.outcome.hide()
        work = partial(_export, kind, run, _place_of(EXPORTERS[kind], out), self.snapshot.snapshot)
        self._exporting.begin(work)
        self._show_busy(True)

    def _on_told(self, done: float, words: str) -> None:
        self.bar.setValue(round(done * 1000))
        self.doing.setText(words)

    def _on_exported(self, written: tuple[list[Path], list[str]]) -> None:
        files, notes = written
        self.outcome.show_files(files)
        self.error.setText(" ".join(notes))
        self.error.setVisible(bool(notes))

    def _on_cancel(self) -> None:
        self._exporting.cancel()
        self._show_busy(False)

    def _on_show_folder(self, folder: object) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _show_busy(self, busy: bool) -> None:
        for widget in (self.bar, self.doing, self.cancel):
            widget.setVisible(busy)
        able = not busy and self.run.currentData() is not None
        for kind in EXPORTERS:
            button = self.findChild(QPushButton, f"export.{kind}")
            if button is not None:
                button.setEnabled(able)
                look(button, "primary" if kind == "torch" else "")


def _trained_runs(root: Path, ticket: Ticket) -> list[Path]:
    return [run.folder for run in store.runs(root) if run.trained]


def _place_of(exporter: Exporter, out: str) -> Path:
    """A folder of its own for each format, so that none is written over another; or the one file that was named."""
    path = Path(out).expanduser()
    alone = path.suffix == Path(exporter.main).suffix and not path.is_dir()
    return path if alone else path / exporter.kind


def _export(kind: str, run: Path, out: Path, snapshot: str | int, ticket: Ticket) -> tuple[list[Path], list[str]]:
    """What was written, and what the person should know of it."""
    from engine.export.writing import export  # it brings torch along

    notes: list[str] = []
    return export(kind, run, out, ticket, snapshot=snapshot, note=notes.append), notes
