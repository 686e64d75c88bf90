"""Layers on the system's clipboard, as text."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtGui import QGuiApplication

from engine import clips, rewiring
from engine.errors import EngineError
from gui.pages.canvas.editing.bench import Bench, translated, without


class Clipboard:
    """Cuts, copies and pastes."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def copy(self, paths: Collection[str]) -> bool:
        """Puts layers on the clipboard as text; False where there are none."""
        where = self._bench.together(paths)
        if where is None:
            return False
        parent, ids = where
        layers = clips.cut_out(rewiring.stack_at(self._bench.network, parent), ids)
        if layers:
            QGuiApplication.clipboard().setText(clips.to_text(layers))
        return bool(layers)

    def cut(self, paths: Collection[str]) -> None:
        """Copies layers and deletes them."""
        where = self._bench.together(paths)
        if where is not None and self.copy(paths):
            parent, ids = where
            self._bench.change(
                self._bench.named(translated("Cut {0}"), paths), parent, lambda stack: without(stack, ids)
            )

    def paste(self) -> None:
        """Puts the layers on the clipboard below the chosen one; says why where there are none."""
        try:
            layers = clips.from_text(QGuiApplication.clipboard().text())
        except EngineError as error:
            self._bench.refused.emit(error)
            return
        what = layers[0].label if len(layers) == 1 else translated("{0} layers").format(len(layers))
        self._bench.put_in(translated("Paste {0}").format(what), layers, self._bench.place_gap())
