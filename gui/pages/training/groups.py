"""What stands together on the settings card, and one such group: what most people need, the rest behind "More"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from engine.choices.losses import LOSSES
from engine.choices.optimizers import OPTIMIZERS
from engine.choices.schedules import SCHEDULES
from engine.layers.base import Settings
from engine.settings import TrainingSettings
from gui.kit.cards import pliant, text
from gui.kit.fold import Fold
from gui.kit.forms import ChoiceForm, SettingsForm
from gui.settings import Preferences

OPEN = "training.more"  # preference: the groups whose More is open, with blanks between


@dataclass(frozen=True)
class Group:
    """Fields of the training settings, by name.

    Attributes:
        choice: a field that is one of several kinds, and `kinds` of it; "" where the group has none.
        usual: of its kind's own fields those in sight, where they are there; None: all of them.
        few: fields in sight.
        more: fields behind More.
    """

    name: str
    few: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    choice: str = ""
    kinds: tuple[type[Settings], ...] = ()
    usual: tuple[str, ...] | None = None


LENGTH = Group("length", ("epochs", "batch_size"), ("accumulate", "early_stopping", "keep_snapshots"))
LOSS = Group("loss", (), ("class_weights", "sampling"), "loss", LOSSES, usual=("delta", "margin"))
OPTIMIZER = Group(
    "optimizer",
    (),
    ("spare_norms", "clipping", "averaging"),
    "optimizer",
    OPTIMIZERS,
    usual=("learning_rate", "weight_decay", "momentum"),
)
SCHEDULE = Group("schedule", choice="schedule", kinds=SCHEDULES)
MEASURED = Group("measured", ("metrics", "best_by"))
MACHINE = Group("machine", ("device",), ("seed", "threads", "precision", "deterministic", "processes"))
GROUPS = (LENGTH, LOSS, OPTIMIZER, SCHEDULE, MEASURED, MACHINE)
"""From top to bottom; each titled field of TrainingSettings stands in one of them."""


class GroupForm(QWidget):
    """One group. Editors are called `training.FIELD`, its fold `training.more.GROUP`.

    Signals:
        edited: a field and its value as the person wants it.
    """

    edited = Signal(str, object)

    def __init__(self, group: Group, title: str, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.group, self._preferences = group, preferences
        self.title: QLabel = pliant(text(title, "group", wrap=True))
        self._few, self._more = SettingsForm("training", self), SettingsForm("training", self)
        self.choice: ChoiceForm | None = None
        self.fold = Fold(f"training.more.{group.name}", self.tr("More"), self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.title)
        if group.choice:
            self.choice = ChoiceForm(f"training.{group.choice}", group.kinds, self, usual=group.usual)
            self.choice.chosen.connect(partial(self.edited.emit, group.choice))
            column.addWidget(self.choice)
            self.fold.body.addWidget(self.choice.rest)
        column.addWidget(self._few)
        column.addWidget(self.fold)
        self.fold.body.addWidget(self._more)
        self._few.setVisible(bool(group.few))
        self._more.setVisible(bool(group.more))
        self.fold.setVisible(bool(group.more))
        self.fold.open(group.name in self._open_ones())
        self.fold.toggled.connect(self._on_toggled)
        for form in (self._few, self._more):
            form.edited.connect(self.edited)

    def show_settings(self, training: TrainingSettings) -> None:
        """Shows the values without telling; More says how many of its own are not as they were at first."""
        self._few.show_settings(training, self.group.few)
        self._more.show_settings(training, self.group.more)
        changed = differing(training, self.group.more)
        if self.choice is not None:
            choice: Settings = getattr(training, self.group.choice)
            self.choice.show_choice(choice)
            if self.group.usual is not None:
                changed += differing(choice, set(type(choice).model_fields) - {*self.group.usual, "kind"})
        self.fold.say(self.tr("{0} changed").format(changed) if changed else "")

    def set_errors(self, errors: Mapping[str, str]) -> None:
        """A red border and a sentence at these fields."""
        for form in (self._few, self._more):
            form.set_errors(errors)

    def _open_ones(self) -> set[str]:
        return set(self._preferences.text(OPEN, "").split())

    def _on_toggled(self, is_open: bool) -> None:
        ones = self._open_ones() - {self.group.name}
        self._preferences.put(OPEN, " ".join(sorted(ones | ({self.group.name} if is_open else set()))))


def differing(settings: Settings, fields: Any) -> int:
    """How many of these fields have another value than at first."""
    default = type(settings)()
    return sum(getattr(settings, name) != getattr(default, name) for name in fields)
