"""What an export wrote, and the script beside it that uses it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPlainTextEdit, QPushButton, QWidget

from gui.kit.amounts import size
from gui.kit.cards import Card, text
from gui.kit.icons import icon
from gui.kit.theme import font

SHORTEST = ("load.py", "use.py", "predict.py")  # scripts that show how to use an export, shortest first
LONGEST = 20_000  # characters shown


class OutcomeCard(Card):
    """Hidden until something was written.

    Signals:
        show_folder: the person wants to see the files (Path of their folder).
    """

    show_folder = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Written"))
        self._folder = Path()
        self.files = text("", "", wrap=True)
        self.files.setObjectName("export.files")
        self.heading = text("", "group")
        self.script = QPlainTextEdit()
        self.script.setObjectName("export.script")
        self.script.setAccessibleName(self.tr("Script that uses the export"))
        self.script.setReadOnly(True)
        self.script.setMinimumHeight(240)
        self.script.setFont(font(mono=True))
        self.open = self._button("export.show", self.tr("Show the folder"), "folder")
        self.copy = self._button("export.copy", self.tr("Copy the script"), "copy")
        self.open.clicked.connect(self._on_open)
        self.copy.clicked.connect(self._on_copy)
        row = QHBoxLayout()
        row.addWidget(self.files, 1)
        self.body.addLayout(row)
        self.body.addWidget(self.heading)
        self.body.addWidget(self.script, 1)
        self.hide()

    def show_files(self, files: list[Path]) -> None:
        """Lists them with their sizes and shows the shortest script among them."""
        self._folder = files[0].parent if files else Path()
        self.note.setText("")
        found = (f"{file.name}  ·  {size(file.stat().st_size)}" for file in files if file.is_file())
        self.files.setText("\n".join((self.tr("In {0}").format(self._folder), *found)))
        script = shortest_script(files)
        for widget in (self.heading, self.script, self.copy):
            widget.setVisible(script is not None)
        if script is not None:
            self.heading.setText(self.tr("HOW TO USE IT: {0}").format(script.name))
            self.script.setPlainText(script.read_text(encoding="utf-8")[:LONGEST])
        self.show()

    def _button(self, name: str, words: str, symbol: str) -> QPushButton:
        button = QPushButton(icon(symbol), words)
        button.setObjectName(name)
        button.setAccessibleName(words)
        self.corner.addWidget(button)
        return button

    def _on_open(self) -> None:
        self.show_folder.emit(self._folder)

    def _on_copy(self) -> None:
        QApplication.clipboard().setText(self.script.toPlainText())


def shortest_script(files: list[Path]) -> Path | None:
    """The script that shows how to use an export; None where there is none."""
    by_name = {file.name: file for file in files}
    named = [by_name[name] for name in SHORTEST if name in by_name]
    return named[0] if named else None
