"""Editors of numbers: whole, real, and several in a row."""

from __future__ import annotations

import math
import re
from typing import Any

from PySide6.QtCore import QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit, QSpinBox, QWidget
from typing_extensions import override

from gui.kit.forms.fields import FieldSpec
from gui.kit.numbers import powers

LOCALE = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)  # as numbers read everywhere in the app
LARGEST = 2**31 - 1
DECIMALS = 40
NOTHING = "none"  # what an empty optional number reads
OFF = "off"  # what 0 reads where it means that there is none


def compact(value: float) -> str:
    """The shortest text that reads back as the same number: 0.001, 1e-5, 0.9995, 3."""
    text = next(t for n in range(1, 18) if float(t := f"{value:.{n}g}") == value)
    if "e" in text and 1e-4 <= abs(value) < 1e6:
        text = f"{value:.0f}"
    return powers(text)


def one_of(unit: str) -> str:
    """What a unit is called after the number 1: "batch" of "batches"; px stay px."""
    return {"batches": "batch"}.get(unit, unit.removesuffix("s"))


class WholeEditor(QSpinBox):
    """A whole number; takes 10,000 and 10000 alike. The wheel scrolls the page unless the field has the focus.

    Signals:
        moved: the person's number.
        refused: the limits, where what is typed lies beyond them; "" once it does not.
    """

    moved = Signal(object)
    refused = Signal(str)

    def __init__(self, spec: FieldSpec, parent: QWidget) -> None:
        self._spec, self._beyond = spec, False  # Qt asks for texts while it makes the box
        super().__init__(parent)
        self._optional = spec.optional
        low = -LARGEST if math.isinf(spec.low) else math.floor(spec.low) + spec.open_low
        high = LARGEST if math.isinf(spec.high) else math.ceil(spec.high) - spec.open_high
        self.setLocale(LOCALE)
        self.setGroupSeparatorShown(True)
        self.setRange(low - spec.optional, high)  # one below the range stands for None
        self.setSpecialValueText(NOTHING if spec.optional else OFF if spec.off and low == 0 else "")
        self.setAccelerated(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(self._on_value_changed)
        self.lineEdit().textEdited.connect(self._on_text_edited)
        self._show_unit(self.value())

    def show_value(self, value: Any) -> None:
        """Shows a number without telling; leaves the cursor alone where it is shown already."""
        number = self.minimum() if value is None else int(value)
        if number != self.value():
            with QSignalBlocker(self):
                self.setValue(number)
            self._show_unit(number)

    @override
    def validate(self, text: str, position: int) -> object:
        if self._is_beyond(text):  # it can be typed, so that the field can say why it is refused
            return QValidator.State.Intermediate, text, position
        return super().validate(text, position)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event) if self.hasFocus() else event.ignore()

    def _is_beyond(self, text: str) -> bool:
        typed = text.removesuffix(self.suffix()).strip().replace(",", "")
        return re.fullmatch(r"[-+]?\d{1,18}", typed) is not None and not self._spec.fits(int(typed))

    def _on_text_edited(self, text: str) -> None:
        before, self._beyond = self._beyond, self._is_beyond(text)
        if before or self._beyond:
            self.refused.emit(self.tr("Has to be {0}").format(self._spec.limits) if self._beyond else "")

    def _show_unit(self, value: int) -> None:
        """1 batch, 2 batches."""
        unit = one_of(self._spec.unit) if value == 1 else self._spec.unit
        suffix = f" {unit}" if unit else ""
        if suffix != self.suffix():  # it would write over what is being typed
            self.setSuffix(suffix)

    def _on_value_changed(self, value: int) -> None:
        self._show_unit(value)
        self.moved.emit(None if self._optional and value == self.minimum() else value)


class NumberEditor(QDoubleSpinBox):
    """A real number; takes 1e-3, 0.001 and 0,001, shows it short. Up and down go by its last digit's size.

    Signals:
        moved: the person's number.
        refused: the limits, where what is typed lies beyond them; "" once it does not.
    """

    moved = Signal(object)
    refused = Signal(str)

    def __init__(self, spec: FieldSpec, parent: QWidget) -> None:
        self._spec, self._beyond = spec, False  # Qt asks for texts while it makes the box
        super().__init__(parent)
        self.setLocale(LOCALE)
        self.setDecimals(DECIMALS)
        low = -1e300 if math.isinf(spec.low) else spec.low
        self.setRange(low - spec.optional, min(spec.high, 1e300))
        self.setSuffix(f" {spec.unit}" if spec.unit else "")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(self._on_value_changed)
        self.lineEdit().textEdited.connect(self._on_text_edited)

    def show_value(self, value: Any) -> None:
        """Shows a number without telling; leaves the cursor alone where it is shown already."""
        number = self.minimum() if value is None else float(value)
        if number != self.value():
            with QSignalBlocker(self):
                self.setValue(number)

    @override
    def textFromValue(self, value: float) -> str:
        if self._spec.off and value == 0:
            return OFF
        return NOTHING if self._is_nothing(value) else compact(value)

    @override
    def valueFromText(self, text: str) -> float:
        return self._read(text) or 0.0

    @override
    def validate(self, text: str, position: int) -> object:
        value = self._read(text)
        if value is not None and (self._spec.fits(value) or self._is_nothing(value)):
            return QValidator.State.Acceptable, text, position
        typed = self._bare(text)
        words = (NOTHING, OFF) if self._spec.off else (NOTHING,)
        begun = re.fullmatch(r"[-+]?\d*[.,]?\d*(e[-+]?\d*)?", typed) or any(one.startswith(typed) for one in words)
        return (QValidator.State.Intermediate if begun else QValidator.State.Invalid), text, position

    @override
    def fixup(self, text: str) -> str:
        return self.textFromValue(self.value()) + self.suffix()

    @override
    def stepBy(self, steps: int) -> None:
        value, span = self.value(), self._spec.high - self._spec.low
        size = 0.05 if span <= 1 else 10.0 ** math.floor(math.log10(abs(value))) if value else 0.01
        if span > 1 and steps < 0 and math.isclose(abs(value), size):
            size /= 10  # from 0.001 down to 0.0009, not to 0
        wanted = float(f"{value + steps * size:.10g}")
        if self._spec.fits(wanted):
            self.setValue(wanted)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event) if self.hasFocus() else event.ignore()

    def _bare(self, text: str) -> str:
        return text.removesuffix(self.suffix()).strip().lower()

    def _read(self, text: str) -> float | None:
        typed = self._bare(text)
        if self._spec.optional and typed == NOTHING:
            return self.minimum()
        if self._spec.off and typed == OFF:
            return 0.0
        try:
            value = float(typed if "." in typed else typed.replace(",", "."))  # never a separator of thousands
        except ValueError:
            return None
        return value if math.isfinite(value) else None

    def _on_text_edited(self, text: str) -> None:
        value = self._read(text)
        zero = value == 0 and self._spec.low == 0  # most likely 0.001 is being typed
        before = self._beyond
        self._beyond = not (value is None or zero or self._is_nothing(value) or self._spec.fits(value))
        if before or self._beyond:
            self.refused.emit(self.tr("Has to be {0}").format(self._spec.limits) if self._beyond else "")

    def _is_nothing(self, value: float) -> bool:
        return self._spec.optional and value == self.minimum()

    def _on_value_changed(self, value: float) -> None:
        self.moved.emit(None if self._is_nothing(value) else value)


class NumbersEditor(QLineEdit):
    """Several numbers with commas between: `3, 3`.

    Signals:
        moved: the person's numbers, a tuple.
        refused: why what was typed cannot be read.
    """

    moved = Signal(object)
    refused = Signal(str)

    def __init__(self, spec: FieldSpec, parent: QWidget) -> None:
        super().__init__(parent)
        self._whole = spec.whole
        self._shown: tuple[float, ...] = ()
        self.textEdited.connect(self._on_text_edited)

    def show_value(self, value: Any) -> None:
        """Shows the numbers without telling."""
        if tuple(value) != self._shown or not self.hasFocus():
            self._shown = tuple(value)
            self.setText(", ".join(compact(number) for number in value))

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.show_value(self._shown)
        self.refused.emit("")

    def _on_text_edited(self, text: str) -> None:
        try:
            kind = int if self._whole else float
            numbers = tuple(kind(part) for part in re.split(r"[,;\s×x]+", text.strip()) if part)
        except ValueError:
            self.refused.emit(self.tr("Numbers with commas between, like 8, 16"))
            return
        self.refused.emit("")
        if numbers != self._shown:
            self._shown = numbers
            self.moved.emit(numbers)
