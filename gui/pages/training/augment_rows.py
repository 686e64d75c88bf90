"""One augmentation of the project: its name, its settings, and what is to be said of it."""

from __future__ import annotations

from functools import partial
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.analysis import Problem
from engine.choices.augmentations import Augmentation
from gui.kit.cards import breakable, clear, pliant, text
from gui.kit.elided import ElidedButton
from gui.kit.forms import SettingsForm, refusal
from gui.kit.icons import icon
from gui.kit.style import look


class AugmentationRow(QWidget):
    """Editors are called `training.augment.KIND.FIELD`, the button that takes it out `training.augment.KIND.remove`.

    Signals:
        edited: the field that was changed, and the augmentation as the person wants it.
        removed: it shall go.
        cured: a fix of its problem was chosen.
    """

    edited = Signal(str, object)
    removed = Signal()
    cured = Signal(object)

    def __init__(self, augmentation: Augmentation, parent: QWidget) -> None:
        super().__init__(parent)
        self._augmentation = augmentation
        name = f"training.augment.{augmentation.kind}"
        self.setObjectName(name)
        title = text(augmentation.title.upper(), "group")
        title.setToolTip(augmentation.about())
        remove = QPushButton()
        remove.setIcon(icon("close", "dim"))
        remove.setIconSize(QSize(12, 12))
        remove.setFixedSize(26, 24)
        look(remove, "icon")
        remove.setObjectName(f"{name}.remove")
        words = self.tr("Take {0} out").format(augmentation.title)
        remove.setAccessibleName(words)
        remove.setToolTip(words)
        remove.clicked.connect(self.removed)
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(remove)
        self._form = SettingsForm(name, self)
        self._form.edited.connect(self._on_edited)
        self._says = pliant(text("", "warning", wrap=True))
        self._says.setObjectName(f"{name}.says")
        self._fixes = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self._says)
        column.addLayout(self._fixes)
        column.addWidget(self._form)
        self._problem: Problem | None = None
        self._says.hide()

    def show_augmentation(self, augmentation: Augmentation, problem: Problem | None) -> None:
        """Shows its values, and what keeps it from doing something, without telling."""
        self._augmentation = augmentation
        self._form.show_settings(augmentation)
        self._form.set_errors({})
        if problem != self._problem:
            self._problem = problem
            self._show_problem()

    def _show_problem(self) -> None:
        clear(self._fixes)
        problem = self._problem
        self._says.setVisible(problem is not None)
        if problem is None:
            return
        self._says.setText(breakable(problem.message))
        for number, fix in enumerate(problem.fixes):
            button = ElidedButton(fix.text, self)
            button.setToolTip(fix.text)
            button.setObjectName(f"{self.objectName()}.fix.{number}")
            button.setAccessibleName(fix.text)
            button.clicked.connect(partial(self._on_cured, fix))
            self._fixes.addWidget(button)

    def _on_cured(self, fix: object, *_: object) -> None:
        self.cured.emit(fix)

    def _on_edited(self, field: str, value: Any) -> None:
        try:
            changed = self._augmentation.changed(**{field: value})
        except ValidationError as error:
            self._form.set_errors({field: refusal(error)})
            return
        self._form.set_errors({})
        self.edited.emit(field, changed)
