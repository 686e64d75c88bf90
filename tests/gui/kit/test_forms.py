"""Forms: every field of every settings class has an editor; people type, forms tell; documents change, forms follow."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from engine.choices.losses import LOSSES
from engine.choices.optimizers import OPTIMIZERS
from engine.choices.schedules import SCHEDULES
from engine.data.feature.table import FEATURES
from engine.data.settings import SplitSettings
from engine.layers import KINDS
from engine.layers.base import Layer, Settings
from engine.settings import TrainingSettings
from gui.kit.forms import ChoiceForm, SettingsForm, described
from gui.kit.forms.fields import Shape
from gui.kit.forms.numbers import NumberEditor, NumbersEditor, WholeEditor, compact

SETTINGS: list[type[Settings]] = [
    *KINDS,
    *LOSSES,
    *OPTIMIZERS,
    *SCHEDULES,
    *FEATURES,
    SplitSettings,
    TrainingSettings,
]
NOT_IN_FORMS = {"kind", "id", "inputs", "layers"}  # identity and structure of the network, edited on the canvas


class Plain(Settings):
    """All shapes of fields."""

    count: Annotated[int, Field(ge=1, le=100_000, title="Count", json_schema_extra={"unit": "px"})] = 5
    limit: Annotated[int, Field(ge=1)] | None = Field(None, title="Limit")
    rate: Annotated[float, Field(gt=0, le=10, title="Rate", description="How fast")] = 0.001
    share: Annotated[float, Field(ge=0, lt=1, title="Share")] = 0.5
    floor: float | None = Field(None, title="Floor")
    on: bool = Field(True, title="On")
    mode: Literal["leaky_relu", "other_mode"] = Field("leaky_relu", title="Mode")
    metrics: tuple[Literal["accuracy", "mae"], ...] = Field(("accuracy",), title="Metrics")
    sizes: tuple[int, ...] = Field((3, 3), title="Sizes")
    widths: tuple[Annotated[float, Field(ge=0, le=10)], ...] = Field((0.5, 2.0), title="Widths")
    label: str = Field("a", title="Label")
    names: tuple[str, ...] = Field(("x", "y"), title="Names")
    split: SplitSettings = Field(SplitSettings(), title="Split")
    hidden: int = 1


class Echo:
    """The document of a form: it takes what can be and shows it again. By names of fields, "split.test" inside."""

    def __init__(self, form: SettingsForm) -> None:
        self._form, self._value = form, Plain()
        form.edited.connect(self._on_edited)

    def __getitem__(self, field: str) -> object:
        value: object = self._value
        for name in field.split("."):
            value = getattr(value, name)
        return value

    def _on_edited(self, field: str, value: object) -> None:
        self._value = self._value.changed(**{field: value})
        self._form.show_settings(self._value)


@pytest.fixture
def form(qtbot: QtBot) -> SettingsForm:
    form = SettingsForm("test")
    qtbot.addWidget(form)
    form.show_settings(Plain())
    form.show()
    return form


@pytest.fixture
def told(form: SettingsForm) -> list[tuple[str, Any]]:
    heard: list[tuple[str, Any]] = []
    form.edited.connect(lambda field, value: heard.append((field, value)))
    return heard


def retype(qtbot: QtBot, editor: QWidget, text: str) -> None:
    """As a person does: select all, type."""
    editor.setFocus()
    qtbot.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(editor, text)


def typed(form: SettingsForm, name: str, kind: type[Any]) -> Any:
    editor = form.editor(name)
    assert isinstance(editor, kind)
    return editor


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: settings.__name__)
def test_every_field_has_an_editor(qtbot: QtBot, settings: type[Settings]) -> None:
    names = [name for name in settings.model_fields if name not in NOT_IN_FORMS | {"heads", "augment"}]
    form = SettingsForm("test")
    qtbot.addWidget(form)
    form.show_settings(settings(), names)
    for name in names:
        editor = form.editor(name)
        assert editor.objectName() == f"test.{name}"
        assert editor.accessibleName()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_setting_of_a_layer_has_a_title_so_that_it_stands_in_its_form(kind: type[Layer]) -> None:
    own = set(kind.model_fields) - set(Layer.model_fields) - NOT_IN_FORMS
    assert own <= {spec.name for spec in described(kind)}


def test_fields_without_a_title_are_shown_only_where_named(form: SettingsForm) -> None:
    assert "hidden" not in {spec.name for spec in described(Plain)}
    form.show_settings(Plain(), ["hidden", "count"])
    assert typed(form, "hidden", WholeEditor).value() == 1
    with pytest.raises(KeyError):
        form.editor("rate")


def test_a_type_without_an_editor_is_a_defect() -> None:
    class Odd(Settings):
        table: dict[str, int] = Field({}, title="Table")

    with pytest.raises(TypeError, match="no editor for table"):
        described(Odd)


def test_labels_tooltips_units_and_ranges_come_from_the_field(form: SettingsForm) -> None:
    labels = [label.text() for label in form.findChildren(QLabel)]
    assert {"Count", "Rate", "Share", "Mode"} <= set(labels)
    assert form.editor("rate").toolTip() == "How fast. Range: above 0 to 10"
    assert typed(form, "count", WholeEditor).suffix() == " px"
    assert typed(form, "count", WholeEditor).maximum() == 100_000


@pytest.mark.parametrize(("text", "value"), [("123", 123), ("12,345", 12_345), ("99999", 99_999)])
def test_whole_numbers_are_typed_with_or_without_thousands(
    qtbot: QtBot, form: SettingsForm, told: list[tuple[str, Any]], text: str, value: int
) -> None:
    retype(qtbot, form.editor("count"), text)
    assert told[-1] == ("count", value)


def test_a_whole_number_out_of_range_is_not_told(qtbot: QtBot, form: SettingsForm, told: list[tuple[str, Any]]) -> None:
    retype(qtbot, form.editor("count"), "200000")
    assert all(value <= 100_000 for _, value in told)


@pytest.mark.parametrize(("text", "value"), [("1e-3", 0.001), ("0.05", 0.05), ("5e-8", 5e-8), ("3", 3.0)])
def test_real_numbers_are_typed_as_people_write_them(
    qtbot: QtBot, form: SettingsForm, told: list[tuple[str, Any]], text: str, value: float
) -> None:
    form.show_settings(Plain(rate=7.0))
    retype(qtbot, form.editor("rate"), text)
    assert told[-1] == ("rate", value)


@pytest.mark.parametrize(("text", "value"), [("0,002", 0.002), (",5", 0.5), ("1,5e-3", 0.0015), ("2,000", 2.0)])
def test_a_comma_is_a_decimal_point(qtbot: QtBot, form: SettingsForm, text: str, value: float) -> None:
    editor = typed(form, "rate", NumberEditor)
    retype(qtbot, editor, text)
    form.editor("label").setFocus()
    assert editor.value() == value


@pytest.mark.parametrize(("field", "text", "good"), [("count", "1000000", "12"), ("rate", "11", "0.02")])
def test_a_number_beyond_the_limits_says_them(
    qtbot: QtBot, form: SettingsForm, field: str, text: str, good: str
) -> None:
    error = form.findChild(QLabel, f"test.{field}.error")
    assert error is not None
    retype(qtbot, form.editor(field), text)
    assert error.isVisible()
    assert error.text().startswith("Has to be ")
    retype(qtbot, form.editor(field), good)
    assert not error.isVisible()


@pytest.mark.parametrize("text", ["0", "-1", "11", "abc", "nan", "inf"])
def test_a_real_number_that_does_not_fit_is_not_told_and_goes_back(
    qtbot: QtBot, form: SettingsForm, told: list[tuple[str, Any]], text: str
) -> None:
    editor = typed(form, "rate", NumberEditor)
    retype(qtbot, editor, text)
    form.editor("label").setFocus()
    assert all(0 < value <= 10 for _, value in told)
    assert 0 < editor.value() <= 10
    assert float(editor.text()) == editor.value()


OUT = [  # a field, what holds before, what is typed, and what is said of the limits
    ("count", 5, "1000000", "1 to 100,000"),
    ("count", 5, "-3", "1 to 100,000"),
    ("count", 5, "3.5", "whole number"),
    ("count", 5, "1e3", "whole number"),
    ("limit", None, "0", "1 or more"),
    ("rate", 0.001, "1000", "above 0 to 10"),
    ("rate", 0.001, "0", "above 0 to 10"),
    ("rate", 0.001, "-1", "above 0 to 10"),
    ("rate", 0.001, "1e999", "above 0 to 10"),
    ("share", 0.5, "1", "0 to below 1"),
    ("sizes", (3, 3), "8, 16.5", "whole numbers"),
    ("widths", (0.5, 2.0), "0.5, 20", "0 to 10"),
    ("split.test", 0.15, "0.9", "0 to 0.8"),
]


@pytest.mark.parametrize(("field", "before", "text", "limits"), OUT, ids=str)
@pytest.mark.parametrize("leaving", ["return", "tab"])
def test_a_number_out_of_range_is_said_and_never_becomes_another(
    qtbot: QtBot, form: SettingsForm, field: str, before: object, text: str, limits: str, leaving: str
) -> None:
    """A person types it and goes on; what the form told on the way ("1000" is 100 first) is taken back."""
    held = Echo(form)
    editor, error = form.findChild(QWidget, f"test.{field}"), form.findChild(QLabel, f"test.{field}.error")
    assert isinstance(editor, WholeEditor | NumberEditor | NumbersEditor)
    assert error is not None
    shown = editor.text()
    retype(qtbot, editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return if leaving == "return" else Qt.Key.Key_Tab)
    form.editor("label").setFocus()
    assert held[field] == before
    assert editor.text() == shown
    assert error.isVisible()
    assert error.text().startswith(text)
    assert "was not taken" in error.text()
    assert limits in error.text()
    assert editor.property("look") == "wrong"


def test_what_was_not_taken_is_no_longer_said_once_another_number_is(qtbot: QtBot, form: SettingsForm) -> None:
    held = Echo(form)
    editor, error = typed(form, "rate", NumberEditor), form.findChild(QLabel, "test.rate.error")
    assert error is not None
    retype(qtbot, editor, "1000")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert error.isVisible()
    qtbot.keyClick(editor, Qt.Key.Key_Up)
    assert not error.isVisible()
    assert held["rate"] == 0.002


def test_a_digit_too_many_that_is_deleted_again_counts(qtbot: QtBot, form: SettingsForm) -> None:
    held = Echo(form)
    editor = typed(form, "rate", NumberEditor)
    retype(qtbot, editor, "100")
    assert held["rate"] == 0.001, "also while it is typed"
    qtbot.keyClick(editor, Qt.Key.Key_Backspace)
    assert held["rate"] == 10
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert (held["rate"], editor.value()) == (10, 10)


@pytest.mark.parametrize("value", [0.001, 1e-5, 0.9995, 3.0, 0.1, 123456.0, 1e-8, 0.30000000000000004, 0.0, -2.5])
def test_compact_text_reads_back_as_the_same_number(value: float) -> None:
    assert float(compact(value)) == value


def test_compact_text_is_short() -> None:
    assert [compact(value) for value in (0.001, 1e-5, 0.1, 3.0, 1e-8)] == ["0.001", "1e-5", "0.1", "3", "1e-8"]


def test_arrows_step_a_rate_by_its_own_size(qtbot: QtBot, form: SettingsForm, told: list[tuple[str, Any]]) -> None:
    qtbot.keyClick(form.editor("rate"), Qt.Key.Key_Up)
    qtbot.keyClick(form.editor("rate"), Qt.Key.Key_Down)
    qtbot.keyClick(form.editor("rate"), Qt.Key.Key_Down)
    assert [value for _, value in told] == [0.002, 0.001, 0.0009]


def test_none_is_a_value_where_it_is_allowed(qtbot: QtBot, form: SettingsForm, told: list[tuple[str, Any]]) -> None:
    assert typed(form, "limit", WholeEditor).text() == "none"
    assert typed(form, "floor", NumberEditor).text() == "none"
    qtbot.keyClick(form.editor("limit"), Qt.Key.Key_Up)
    retype(qtbot, form.editor("floor"), "2.5")
    form.show_settings(Plain(limit=1, floor=2.5))
    qtbot.keyClick(form.editor("limit"), Qt.Key.Key_Down)
    assert told[0] == ("limit", 1)
    assert ("floor", 2.5) in told
    assert told[-1] == ("limit", None)


def test_choices_read_nicely_and_tell_their_value(
    qtbot: QtBot, form: SettingsForm, told: list[tuple[str, Any]]
) -> None:
    combo = typed(form, "mode", QComboBox)
    assert [combo.itemText(index) for index in range(2)] == ["leaky ReLU", "other mode"]
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert told == [("mode", "other_mode")]


def test_check_boxes_tell_all_that_are_chosen(qtbot: QtBot, form: SettingsForm, told: list[tuple[str, Any]]) -> None:
    box = form.findChild(QCheckBox, "test.metrics.mae")
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert told == [("metrics", ("accuracy", "mae"))]


def test_several_numbers(qtbot: QtBot, form: SettingsForm, told: list[tuple[str, Any]]) -> None:
    editor = typed(form, "sizes", NumbersEditor)
    assert editor.text() == "3, 3"
    retype(qtbot, editor, "8, 16")
    assert told[-1] == ("sizes", (8, 16))
    count = len(told)
    qtbot.keyClicks(editor, ", q")
    assert len(told) == count, "a comma changes nothing and q is no number"
    error = form.findChild(QLabel, "test.sizes.error")
    assert error is not None
    assert error.isVisible()
    assert "commas" in error.text()


def test_texts_are_told_as_typed(qtbot: QtBot, form: SettingsForm, told: list[tuple[str, Any]]) -> None:
    retype(qtbot, form.editor("label"), "b")
    retype(qtbot, form.editor("names"), "u, v")
    assert ("label", "b") in told
    assert told[-1] == ("names", ("u", "v"))


def test_inner_settings_are_told_whole_and_refusals_stand_at_the_field(
    qtbot: QtBot, form: SettingsForm, told: list[tuple[str, Any]]
) -> None:
    inner = form.findChild(NumberEditor, "test.split.test")
    assert inner is not None
    retype(qtbot, inner, "0.3")
    assert told[-1] == ("split", SplitSettings(test=0.3))


def test_showing_a_value_tells_nothing_and_leaves_typing_alone(
    qtbot: QtBot, form: SettingsForm, told: list[tuple[str, Any]]
) -> None:
    editor = typed(form, "label", QLineEdit)
    retype(qtbot, editor, "hello")
    editor.setCursorPosition(2)
    said = len(told)
    form.show_settings(Plain(label="hello", count=77, rate=0.5, on=False, mode="other_mode"))
    assert len(told) == said
    assert editor.cursorPosition() == 2
    assert editor.hasFocus() or not form.isActiveWindow()
    assert form.editor("label") is editor, "the same class keeps its rows"
    assert typed(form, "count", WholeEditor).value() == 77
    assert not typed(form, "on", QCheckBox).isChecked()


def test_errors_are_a_red_border_and_a_sentence(form: SettingsForm) -> None:
    form.set_errors({"rate": "Has to be smaller"})
    error = form.findChild(QLabel, "test.rate.error")
    assert error is not None
    assert error.isVisible()
    assert error.text() == "Has to be smaller"
    assert form.editor("rate").property("look") == "wrong"
    form.set_errors({})
    assert not error.isVisible()
    assert form.editor("rate").property("look") == ""


def test_another_kind_brings_its_own_fields_and_going_back_its_values(qtbot: QtBot) -> None:
    form = ChoiceForm("test.optimizer", OPTIMIZERS)
    qtbot.addWidget(form)
    chosen: list[Settings] = []
    form.chosen.connect(chosen.append)
    adam = next(kind for kind in OPTIMIZERS if kind.__name__ == "Adam")
    form.show_choice(adam(learning_rate=0.01))
    assert chosen == []
    index = (form.combo.currentIndex() + 1) % len(OPTIMIZERS)
    form.combo.setCurrentIndex(index)
    assert chosen[-1] == OPTIMIZERS[index]()
    form.combo.setCurrentIndex(list(OPTIMIZERS).index(adam))
    assert chosen[-1] == adam(learning_rate=0.01)
    retype(qtbot, form.form.editor("learning_rate"), "0.5")
    assert chosen[-1] == adam(learning_rate=0.5)


@pytest.mark.parametrize("kinds", [LOSSES, OPTIMIZERS, SCHEDULES], ids=["losses", "optimizers", "schedules"])
def test_every_kind_can_be_chosen(qtbot: QtBot, kinds: tuple[type[Settings], ...]) -> None:
    form = ChoiceForm("test.choice", kinds)
    qtbot.addWidget(form)
    for index, kind in enumerate(kinds):
        form.show_choice(kind())
        assert form.combo.currentIndex() == index
        assert form.combo.itemData(index, Qt.ItemDataRole.ToolTipRole)


def test_choices_inside_settings_have_an_editor_too() -> None:
    specs = {
        spec.name: spec.shape for spec in described(TrainingSettings, ["loss", "optimizer", "schedule", "metrics"])
    }
    assert specs["loss"] is Shape.KINDS
    assert specs["metrics"] is Shape.SOME_OF


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_form_of_a_layer_is_wider_than_the_panel_beside_the_canvas(qtbot: QtBot, kind: type[Layer]) -> None:
    form = SettingsForm("test")
    qtbot.addWidget(form)
    form.show_settings(kind(), [name for name in kind.model_fields if name not in NOT_IN_FORMS])
    assert form.minimumSizeHint().width() <= 252, "what is wider is cut off at the right"
