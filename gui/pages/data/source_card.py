"""Where the data comes from, other data instead, and how far a load is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QProgressBar, QPushButton, QWidget

from engine.data.samples import SAMPLES
from engine.data.settings import SAMPLE, DataSettings
from gui.kit.cards import Card, text
from gui.kit.icons import icon
from gui.kit.pick_file import pick_file
from gui.kit.style import look
from gui.pages.data.edits import move_source
from gui.shared.context import Context
from gui.shared.requests import Requests


class SourceCard(Card):
    """Path and kind; buttons; a bar with Cancel while it loads; the error, with what to do, where it failed."""

    def __init__(self, context: Context, requests: Requests, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._context = context
        self.path = text("", "dim", wrap=True)
        self.path.setObjectName("data.path")
        self.error = text("", "danger", wrap=True)
        self.error.setObjectName("data.error")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setObjectName("data.progress")
        self.doing = text("", "dim")
        self.file = self._button("data.open", self.tr("Open file …"), "table")
        self.folder = self._button("data.open_folder", self.tr("Open folder …"), "folder")
        self.replace = self._button("data.replace", self.tr("It has moved …"), "search")
        self.replace.setToolTip(self.tr("Choose where the same data is now; the network stays"))
        self.again = self._button("data.reload", self.tr("Load again"), "refresh")
        self.cancel = self._button("data.cancel", self.tr("Cancel"), "close")
        self._place()
        self.file.clicked.connect(requests.file)
        self.folder.clicked.connect(requests.folder)
        self.replace.clicked.connect(self._on_replace)
        self.again.clicked.connect(context.loader.reload)
        self.cancel.clicked.connect(context.loader.cancel)
        context.document.changed.connect(self._on_changed)
        context.loader.changed.connect(self._on_changed)
        context.loader.told.connect(self._on_told)
        self._on_changed()

    def _button(self, name: str, words: str, symbol: str) -> QPushButton:
        button = QPushButton(icon(symbol), words)
        button.setObjectName(name)
        button.setAccessibleName(words)
        return button

    def _place(self) -> None:
        for button in (self.file, self.folder, self.replace, self.again):
            self.corner.addWidget(button)
        row = QHBoxLayout()
        row.addWidget(self.bar, 1)
        row.addWidget(self.doing)
        row.addWidget(self.cancel)
        self.body.addWidget(self.path)
        self.body.addLayout(row)
        self.body.addWidget(self.error)

    def _on_changed(self) -> None:
        loader, data = self._context.loader, self._context.document.project.data
        coming = self._context.document.coming
        waiting = self.tr("{0} is being read").format(coming) if coming else self.tr("No data yet")
        self.title.setText(waiting if data is None else source_name(data.path))
        self.path.setText(self.tr("Open a table, or a folder with a folder for each class.") if data is None else "")
        if data is not None:
            sample = SAMPLES.get(data.path.removeprefix(SAMPLE)) if data.path.startswith(SAMPLE) else None
            self.path.setText(f"{self._kind(data)} · {sample.about if sample else data.path}")
        self.error.setText(str(loader.error) if loader.error else "")
        self.error.setVisible(loader.error is not None)
        for widget in (self.bar, self.doing, self.cancel):
            widget.setVisible(loader.busy)
        self.again.setVisible(data is not None and not loader.busy)
        self.replace.setVisible(data is not None and not loader.busy and loader.error is not None)
        look(self.file, "primary" if data is None else "")

    def _kind(self, data: DataSettings) -> str:
        if data.words_alone:
            return self.tr("Texts")
        return self.tr("Pictures") if data.of_files else self.tr("Table")

    def _on_told(self, done: float, words: str) -> None:
        self.bar.setValue(round(done * 1000))
        self.doing.setText(words)

    def _on_replace(self) -> None:
        data = self._context.document.project.data
        if data is None:
            return
        here = str(self._context.settings.folder)
        if not data.of_files:
            name = pick_file(self, self.tr("Where is the data now?"), here)
        else:
            name = QFileDialog.getExistingDirectory(self, self.tr("Where is the data now?"), here)
        if name:
            move_source(self._context.document, name)


def source_name(path: str) -> str:
    """What the data is called: the title of a sample, or the name of the file or folder."""
    sample = SAMPLES.get(path.removeprefix(SAMPLE)) if path.startswith(SAMPLE) else None
    return sample.title if sample else Path(path).name
