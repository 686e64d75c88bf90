"""Editors of numbers: whole, real, and several in a row."""

from __future__ import annotations

import math
import re
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit, QSizePolicy, QSpinBox, QWidget
from typing_extensions import override

from gui.kit.forms.fields import FieldSpec
from gui.kit.numbers import powers

LOCALE = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)  # as numbers read everywhere in the app
LARGEST = 2**31 - 1
DIGITS = 18  # of whole numbers that are looked at
DECIMALS = 40
BEGUN = r"[-+]?\d*[.,]?\d*(e[-+]?\d*)?"  # a real number, or what may become one
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
        refused: why what is typed cannot be, or was not taken; "" once it holds no longer.
    """

    moved = Signal(object)
    refused = Signal(str)

    def __init__(self, spec: FieldSpec, parent: QWidget) -> None:
        self._spec = spec  # Qt asks for texts while it makes the box
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)  # as narrow as a form must be
        self._low = -LARGEST if math.isinf(spec.low) else math.floor(spec.low) + spec.open_low
        self._high = LARGEST if math.isinf(spec.high) else math.ceil(spec.high) - spec.open_high
        self.setLocale(LOCALE)
        self.setGroupSeparatorShown(True)
        self.setRange(self._low - spec.optional, self._high)  # one below the range stands for None
        self.setSpecialValueText(NOTHING if spec.optional else OFF if spec.off and self._low == 0 else "")
        self.setAccelerated(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.typed = Typed(self)
        self.valueChanged.connect(self._on_value_changed)
        self._show_unit(self.value())

    def show_value(self, value: Any) -> None:
        """Shows a number without telling; leaves alone what is being typed where it holds already."""
        number = self.minimum() if value is None else int(value)
        if number != self.typed.held:
            self.put(number)
            self.typed.rest()

    def put(self, number: int) -> None:
        """Shows a number without telling, whatever is being typed."""
        with QSignalBlocker(self):
            self.setValue(number)
        self._show_unit(number)

    def tell(self, number: int) -> None:
        """Tells a number as the person's."""
        self.moved.emit(None if self._spec.optional and number == self.minimum() else number)

    @override
    def stepBy(self, steps: int) -> None:
        self.typed.settle()
        super().stepBy(steps)

    @override
    def validate(self, text: str, position: int) -> object:
        if self.why(text, False) or self._bare(text) in ("-", "+"):  # it can be typed, so that the field can say why
            return QValidator.State.Intermediate, text, position
        return super().validate(text, position)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        self.typed.keep_return(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event) if self.hasFocus() else event.ignore()

    def _bare(self, text: str) -> str:
        return text.removesuffix(self.suffix()).strip().replace(",", "").lower()

    def why(self, text: str, done: bool) -> str:
        """Why a text cannot be; "" where it can. `done`: no key will follow."""
        typed = self._bare(text)
        if re.fullmatch(r"[-+]?\d+", typed):
            fits = len(typed) <= DIGITS and self._low <= int(typed) <= self._high
            return "" if fits else self.tr("Has to be {0}").format(self._limits())
        if re.fullmatch(BEGUN, typed) and (done or re.search("[.e]", typed)):
            return self.tr("Has to be a whole number, {0}").format(self._limits()) if typed else ""
        return ""

    def _limits(self) -> str:
        return self._spec.limits or f"{self._low:,} to {self._high:,}"

    def _show_unit(self, value: int) -> None:
        """1 batch, 2 batches."""
        unit = one_of(self._spec.unit) if value == 1 else self._spec.unit
        suffix = f" {unit}" if unit else ""
        if suffix != self.suffix():  # it would write over what is being typed
            self.setSuffix(suffix)

    def _on_value_changed(self, value: int) -> None:
        if self.typed.moved():
            self._show_unit(value)
            self.tell(value)


class NumberEditor(QDoubleSpinBox):
    """A real number; takes 1e-3, 0.001 and 0,001, shows it short. Up and down go by its last digit's size.

    Signals:
        moved: the person's number.
        refused: why what is typed cannot be, or was not taken; "" once it holds no longer.
    """

    moved = Signal(object)
    refused = Signal(str)

    def __init__(self, spec: FieldSpec, parent: QWidget) -> None:
        self._spec = spec  # Qt asks for texts while it makes the box
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)  # as narrow as a form must be
        self.setLocale(LOCALE)
        self.setDecimals(DECIMALS)
        low = -1e300 if math.isinf(spec.low) else spec.low
        self.setRange(low - spec.optional, min(spec.high, 1e300))
        self.setSuffix(f" {spec.unit}" if spec.unit else "")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.typed = Typed(self)
        self.valueChanged.connect(self._on_value_changed)

    def show_value(self, value: Any) -> None:
        """Shows a number without telling; leaves alone what is being typed where it holds already."""
        number = self.minimum() if value is None else float(value)
        if number != self.typed.held:
            self.put(number)
            self.typed.rest()

    def put(self, number: float) -> None:
        """Shows a number without telling, whatever is being typed."""
        with QSignalBlocker(self):
            self.setValue(number)

    def tell(self, number: float) -> None:
        """Tells a number as the person's."""
        self.moved.emit(None if self._is_nothing(number) else number)

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
        begun = re.fullmatch(BEGUN, typed) or any(one.startswith(typed) for one in words)
        return (QValidator.State.Intermediate if begun else QValidator.State.Invalid), text, position

    @override
    def fixup(self, text: str) -> str:
        return self.textFromValue(self.value()) + self.suffix()

    @override
    def stepBy(self, steps: int) -> None:
        self.typed.settle()
        value, span = self.value(), self._spec.high - self._spec.low
        size = 0.05 if span <= 1 else 10.0 ** math.floor(math.log10(abs(value))) if value else 0.01
        if span > 1 and steps < 0 and math.isclose(abs(value), size):
            size /= 10  # from 0.001 down to 0.0009, not to 0
        wanted = float(f"{value + steps * size:.10g}")
        if self._spec.fits(wanted):
            self.setValue(wanted)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        self.typed.keep_return(event)

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

    def why(self, text: str, done: bool) -> str:
        """Why a text cannot be; "" where it can. `done`: no key will follow."""
        value = self._read(text)
        if value is None:
            spoken = done and self._bare(text)
            return self.tr("Has to be a number, {0}").format(self._spec.limits).rstrip(", ") if spoken else ""
        zero = value == 0 and self._spec.low == 0 and not done  # most likely 0.001 is being typed
        fits = zero or self._is_nothing(value) or self._spec.fits(value)
        return "" if fits else self.tr("Has to be {0}").format(self._spec.limits)

    def _is_nothing(self, value: float) -> bool:
        return self._spec.optional and value == self.minimum()

    def _on_value_changed(self, value: float) -> None:
        if self.typed.moved():
            self.tell(value)


class Typed:
    """Listens to the text of a number field from the first key to the last.

    "1000" is 1, 10 and 100 on its way, and all of these are told. Once it lies beyond the limits, what was told is
    taken back; when the person is done, the number that held before is shown again, and a sentence says why.
    """

    def __init__(self, field: WholeEditor | NumberEditor) -> None:
        self._field: Any = field  # whole or real: its numbers go back to where they are from
        self._text: str | None = None  # since the first key
        self._beyond = self._said = False
        self._kept = field.value()  # the number before the first key
        field.lineEdit().textEdited.connect(self._on_text_edited)
        field.editingFinished.connect(self._on_finished)

    def moved(self) -> bool:
        """The field has another number. Whether it counts: not where Qt makes one of what is typed and cannot be."""
        if self._text is None:
            self.rest()
        return not self._beyond

    def settle(self) -> None:
        """Before a step of the arrows: it goes from the number that holds, not from what is typed and cannot be."""
        if self._beyond:
            self._field.put(self._kept)
        self.rest()

    def rest(self) -> None:
        """What the field shows now holds, whatever was typed."""
        self._text, self._beyond, self._kept = None, False, self._field.value()
        self._say("")

    @property
    def beyond(self) -> bool:
        """What is typed cannot be."""
        return self._beyond

    @property
    def held(self) -> Any:
        """The number that holds, whatever is typed beside it."""
        return self._kept if self._beyond else self._field.value()

    def keep_return(self, event: QKeyEvent) -> None:
        """After Return on what was not taken: it must not press a dialog's button too."""
        if self._said and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()

    def _on_text_edited(self, text: str) -> None:
        was, self._text = self._beyond, text
        why = self._field.why(text, False)
        self._beyond = bool(why)
        if was != self._beyond and self._field.keyboardTracking():
            number = self._kept if self._beyond else self._field.valueFromText(text)
            if self._beyond or number == self._field.value():  # else Qt tells
                self._field.tell(number)
        self._say(why)

    def _on_finished(self) -> None:
        text, beyond = self._text, self._beyond
        self._text, self._beyond = None, False
        if text is None:
            return
        why = self._field.why(text, True)
        if not why:
            self._kept = self._field.value()
            return
        self._field.put(self._kept)
        if not beyond and self._field.keyboardTracking():  # else it was taken back when it went too far
            self._field.tell(self._kept)
        words = QCoreApplication.translate("numbers", "{0} was not taken: {1}")
        self._say(words.format(text.strip(), f"{why[:1].lower()}{why[1:]}"))

    def _say(self, why: str) -> None:
        if why or self._said:
            self._said = bool(why)
            self._field.refused.emit(why)


class NumbersEditor(QLineEdit):
    """Several numbers with commas between: `3, 3`.

    Signals:
        moved: the person's numbers, a tuple.
        refused: why what is typed cannot be, or was not taken; "" once it holds no longer.
    """

    moved = Signal(object)
    refused = Signal(str)

    def __init__(self, spec: FieldSpec, parent: QWidget) -> None:
        super().__init__(parent)
        self._spec = spec
        self._held: tuple[float, ...] = ()  # as it was shown last
        self._told: tuple[float, ...] = ()  # what the text says, as far as it can be
        self._before: tuple[float, ...] | None = None  # what was held before the first key
        self.textEdited.connect(self._on_text_edited)

    def show_value(self, value: Any) -> None:
        """Shows the numbers without telling; leaves alone what is being typed where it says the same."""
        self._held = tuple(value)
        if self._held != self._told or not self.hasFocus():
            self._put()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        before, self._before = self._before, None
        text = self.text()
        why = self._read(text)[1]
        if before is None:
            return
        if why:
            self._tell(before)
        self._put()  # also where those who were told did not take it, and said so
        if why:
            words = self.tr("{0} was not taken: {1}")
            self.refused.emit(words.format(text.strip(), f"{why[:1].lower()}{why[1:]}"))

    def _put(self) -> None:
        self._told = self._held
        self.setText(", ".join(compact(number) for number in self._held))

    def _tell(self, numbers: tuple[float, ...]) -> None:
        if numbers != self._told:
            self._told = numbers
            self.moved.emit(numbers)

    def _read(self, text: str) -> tuple[tuple[float, ...] | None, str]:
        """The numbers, None where there are none, and why they cannot be."""
        kind = self.tr("whole numbers") if self._spec.whole else self.tr("numbers")
        try:
            read = int if self._spec.whole else float
            numbers = tuple(read(part) for part in re.split(r"[,;\s×x]+", text.strip()) if part)
        except ValueError:
            return None, self.tr("Has to be {0} with commas between, like 8, 16").format(kind)
        fits = all(math.isfinite(number) and self._spec.fits(number) for number in numbers)
        return numbers, "" if fits else self.tr("Each has to be {0}").format(self._spec.limits or self.tr("finite"))

    def _on_text_edited(self, text: str) -> None:
        self._before = self._held if self._before is None else self._before
        numbers, why = self._read(text)
        if numbers is not None:
            self._tell(self._before if why else numbers)
        self.refused.emit(why)
