"""Keys of the canvas: one table from a key to what it does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from gui.pages.canvas.gestures.walking import Walker

if TYPE_CHECKING:
    from gui.pages.canvas.view import CanvasView

K, Modifier = Qt.Key, Qt.KeyboardModifier
NONE, CTRL, SHIFT, ALT = Modifier.NoModifier, Modifier.ControlModifier, Modifier.ShiftModifier, Modifier.AltModifier
FAR = 1_000_000  # steps: to the very end

Table = dict[tuple[Qt.Key, Qt.KeyboardModifier], Callable[[], object]]


class Keys:
    """Does what a key stands for. What stands for nothing here, letters above all, goes on to the page."""

    def __init__(self, view: CanvasView) -> None:
        self._table = {**_walking(view), **_editing(view), **_looking(view)}

    def act(self, event: QKeyEvent) -> bool:
        """False where the key stands for nothing."""
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Modifier.KeypadModifier
        action = self._table.get((key, modifiers))
        if action is not None:
            action()
        return action is not None


def _walking(view: CanvasView) -> Table:
    chosen, walker = view.selection, Walker(view)
    return {
        (K.Key_Down, NONE): partial(walker.go, "down"),
        (K.Key_Up, NONE): partial(walker.go, "up"),
        (K.Key_Right, NONE): walker.right,
        (K.Key_Left, NONE): walker.left,
        (K.Key_Space, NONE): walker.toggle,
        (K.Key_Home, NONE): lambda: chosen.step(-FAR),
        (K.Key_End, NONE): lambda: chosen.step(FAR),
        (K.Key_Down, SHIFT): lambda: chosen.step(1, extend=True),
        (K.Key_Up, SHIFT): lambda: chosen.step(-1, extend=True),
        (K.Key_A, CTRL): chosen.choose_all,
        (K.Key_Escape, NONE): view.pointer.escape,
        (K.Key_Return, NONE): view.settings_asked.emit,
        (K.Key_Enter, NONE): view.settings_asked.emit,
    }


def _editing(view: CanvasView) -> Table:
    chosen, edits, undo_stack = view.selection, view.edits, view.edits.document.undo_stack
    return {
        (K.Key_Down, ALT): lambda: edits.step(chosen.movable, 1),
        (K.Key_Up, ALT): lambda: edits.step(chosen.movable, -1),
        (K.Key_Delete, NONE): lambda: edits.remove(chosen.removable),
        (K.Key_Backspace, NONE): lambda: edits.remove(chosen.removable),
        (K.Key_X, CTRL): lambda: edits.cut(chosen.movable),
        (K.Key_C, CTRL): lambda: edits.copy(chosen.movable),
        (K.Key_V, CTRL): edits.paste,
        (K.Key_D, CTRL): lambda: edits.duplicate(chosen.movable),
        (K.Key_G, CTRL): lambda: edits.make_block(chosen.movable),
        (K.Key_G, CTRL | SHIFT): lambda: edits.ungroup(chosen.current),
        (K.Key_B, CTRL): lambda: edits.branch(chosen.current),
        (K.Key_Insert, NONE): lambda: view.insert_asked.emit(edits.place_gap()),
        (K.Key_Z, CTRL): undo_stack.undo,
        (K.Key_Z, CTRL | SHIFT): undo_stack.redo,
        (K.Key_Y, CTRL): undo_stack.redo,
    }


def _looking(view: CanvasView) -> Table:
    return {
        (K.Key_Plus, CTRL): view.zoom_in,
        (K.Key_Plus, CTRL | SHIFT): view.zoom_in,
        (K.Key_Equal, CTRL): view.zoom_in,
        (K.Key_Minus, CTRL): view.zoom_out,
        (K.Key_0, CTRL): view.zoom_off,
        (K.Key_9, CTRL): view.fit,
    }
