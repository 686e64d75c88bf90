"""How one layer learns, where that differs from the rest: frozen, faster or slower, with a price on its weights."""

from __future__ import annotations

from pydantic import ValidationError
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from engine.layers import Block
from engine.layers.base import Learning
from gui.kit.fold import Fold
from gui.kit.forms import SettingsForm, refusal
from gui.pages.inspector.place import Place

PLAIN = Learning()


class LearningFold(Fold):
    """A fold called `inspector.learning`; hidden for layers that have nothing to learn.

    Signals:
        edited: the Learning that the person wants.
    """

    edited = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("inspector.learning", parent.tr("Learning"), parent)
        self.form = SettingsForm("inspector.learning", self)
        self._shown = PLAIN
        self.body.addWidget(self.form)
        self.form.edited.connect(self._on_edited)

    def show_place(self, place: Place, weights: int) -> None:
        """Shows how the layer there learns; `weights`: how many numbers of its own training changes."""
        self._shown = place.layer.learning
        self.form.show_settings(self._shown)
        self.form.set_errors({})
        self.setVisible(weights > 0 or isinstance(place.layer, Block) or self._shown != PLAIN)
        self.say(self._words_of(self._shown))

    def _words_of(self, learning: Learning) -> str:
        if learning.frozen:
            return self.tr("frozen")
        said = [self.tr("rate × {0}").format(f"{learning.rate:g}")] if learning.rate != PLAIN.rate else []
        return ", ".join((*said, *(name.upper() for name in ("l1", "l2") if getattr(learning, name))))

    def _on_edited(self, field: str, value: object) -> None:
        try:
            changed = self._shown.changed(**{field: value})
        except ValidationError as error:
            self.form.set_errors({field: refusal(error)})
            return
        self.edited.emit(changed)
