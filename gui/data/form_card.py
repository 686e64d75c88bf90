"""How the data is read and dealt out, and what came of it."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from engine.facts import DataFacts
from engine.settings import TableData, TextData
from gui.cards import Bars, Card, Tile, text
from gui.context import Context
from gui.data.edits import change_data, change_split
from gui.forms import SettingsForm


class FormCard(Card):
    """Target, size of pictures or vocabulary, split. What cannot be is said at the field."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("How it is read"))
        self._document = context.document
        self._columns: tuple[str, ...] = ()
        self.target = QComboBox()
        self.target.setObjectName("data.target")
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
        self.body.addWidget(self._target_row)
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
        data, facts = self._document.project.data, self._document.facts
        self.setVisible(data is not None)
        if data is None:
            return
        has_target = isinstance(data, TableData) or (isinstance(data, TextData) and bool(data.column))
        self._target_row.setVisible(has_target)
        wanted = getattr(data, "target", "")
        names = self._columns if wanted in self._columns else (wanted, *self._columns)
        if [self.target.itemText(index) for index in range(self.target.count())] != list(names):
            self.target.clear()
            self.target.addItems(list(names))
        self.target.setCurrentText(wanted)
        classes = facts is not None and facts.target.kind == "classes"
        only = ("scale_target",) if isinstance(data, TableData) else None
        self.form.show_settings(data, only)
        self.form.setVisible(not (isinstance(data, TableData) and classes))
        self.split.show_settings(data.split)

    def _on_target_activated(self, name: str) -> None:
        change_data(self._document, "target", name)

    def _on_form_edited(self, field: str, value: object) -> None:
        refused = change_data(self._document, field, value)
        self.form.set_errors({field: refused} if refused else {})

    def _on_split_edited(self, field: str, value: object) -> None:
        refused = change_split(self._document, field, value)
        self.split.set_errors({field: refused} if refused else {})


class OutcomeCard(Card):
    """Examples of each split and class, and what was found while preparing."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("What came of it"))
        self._document = context.document
        self.tiles = {
            "train": Tile(self.tr("to train on")),
            "validation": Tile(self.tr("to validate")),
            "test": Tile(self.tr("to test")),
        }
        row = QHBoxLayout()
        row.setSpacing(6)
        for tile in self.tiles.values():
            row.addWidget(tile)
        self.input = text("", "dim", wrap=True)
        self.classes = text(self.tr("EXAMPLES OF EACH CLASS"), "group")
        self.bars = Bars()
        self.bars.setObjectName("data.balance")
        self.bars.setAccessibleName(self.tr("Examples of each class"))
        self.notes_title = text(self.tr("FOUND WHILE READING"), "group")
        self.notes = text("", "", wrap=True)
        self.notes.setObjectName("data.notes")
        self.body.addLayout(row)
        for widget in (self.input, self.classes, self.bars, self.notes_title, self.notes):
            self.body.addWidget(widget)
        self._document.changed.connect(self._on_document_changed)
        self._on_document_changed()

    def _on_document_changed(self) -> None:
        facts = self._document.facts
        self.setVisible(facts is not None)
        if facts is None:
            return
        for name, tile in self.tiles.items():
            tile.show_value(f"{getattr(facts, name):,}")
        self.input.setText(self._example(facts))
        self.bars.show_rows(list(zip(facts.target.classes, facts.class_counts, strict=False)))
        for widget in (self.classes, self.bars):
            widget.setVisible(bool(facts.class_counts))
        self.notes.setText("\n".join(f"• {note}." for note in facts.notes))
        for widget in (self.notes_title, self.notes):
            widget.setVisible(bool(facts.notes))

    def _example(self, facts: DataFacts) -> str:
        sizes = facts.input.short
        words = {
            "table": self.tr("Each example is {0} numbers; the answer is {1}."),
            "images": self.tr("Each example is {0} numbers (colours × height × width); the answer is {1}."),
            "text": self.tr("Each example is {0} words; the answer is {1}."),
        }
        return words[facts.kind].format(sizes, facts.target.name)
