"""How the data is read and dealt out."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from engine.settings import AnyData, TableData, TextData
from gui.kit.cards import Card, text
from gui.kit.forms import SettingsForm
from gui.pages.data.edits import change_data, change_role, change_split
from gui.pages.data.targets import MoreTargets
from gui.shared.context import Context


class FormCard(Card):
    """Target, size of pictures or vocabulary, split. What cannot be is said at the field."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("How it is read"))
        self._document = context.document
        self._columns: tuple[str, ...] = ()
        self._listed: tuple[str, ...] = ()
        self.target = QComboBox()
        self.target.setObjectName("data.target")
        self.target.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.target.setAccessibleName(self.tr("Column to predict"))
        self.target.textActivated.connect(self._on_target_activated)
        self._target_row = QWidget()
        row = QHBoxLayout(self._target_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(text(self.tr("Predict")), 1)
        row.addWidget(self.target, 2)
        self.form, self.split = SettingsForm("data", self), SettingsForm("data.split", self)
        self.form.edited.connect(self._on_form_edited)
        self.split.edited.connect(self._on_split_edited)
        self.more = MoreTargets(context.document)
        self.body.addWidget(self._target_row)
        self.body.addWidget(self.more)
        self.body.addWidget(self.form)
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
        self._target_row.setVisible(_has_target(data))
        self.more.show_columns(self._columns)
        wanted = getattr(data, "target", "")
        names = self._columns if wanted in self._columns else (wanted, *self._columns)
        if names != self._listed:
            self._listed = names
            self.target.clear()
            self.target.addItems(list(names))
        self.target.setCurrentText(wanted)
        self.form.show_settings(data, self._fields(data) if isinstance(data, TableData) else None)
        self.split.show_settings(data.split)

    def _fields(self, data: TableData) -> tuple[str, ...]:
        """What matters: the scale of numbers to predict, sizes of pictures and texts where there are such columns."""
        facts = self._document.facts
        barred = {data.target, *data.more_targets, *data.ignored}
        roles = {role for name, role in data.roles.items() if name not in barred}
        scaled = facts is None or any(target.kind == "number" for target in facts.targets)
        return (
            "answer",
            *(("scale_target",) if scaled and data.answer == "target" else ()),
            *(("picture_width", "picture_height", "picture_colour") if "picture" in roles else ()),
            *(("vocabulary", "length") if "text" in roles else ()),
        )

    def _on_target_activated(self, name: str) -> None:
        if isinstance(self._document.project.data, TableData):
            change_role(self._document, name, "target", "")
        else:
            change_data(self._document, "target", name)

    def _on_form_edited(self, field: str, value: object) -> None:
        refused = change_data(self._document, field, value)
        self.form.set_errors({field: refused} if refused else {})

    def _on_split_edited(self, field: str, value: object) -> None:
        refused = change_split(self._document, field, value)
        self.split.set_errors({field: refused} if refused else {})


def _has_target(data: AnyData) -> bool:
    """Whether a column is to be chosen."""
    if isinstance(data, TableData):
        return data.answer == "target"
    return isinstance(data, TextData) and bool(data.column) and data.answer == "class"
