"""A settings value as a form: a row for each field, made from the class. Forms and choices may hold each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from engine.layers.base import Settings
from gui.kit.forms.editors import PLAIN, WORDED, Combo, Words
from gui.kit.forms.fields import FieldSpec, Shape, described
from gui.kit.forms.words import WORDS
from gui.kit.style import look

LABEL_WIDTH = 92  # px


class SettingsForm(QWidget):
    """A row for each field: label, editor, unit, and a sentence below where something is wrong.

    Editors are called `prefix.field`. Fields without a title are left out unless `only` names them.

    Signals:
        edited: the person set a field (name) to a value.
    """

    edited = Signal(str, object)

    def __init__(self, prefix: str, parent: QWidget | None = None, *, words: Words = WORDS) -> None:
        super().__init__(parent)
        self._prefix, self._words = prefix, words
        self._made_for: tuple[type[Settings], tuple[str, ...] | None] | None = None
        self._settings: Settings | None = None
        self._editors: dict[str, Any] = {}
        self._errors: dict[str, QLabel] = {}
        self._beside: dict[str, QWidget] = {}
        self._body: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def show_settings(self, settings: Settings, only: Sequence[str] | None = None) -> None:
        """Shows the values without telling; rows are made anew only for another class or other fields."""
        wanted = (type(settings), None if only is None else tuple(only))
        self._settings = settings
        if self._made_for != wanted:
            self._make(described(type(settings), only))
            self._made_for = wanted
        for name, editor in self._editors.items():
            editor.show_value(getattr(settings, name))

    def editor(self, field: str) -> QWidget:
        """The editor of a field; KeyError where it is not shown."""
        widget: QWidget = self._editors[field]
        return widget

    def put_beside(self, field: str, widget: QWidget) -> None:
        """Before anything is shown: a widget right of a field's editor, wherever there is such a field."""
        self._beside[field] = widget
        widget.setParent(self)
        widget.hide()

    def set_errors(self, errors: Mapping[str, str]) -> None:
        """A red border and a sentence at these fields; none at the others."""
        for name in self._errors:
            self._set_error(name, errors.get(name, ""))

    def _make(self, specs: Sequence[FieldSpec]) -> None:
        for widget in self._beside.values():
            widget.setParent(self)  # the rows go, it stays
        if self._body is not None:
            self._body.hide()  # else a layout that was about to show it would make it a window of its own
            self._body.setParent(None)  # its names are free at once
            self._body.deleteLater()
        self._editors, self._errors = {}, {}
        self._body = QWidget(self)
        look(self._body, "clear")
        grid = QGridLayout(self._body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        for row, spec in enumerate(specs):
            self._add(grid, 3 * row, spec)
        self._column.addWidget(self._body)

    def _add(self, grid: QGridLayout, row: int, spec: FieldSpec) -> None:
        assert self._body is not None
        editor = self._editor_of(spec)
        editor.setObjectName(f"{self._prefix}.{spec.name}")
        editor.setAccessibleName(spec.title)
        limits = self.tr("Range: {0}").format(spec.limits) if spec.limits else ""
        about = ". ".join(part for part in (spec.about, limits) if part)
        label = QLabel(spec.title, self._body)
        label.setWordWrap(True)
        error = QLabel(self._body)
        error.setObjectName(f"{self._prefix}.{spec.name}.error")
        error.setWordWrap(True)
        error.hide()
        look(error, "danger")
        if spec.shape in (Shape.SETTINGS, Shape.SOME_OF):
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
        else:
            label.setBuddy(editor)
        for widget in (label, editor):
            widget.setToolTip(about)
        if spec.shape is Shape.SETTINGS:  # its rows line up with the others
            look(label, "dim")
            grid.addWidget(label, row, 0, 1, 3)
            grid.addWidget(editor, row + 1, 0, 1, 3)
        else:
            grid.addWidget(label, row, 0)
            grid.addWidget(editor, row, 1, 1, 1 if spec.name in self._beside else 2)
        if isinstance(editor, ChoiceEditor):  # its rows too: indented they would be wider than the column
            grid.addWidget(editor.form, row + 1, 0, 1, 3)
        if spec.name in self._beside:
            grid.addWidget(self._beside[spec.name], row, 2)
            self._beside[spec.name].show()
        grid.addWidget(error, row + 2, 0, 1, 3)
        self._editors[spec.name], self._errors[spec.name] = editor, error

    def _editor_of(self, spec: FieldSpec) -> QWidget:
        editor = make_editor(spec, self._body or self, f"{self._prefix}.{spec.name}", self._words)
        editor.moved.connect(partial(self.edited.emit, spec.name))
        if hasattr(editor, "refused"):
            editor.refused.connect(partial(self._set_error, spec.name))
        widget: QWidget = editor
        return widget

    def _set_error(self, name: str, text: str) -> None:
        show_refusal(self._errors[name], self._editors[name], text)


class NestedEditor(SettingsForm):
    """Settings inside settings: a form in the row.

    Signals:
        moved: the inner settings as the person wants them.
    """

    moved = Signal(object)

    def __init__(self, prefix: str, parent: QWidget, words: Words) -> None:
        super().__init__(prefix, parent, words=words)
        self.edited.connect(self._on_edited)

    def show_value(self, value: Settings) -> None:
        """Shows the inner settings without telling."""
        self.show_settings(value)

    def _on_edited(self, field: str, value: object) -> None:
        assert self._settings is not None
        try:
            changed = self._settings.changed(**{field: value})
        except ValidationError as error:
            self.set_errors({field: refusal(error)})
            return
        self.set_errors({})
        self._settings = changed
        self.moved.emit(changed)


class ChoiceForm(QWidget):
    """A combo called `prefix`, and below it the fields of the chosen kind, called `prefix.field`.

    Going back to a kind brings back its values.

    Signals:
        chosen: another kind, or the same with another value, as the person wants it.
    """

    chosen = Signal(object)

    def __init__(
        self,
        prefix: str,
        kinds: Sequence[type[Settings]],
        parent: QWidget | None = None,
        *,
        usual: Sequence[str] | None = None,
        words: Words = WORDS,
    ) -> None:
        """`usual`: fields that stand in the form where the kind has them; the others go into `rest`. None: all do."""
        super().__init__(parent)
        self._kinds, self._usual = tuple(kinds), usual
        self._remembered: dict[type[Settings], Settings] = {}
        self._choice: Settings | None = None
        self.combo = Combo(self)
        self.combo.setObjectName(prefix)
        self.combo.setAccessibleName(prefix.rpartition(".")[2].replace("_", " ").capitalize())
        for kind in self._kinds:
            self.combo.addItem(title_of(kind))
            self.combo.setItemData(self.combo.count() - 1, about_of(kind), Qt.ItemDataRole.ToolTipRole)
        self.form = SettingsForm(prefix, self, words=words)
        self.rest = SettingsForm(prefix, self, words=words)  # for whoever asks for it to put somewhere
        self.rest.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.combo)
        column.addWidget(self.form)
        self.combo.currentIndexChanged.connect(self._on_kind_changed)
        for form in (self.form, self.rest):
            form.edited.connect(self._on_edited)

    def show_choice(self, choice: Settings) -> None:
        """Shows a choice without telling."""
        self._choice = choice
        self._remembered[type(choice)] = choice
        with QSignalBlocker(self.combo):
            self.combo.setCurrentIndex(self._kinds.index(type(choice)))
        self.combo.setToolTip(about_of(type(choice)))
        names = [spec.name for spec in described(type(choice))]
        inside = names if self._usual is None else [name for name in names if name in self._usual]
        self.form.show_settings(choice, inside)
        self.form.setVisible(bool(inside))
        self.rest.show_settings(choice, [name for name in names if name not in inside])
        self.rest.setVisible(len(inside) < len(names))

    def set_errors(self, errors: Mapping[str, str]) -> None:
        """A red border and a sentence at these fields of the chosen kind."""
        self.form.set_errors(errors)
        self.rest.set_errors(errors)

    def _on_kind_changed(self, index: int) -> None:
        kind = self._kinds[index]
        choice = self._remembered.get(kind) or kind()
        self.show_choice(choice)
        self.chosen.emit(choice)

    def _on_edited(self, field: str, value: object) -> None:
        assert self._choice is not None
        try:
            changed: Settings = self._choice.changed(**{field: value})
        except ValidationError as error:
            self.set_errors({field: refusal(error)})
            return
        self.set_errors({})
        self._choice = self._remembered[type(changed)] = changed
        self.chosen.emit(changed)


class ChoiceEditor(ChoiceForm):
    """A choice as one row of a form."""

    moved = Signal(object)

    def __init__(self, prefix: str, kinds: Sequence[type[Settings]], parent: QWidget, words: Words) -> None:
        super().__init__(prefix, kinds, parent, words=words)
        self.chosen.connect(self.moved)

    def show_value(self, value: Any) -> None:
        """Shows a choice without telling."""
        self.show_choice(value)


def refusal_of(editor: Any, parent: QWidget) -> QLabel:
    """For a number outside of forms: a sentence, to be put below it, with why what is typed cannot be."""
    label = QLabel(parent)
    label.setObjectName(f"{editor.objectName()}.error")
    label.setWordWrap(True)
    label.hide()
    look(label, "danger")
    editor.refused.connect(partial(show_refusal, label, editor))
    return label


def show_refusal(label: QLabel, editor: QWidget, text: str) -> None:
    """A red border and a sentence; none where there is no text."""
    label.setText(text)
    label.setVisible(bool(text))
    look(editor, "wrong" if text else "")


def title_of(kind: type[Settings]) -> str:
    """A kind's name on screen."""
    title: str = getattr(kind, "title", kind.__name__)
    return title


def about_of(kind: type[Settings]) -> str:
    """The first line of a kind's docstring."""
    return (kind.__doc__ or "").strip().partition("\n")[0]


def make_editor(spec: FieldSpec, parent: QWidget, prefix: str, words: Words) -> Any:
    """The editor of a field, by its shape alone."""
    if spec.shape in PLAIN:
        return PLAIN[spec.shape](spec, parent)
    if spec.shape in WORDED:
        return WORDED[spec.shape](spec, parent, words)
    if spec.shape is Shape.SETTINGS:
        return NestedEditor(prefix, parent, words)
    return ChoiceEditor(prefix, spec.classes, parent, words)


def refusal(error: ValidationError) -> str:
    """Why a value is refused, as a sentence: "Input should be less than 1" -> "Has to be less than 1"."""
    message = error.errors()[0]["msg"]
    return message.removeprefix("Value error, ").replace("Input should be", "Has to be").rstrip(".")
