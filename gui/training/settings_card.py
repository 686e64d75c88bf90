"""How the network will be trained, as a form; every edit goes through the document."""

from __future__ import annotations

from functools import partial
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from engine.choices.losses import LOSSES
from engine.choices.optimizers import OPTIMIZERS
from engine.choices.schedules import SCHEDULES
from engine.settings import Head
from gui.cards import Card, text
from gui.document import Document
from gui.forms import ChoiceForm, SettingsForm
from gui.training.heads_form import HeadsForm
from gui.training.suiting import bar_losses, bar_metrics

LENGTH = ("epochs", "batch_size")
MACHINE = ("seed", "device", "threads")


class SettingsCard(Card):
    """Length, loss, optimizer, schedule, metrics and machine; what does not suit the target is shown but barred."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Settings"))
        self._document = document
        self._loss = ChoiceForm("training.loss", LOSSES, self)
        self._optimizer = ChoiceForm("training.optimizer", OPTIMIZERS, self)
        self._schedule = ChoiceForm("training.schedule", SCHEDULES, self)
        self._length, self._metrics, self._machine = (SettingsForm("training", self) for _ in range(3))
        self._add(self.tr("LENGTH"), self._length)
        self._loss_title = self._add(self.tr("LOSS"), self._loss)
        self._heads = HeadsForm(self)
        self.body.addWidget(self._heads)
        self._add(self.tr("OPTIMIZER"), self._optimizer)
        self._add(self.tr("SCHEDULE OF THE LEARNING RATE"), self._schedule)
        self._add(self.tr("MEASURED AFTER EACH EPOCH"), self._metrics)
        self._add(self.tr("MACHINE"), self._machine)
        for field, choice in self._choices().items():
            choice.chosen.connect(partial(self._on_edited, field))
        for form in (self._length, self._metrics, self._machine):
            form.edited.connect(self._on_edited)
        self._heads.edited.connect(self._on_head_edited)
        document.changed.connect(self._on_document_changed)
        self._on_document_changed()

    def _choices(self) -> dict[str, ChoiceForm]:
        return {"loss": self._loss, "optimizer": self._optimizer, "schedule": self._schedule}

    def _add(self, title: str, form: QWidget) -> QLabel:
        label = text(title, "group", wrap=True)
        self.body.addSpacing(4)
        self.body.addWidget(label)
        self.body.addWidget(form)
        return label

    def _on_document_changed(self) -> None:
        training = self._document.project.training
        for field, choice in self._choices().items():
            choice.show_choice(getattr(training, field))
        rate = self._optimizer.findChild(QWidget, "training.optimizer.learning_rate")
        if rate is not None:
            rate.setObjectName("training.learning_rate")
        self._length.show_settings(training, LENGTH)
        self._metrics.show_settings(training, ("metrics",))
        self._machine.show_settings(training, MACHINE)
        self._show_targets()

    def _show_targets(self) -> None:
        """The losses are named after several targets; what does not suit them stays in sight, greyed, and says why."""
        facts, project = self._document.facts, self._document.project
        targets = facts.targets if facts else ()
        found = [facts.target_of(output.target) for output in project.network.outputs] if facts else []
        self._heads.show_targets(targets, frozenset(one.name for one in found if one), project.training)
        one = len(targets) < 2
        self._loss_title.setText(self.tr("LOSS") if one else self.tr("LOSS OF {0}").format(targets[0].name))
        words = self.tr("Loss") if one else self.tr("Loss of {0}").format(targets[0].name)
        self._loss.combo.setAccessibleName(words)
        bar_losses(self._loss.combo, targets[0].kind if targets else None)
        bar_metrics(self._metrics, {target.kind for target in targets}, project.training.metrics)

    def _on_head_edited(self, target: str, head: Head) -> None:
        project = self._document.project
        change = project.changed(training=project.training.changed(heads={**project.training.heads, target: head}))
        self._document.edit(self.tr("Set loss of {0}").format(target), change, merge=f"training.heads.{target}")

    def _on_edited(self, field: str, value: Any) -> None:
        project = self._document.project
        try:
            training = project.training.changed(**{field: value})
        except ValidationError as error:
            message = error.errors()[0]["msg"]
            for form in (self._length, self._metrics, self._machine):
                if form.findChild(QWidget, f"training.{field}", Qt.FindChildOption.FindChildrenRecursively):
                    form.set_errors({field: message})
            return
        for form in (self._length, self._metrics, self._machine):
            form.set_errors({})
        name = field.replace("_", " ")
        change = project.changed(training=training)
        self._document.edit(self.tr("Set {0}").format(name), change, merge=f"training.{field}")
