"""How the data is read and dealt out."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.data.feature.base import InputFeature
from engine.data.feature.ignored import Ignored
from engine.data.settings import CLASS, DataSettings
from gui.kit.cards import Card, clear, text
from gui.kit.forms import SettingsForm
from gui.pages.data.edits import (
    TARGET,
    ask_for_itself,
    change_column,
    change_data,
    change_role,
    change_split,
)
from gui.pages.data.targets import MoreTargets
from gui.shared.context import Context

ITSELF = "itself"


class FormCard(Card):
    """What is asked for, size of pictures and texts, split. What cannot be is said at the field."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("How it is read"))
        self._document = context.document
        self._columns: tuple[str, ...] = ()
        self._listed: tuple[str, ...] = ()
        self.answer, self.target = _combo("data.answer"), _combo("data.target")
        self.answer.setAccessibleName(self.tr("Asked for"))
        self.answer.currentIndexChanged.connect(self._on_answer_changed)
        self.target.setAccessibleName(self.tr("Column to predict"))
        self.target.textActivated.connect(self._on_target_activated)
        self._target_row = _row(text(self.tr("Predict")), self.target)
        self.form, self.split = SettingsForm("data", self), SettingsForm("data.split", self)
        self.form.edited.connect(self._on_form_edited)
        self.split.edited.connect(self._on_split_edited)
        self.more = MoreTargets(context.document)
        self.columns = ColumnForms(context)
        for widget in (_row(text(self.tr("Asked for")), self.answer), self._target_row, self.more, self.form):
            self.body.addWidget(widget)
        self.body.addWidget(self.columns)
        self.body.addWidget(text(self.tr("SPLIT"), "group"))
        self.body.addWidget(self.split)
        self._document.changed.connect(self._on_document_changed)
        self._on_document_changed()

    def show_columns(self, names: tuple[str, ...]) -> None:
        """The columns to choose the target from; none for folders."""
        self._columns = names
        self._on_document_changed()

    def _on_document_changed(self) -> None:
        data = self._document.project.data
        self.setVisible(data is not None)
        if data is None:
            return
        self._show_answers(data)
        self._target_row.setVisible(bool(data.targets) and not data.of_files)
        self.more.show_columns(self._columns)
        wanted = data.targets[0] if data.targets else ""
        names = self._columns if wanted in self._columns else (wanted, *self._columns)
        if names != self._listed:
            self._listed = names
            self.target.clear()
            self.target.addItems(list(names))
        self.target.setCurrentText(wanted)
        facts = self._document.facts
        numbers = facts is None or any(target.kind == "number" for target in facts.targets)
        scaled = numbers and bool(data.targets) and not data.of_files
        self.form.setVisible(scaled)
        self.form.show_settings(data, ("scale_target",) if scaled else ())
        self.columns.show_data(data)
        self.split.show_settings(data.split)

    def _show_answers(self, data: DataSettings) -> None:
        """What can be asked for: a column or the class, or what goes in itself."""
        target = self.tr("The class of each") if data.of_files else self.tr("A column")
        itself = self.tr("The next word") if data.words_alone else self.tr("The input itself")
        offered = [(target, TARGET), (itself, ITSELF)]
        with QSignalBlocker(self.answer):
            for place, (words, value) in enumerate(offered):
                if place == self.answer.count():
                    self.answer.addItem(words, value)
                self.answer.setItemText(place, words)
            self.answer.setCurrentIndex(0 if data.targets else 1)

    def _on_answer_changed(self, place: int) -> None:
        data = self._document.project.data
        if data is None:
            return
        if self.answer.itemData(place) == ITSELF:
            ask_for_itself(self._document)
            return
        left_out = [name for name in self._columns if isinstance(data.told(name), Ignored)]
        name = data.split.alike or next(iter((left_out or list(self._columns))[-1:]), CLASS)
        change_role(self._document, name, TARGET, "")

    def _on_target_activated(self, name: str) -> None:
        change_role(self._document, name, TARGET, "")

    def _on_form_edited(self, field: str, value: object) -> None:
        refused = change_data(self._document, field, value)
        self.form.set_errors({field: refused} if refused else {})

    def _on_split_edited(self, field: str, value: object) -> None:
        refused = change_split(self._document, field, value)
        self.split.set_errors({field: refused} if refused else {})


class ColumnForms(QWidget):
    """What can be set of files and texts, which are one column: a form for it."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = context.document
        self._forms: dict[str, SettingsForm] = {}
        self._shown: dict[str, InputFeature] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def show_data(self, data: DataSettings) -> None:
        """Other settings of the columns, or other columns."""
        shown = {
            name: told
            for name, told in data.columns.items()
            if isinstance(told, InputFeature) and (data.of_files or name in data.inputs)
        }
        if list(shown) != list(self._forms):
            self._make(list(shown))
        self._shown = shown
        for name, told in shown.items():
            self._forms[name].show_settings(told, told.asked)
        self.setVisible(bool(shown))

    def _make(self, names: list[str]) -> None:
        clear(self._column)
        self._forms = {}
        for name in names:
            form = self._forms[name] = SettingsForm(f"data.{name}", self)
            form.edited.connect(partial(self._on_edited, name))
            self._column.addWidget(text(name.upper(), "group"))
            self._column.addWidget(form)

    def _on_edited(self, name: str, field: str, value: object) -> None:
        refused = change_column(self._document, name, self._shown[name], field, value)
        self._forms[name].set_errors({field: refused} if refused else {})


def _combo(name: str) -> QComboBox:
    combo = QComboBox()
    combo.setObjectName(name)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return combo


def _row(label: QLabel, editor: QWidget) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.addWidget(label, 1)
    line.addWidget(editor, 2)
    return row
