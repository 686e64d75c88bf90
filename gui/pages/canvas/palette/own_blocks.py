"""The person's own blocks in the palette: keeping one, renaming it, taking it away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from engine.errors import EngineError, FileError
from engine.layers import Block
from gui.library import Library
from gui.pages.canvas.palette.offers import Offer, groups
from gui.pages.canvas.palette.panel import Palette


class Keeper(QWidget):
    """Fills palettes from the library, and asks for names. It has no looks of its own.

    Signals:
        refused: the EngineError that says why something cannot be done, or which file was skipped.
    """

    refused = Signal(object)

    def __init__(self, library: Library, palettes: tuple[Palette, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._library, self._palettes = library, palettes
        self._skipped: tuple[str, ...] = ()
        self.hide()
        library.changed.connect(self.refresh)
        for palette in palettes:
            palette.asked.connect(self._on_asked)
        self.refresh()

    def refresh(self) -> None:
        """Reads the folder again; a damaged file is left out and said once."""
        kept, skipped = self._library.read()
        for palette in self._palettes:
            palette.offer(groups(kept))
        if skipped and skipped != self._skipped:
            self.refused.emit(EngineError(" ".join(f"{sentence}." for sentence in skipped).removesuffix(".")))
        self._skipped = skipped

    def keep(self, block: Block) -> None:
        """Asks for a name and saves the block under it."""
        title = self.tr("Save to library")
        self._ask(title, self._library.free_name(block.label), lambda name: self._library.save(name, block))

    def _on_asked(self, offer: Offer, at: QPoint) -> None:
        menu = QMenu(self.parentWidget())
        menu.setObjectName("library.menu")
        menu.aboutToHide.connect(menu.deleteLater)
        rename = menu.addAction(self.tr("Rename…"))
        rename.setObjectName("library.menu.rename")
        rename.triggered.connect(partial(self._rename, offer))
        remove = menu.addAction(self.tr("Remove from library"))
        remove.setObjectName("library.menu.remove")
        remove.triggered.connect(partial(self._try, partial(self._library.remove, offer.own)))
        menu.popup(at)

    def _rename(self, offer: Offer) -> None:
        self._ask(self.tr("Rename block"), offer.title, lambda name: self._library.rename(offer.own, name))

    def _ask(self, title: str, name: str, then: Callable[[str], object]) -> None:
        dialog = QInputDialog(self.window())
        dialog.setObjectName("library.name")
        dialog.setWindowTitle(title)
        dialog.setLabelText(self.tr("Name"))
        dialog.setTextValue(name)
        dialog.textValueSelected.connect(lambda text: self._try(partial(then, text)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _try(self, action: Callable[[], object]) -> None:
        try:
            action()
        except FileError as error:
            self.refused.emit(error)
