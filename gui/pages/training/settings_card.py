"""How the network will be trained, as a form; every edit goes through the document."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from PySide6.QtWidgets import QComboBox, QPushButton, QWidget

from engine.settings import Head
from gui.document import Document
from gui.kit.cards import Card, breakable
from gui.kit.forms import ChoiceForm, refusal
from gui.kit.forms.tabs import tab_as_seen
from gui.pages.training.groups import GROUPS, LOSS, OPTIMIZER, GroupForm
from gui.pages.training.heads_form import HeadsForm
from gui.pages.training.suiting import bar_class_fields, bar_deciders, bar_losses, bar_metrics
from gui.settings import Preferences


class SettingsCard(Card):
    """Length, loss, optimizer, schedule, metrics and machine; what does not suit the target is shown but barred.

    Attributes:
        find_rate: the button beside the learning rate, for the page to connect.
    """

    def __init__(self, document: Document, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Settings"))
        self._document = document
        titles = {
            "length": self.tr("LENGTH"),
            "loss": self.tr("LOSS"),
            "optimizer": self.tr("OPTIMIZER"),
            "schedule": self.tr("SCHEDULE OF THE LEARNING RATE"),
            "measured": self.tr("MEASURED AFTER EACH EPOCH"),
            "machine": self.tr("MACHINE"),
        }
        self._heads = HeadsForm(self)
        self._groups: dict[str, GroupForm] = {}
        for group in GROUPS:
            form = self._groups[group.name] = GroupForm(group, titles[group.name], preferences, self)
            form.edited.connect(self._on_edited)
            self.body.addWidget(form)
            if group is LOSS:
                self.body.addWidget(self._heads)
        self.find_rate = QPushButton(self.tr("Find…"))
        self.find_rate.setObjectName("training.find_rate")
        self.find_rate.setAccessibleName(self.tr("Find a learning rate"))
        self._choice(OPTIMIZER.name).form.put_beside("learning_rate", self.find_rate)
        self._heads.edited.connect(self._on_head_edited)
        document.changed.connect(self._on_document_changed)
        self._on_document_changed()

    def _choice(self, name: str) -> ChoiceForm:
        form = self._groups[name].choice
        assert form is not None
        return form

    def _on_document_changed(self) -> None:
        for group in self._groups.values():
            group.show_settings(self._document.project.training)
        self._choice(OPTIMIZER.name).form.editor("learning_rate").setObjectName("training.learning_rate")
        self._show_targets()
        tab_as_seen(self)  # rows may be new

    def _show_targets(self) -> None:
        """The losses are named after several targets; what does not suit them stays in sight, greyed, and says why."""
        facts, project, loss = self._document.facts, self._document.project, self._choice(LOSS.name)
        targets = facts.targets if facts else ()
        found = [facts.target_of(output.target) for output in project.network.outputs] if facts else []
        self._heads.show_targets(targets, frozenset(one.name for one in found if one), project.training)
        one = len(targets) < 2
        title = self.tr("LOSS") if one else self.tr("LOSS OF {0}").format(targets[0].name)
        self._groups[LOSS.name].title.setText(breakable(title))
        loss.combo.setAccessibleName(self.tr("Loss") if one else self.tr("Loss of {0}").format(targets[0].name))
        bar_losses(loss.combo, targets[0].kind if targets else None)
        kinds = {target.kind for target in targets}
        bar_metrics(self, targets, project.training.metrics)
        bar_class_fields(self, targets)
        best_by = self.findChild(QComboBox, "training.best_by")
        if best_by is not None:
            bar_deciders(best_by, kinds, project.training.best_by)

    def _on_head_edited(self, target: str, head: Head) -> None:
        project = self._document.project
        change = project.changed(training=project.training.changed(heads={**project.training.heads, target: head}))
        self._document.edit(self.tr("Set loss of {0}").format(target), change, merge=f"training.heads.{target}")

    def _on_edited(self, field: str, value: Any) -> None:
        project = self._document.project
        try:
            training = project.training.changed(**{field: value})
        except ValidationError as error:
            self._set_errors({field: refusal(error)})
            return
        self._set_errors({})
        name = field.replace("_", " ")
        change = project.changed(training=training)
        self._document.edit(self.tr("Set {0}").format(name), change, merge=f"training.{field}")

    def _set_errors(self, errors: dict[str, str]) -> None:
        for form in self._groups.values():
            form.set_errors(errors)
