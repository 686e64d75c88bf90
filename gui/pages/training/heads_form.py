"""Losses and weights of several targets: a group for each, named after it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.choices.losses import LOSSES, CrossEntropy
from engine.facts import Target
from engine.settings import Head, TrainingSettings
from gui.kit.cards import breakable, clear, pliant, text
from gui.kit.forms import ChoiceForm, SettingsForm
from gui.pages.training.suiting import bar_losses


class HeadForm(QWidget):
    """Loss and weight of one target. Controls are called `training.heads.TARGET` and `training.heads.TARGET.weight`.

    Signals:
        edited: as the person wants it (a Head).
    """

    edited = Signal(object)

    def __init__(self, target: Target, *, lossless: bool, parent: QWidget | None = None) -> None:
        """`lossless`: the loss is chosen elsewhere, only the weight is shown."""
        super().__init__(parent)
        self._target, self._head = target, Head(loss=CrossEntropy())
        name = f"training.heads.{target.name}"
        self.loss, self.weight = ChoiceForm(name, LOSSES, self), SettingsForm(name, self)
        self.loss.combo.setAccessibleName(self.tr("Loss of {0}").format(target.name))
        self.loss.setVisible(not lossless)
        bar_losses(self.loss.combo, target.kind)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.loss)
        column.addWidget(self.weight)
        self.loss.chosen.connect(partial(self._on_edited, "loss"))
        self.weight.edited.connect(self._on_edited)

    def show_head(self, head: Head) -> None:
        """Shows it without telling."""
        self._head = head
        self.loss.show_choice(head.loss)
        self.weight.show_settings(head, ("weight",))
        self.weight.editor("weight").setAccessibleName(self.tr("Weight of {0}").format(self._target.name))

    def _on_edited(self, field: str, value: object) -> None:
        self.edited.emit(self._head.changed(**{field: value}))


class HeadsForm(QWidget):
    """Hidden where there is one target. The first one's loss is not here: it is that of the training settings.

    Signals:
        edited: a target's name and its Head, as the person wants it.
    """

    edited = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Target, ...] = ()
        self._answered: frozenset[str] = frozenset()
        self._forms: list[HeadForm] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def show_targets(self, targets: Sequence[Target], answered: frozenset[str], training: TrainingSettings) -> None:
        """`answered`: names of the targets that the network has an output for; the others say that it has none."""
        several = tuple(targets) if len(targets) > 1 else ()
        if (several, answered) != (self._shown, self._answered):
            self._shown, self._answered = several, answered
            self._make()
        for place, (form, target) in enumerate(zip(self._forms, several, strict=True)):
            loss, weight = training.loss_of(target, first=place == 0)
            form.show_head(Head.model_validate({"loss": loss, "weight": weight}))
        self.setVisible(bool(several))

    def _make(self) -> None:
        clear(self._column)
        self._forms = []
        for place, target in enumerate(self._shown):
            form = HeadForm(target, lossless=place == 0)
            form.edited.connect(partial(self.edited.emit, target.name))
            words = self.tr("LOSS OF {0}").format(target.name) if place else ""
            if target.name not in self._answered:
                words = self.tr("LOSS OF {0}, WHICH NO OUTPUT ANSWERS").format(target.name)
            if words:
                self._column.addWidget(pliant(text(breakable(words), "group", wrap=True)))
            self._column.addWidget(form)
            self._forms.append(form)
