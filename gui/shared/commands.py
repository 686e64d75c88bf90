"""What can be asked of the open document wherever it is worked on: undo and redo."""

from __future__ import annotations

from gui.document import Document
from gui.kit.commands import Command, lowered, noop, translated


def _undo_text(document: Document) -> str:
    return translated("&Undo {0}").format(lowered(document.undo_stack.undoText())).rstrip()


def _redo_text(document: Document) -> str:
    return translated("&Redo {0}").format(lowered(document.undo_stack.redoText())).rstrip()


COMMANDS: tuple[Command[Document], ...] = (
    Command(
        "edit.undo",
        noop("&Undo"),
        "Ctrl+Z",
        lambda document: document.undo_stack.undo(),
        lambda document: document.undo_stack.canUndo(),
        "undo",
        _undo_text,
    ),
    Command(
        "edit.redo",
        noop("&Redo"),
        "Ctrl+Shift+Z",
        lambda document: document.undo_stack.redo(),
        lambda document: document.undo_stack.canRedo(),
        "redo",
        _redo_text,
        here=("Ctrl+Y",),
    ),
)
