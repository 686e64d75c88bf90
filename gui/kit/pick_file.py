"""The system's dialog that asks for a file."""

from __future__ import annotations

from PySide6.QtWidgets import QCompleter, QFileDialog, QLineEdit, QWidget


def pick_file(parent: QWidget, title: str, start: str, kinds: str = "", *, save: bool = False) -> str:
    """Asks for a file and waits; `start` is a folder, with a name where one is proposed. "" where it was cancelled."""
    dialog = QFileDialog(parent, title, start, kinds)
    dialog.setObjectName("file.dialog")
    if save:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.selectFile(start)
    else:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    if name is not None:  # Qt's own dialog: its completer swallows Return after a whole path
        name.setCompleter(QCompleter(dialog))  # one that completes nothing
    chosen = dialog.selectedFiles() if dialog.exec() else []
    dialog.deleteLater()
    return chosen[0] if chosen else ""
