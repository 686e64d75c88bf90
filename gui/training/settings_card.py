"""How the network will be trained, as a form; every edit goes through the document."""

from __future__ import annotations

from functools import partial
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QWidget

from engine.choices.losses import LOSSES
from engine.choices.metrics import METRICS
from engine.choices.optimizers import OPTIMIZERS
from engine.choices.schedules import SCHEDULES
from gui.cards import Card, text
from gui.document import Document
from gui.forms import ChoiceForm, SettingsForm

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
        self._add(self.tr("LOSS"), self._loss)
        self._add(self.tr("OPTIMIZER"), self._optimizer)
        self._add(self.tr("SCHEDULE OF THE LEARNING RATE"), self._schedule)
        self._add(self.tr("MEASURED AFTER EACH EPOCH"), self._metrics)
        self._add(self.tr("MACHINE"), self._machine)
        for field, choice in self._choices().items():
            choice.chosen.connect(partial(self._on_edited, field))
        for form in (self._length, self._metrics, self._machine):
            form.edited.connect(self._on_edited)
        document.changed.connect(self._on_document_changed)
        self._on_document_changed()

    def _choices(self) -> dict[str, ChoiceForm]:
        return {"loss": self._loss, "optimizer": self._optimizer, "schedule": self._schedule}

    def _add(self, title: str, form: QWidget) -> None:
        self.body.addSpacing(4)
        self.body.addWidget(text(title, "group"))
        self.body.addWidget(form)

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
        self._bar_unsuitable()

    def _bar_unsuitable(self) -> None:
        """What does not suit the target stays in sight, greyed, and says why."""
        facts = self._document.facts
        target = facts.target.kind if facts else None
        combo = self._loss.findChild(QComboBox, "training.loss")
        model = combo.model() if combo is not None else None
        if isinstance(model, QStandardItemModel):
            for row, loss in enumerate(LOSSES):
                fits = target is None or target in loss.suits
                model.item(row).setEnabled(fits)
                model.item(row).setToolTip(loss.about() if fits else self._reason(target))
        for name, metric in METRICS.items():
            box = self._metrics.findChild(QWidget, f"training.metrics.{name}")
            if box is not None:
                chosen = name in self._document.project.training.metrics
                fits = target in (None, metric.suits)
                box.setEnabled(fits or chosen)
                box.setToolTip(metric.about if fits else self._reason(target))

    def _reason(self, target: str | None) -> str:
        if target == "number":
            return self.tr("Needs classes, but the target is a number")
        return self.tr("Needs a number, but the target has classes")

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
