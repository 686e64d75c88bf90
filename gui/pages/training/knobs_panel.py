"""The live knobs: settings of the run that goes on, to be changed while it does."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from engine.record.control import FROZEN
from engine.record.events import Event, Noted
from gui.kit.cards import clear, pliant, text
from gui.kit.forms import FieldSpec, described, refusal_of
from gui.kit.forms.form import LABEL_WIDTH
from gui.kit.forms.numbers import NumberEditor
from gui.kit.ticking import TickMenu
from gui.live.knobs import Freezable, Knobs, Number, changes, title_of
from gui.live.run import LiveRun
from gui.live.session import Session

FROZEN_WIDTH = 110  # px of the names of frozen layers
SETTLED = 700  # ms without another step of the arrows until a number counts as chosen


class NumberKnob(NumberEditor):
    """A number that is told once the person is done with it: Return, leaving the field, or a while after the arrows.

    Signals:
        turned: the number.
    """

    turned = Signal(float)

    def __init__(self, spec: FieldSpec, parent: QWidget) -> None:
        super().__init__(spec, parent)
        self.setKeyboardTracking(False)
        self._asked: float | None = None  # until the run says that it holds
        self._held = self.value()
        self._settling = QTimer(self, singleShot=True, interval=SETTLED)
        self._settling.timeout.connect(self._tell)
        self.moved.connect(self._on_moved)
        self.editingFinished.connect(self._tell)

    @property
    def waiting(self) -> bool:
        """It was turned, and the run has not said yet that it holds."""
        return self._asked is not None

    def hold(self, value: float) -> None:
        """Shows the value that holds, unless the person is about to give another."""
        if value == self._asked:
            self._asked = None
        self._held = value
        typing = self.hasFocus() and self.lineEdit().isModified()
        if self._asked is None and not self._settling.isActive() and not typing:
            self.show_value(value)

    def forget(self) -> None:
        """What was asked for will not come: shows what holds."""
        self._asked = None
        self._settling.stop()
        self.show_value(self._held)

    def _on_moved(self) -> None:
        self._settling.start()

    def _tell(self) -> None:
        self._settling.stop()
        self.lineEdit().setModified(False)
        if self.value() != (self._held if self._asked is None else self._asked):
            self._asked = self.value()
            self.turned.emit(self._asked)


class FreezeKnob(QToolButton):
    """Which layers are frozen: a word with a menu of check marks, called `monitor.knob.frozen.PATH`.

    Signals:
        turned: path of a layer and whether it shall be frozen.
    """

    turned = Signal(str, bool)

    def __init__(self, layers: tuple[Freezable, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(TickMenu(self))
        self._actions: dict[str, QAction] = {}
        for layer in layers:
            label = layer.label.replace("&", "&&")
            action = self.menu().addAction(f"{'    ' * layer.depth}{label}")
            action.setObjectName(f"monitor.knob.{FROZEN}.{layer.path}")
            action.setCheckable(True)
            action.triggered.connect(partial(self._on_triggered, layer.path))
            self._actions[layer.path] = action

    def hold(self, frozen: tuple[Freezable, ...]) -> None:
        """Shows which layers are frozen now."""
        paths = {layer.path for layer in frozen}
        for path, action in self._actions.items():
            action.setChecked(path in paths)
        few = frozen[0].label if len(frozen) == 1 else self.tr("{0} layers").format(len(frozen))
        words = few if frozen else self.tr("no layer")
        shown = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, FROZEN_WIDTH)
        self.setText(f"{shown} ▾")
        self.setAccessibleName(self.tr("Frozen: {0}").format(words))

    def _on_triggered(self, path: str, *_: object) -> None:
        self.turned.emit(path, self._actions[path].isChecked())


class KnobsPanel(QWidget):
    """Shown while a run goes on. Editors are called `monitor.knob.NAME`."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("monitor.knobs")
        self._session = session
        self._knobs: Knobs | None = None
        self._numbers: dict[str, NumberKnob] = {}
        self._frozen: FreezeKnob | None = None
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self.note = pliant(text("", "dim", wrap=True))
        self.note.setObjectName("monitor.knob.note")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        column.addWidget(text(self.tr("Live knobs"), "name"))
        column.addLayout(self._grid)
        column.addWidget(self.note)
        session.state_changed.connect(self.refresh)
        session.happened.connect(self._on_happened)
        self.refresh()

    def refresh(self) -> None:
        """Shows what holds of the run that goes on."""
        live, state = self._session.live, self._session.state
        going = live is not None and state in ("running", "paused")
        self.setVisible(going)
        if live is None or not going:
            for knob in self._numbers.values():
                knob.forget()
            if self._frozen is not None:
                self._frozen.menu().close()
            return
        if live.knobs is not self._knobs:
            self._make(live.knobs)
        for name, editor in self._numbers.items():
            editor.hold(float(live.knobs.holds(live.turned, name)))
        if self._frozen is not None:
            layers = live.knobs.layers
            self._frozen.hold(tuple(one for one in layers if live.knobs.holds(live.wished, FROZEN, one.path)))
        self.note.setText(self._said(live))

    def _said(self, live: LiveRun) -> str:
        if any(editor.waiting for editor in self._numbers.values()) or live.wished != live.turned:
            return self.tr("Holds from the next step on.")
        last = next(reversed(list(changes(live.knobs, live.turned))), None)
        if last is not None:
            words = self.tr("Step {0}: {1}. Marked on the curve and saved with the run.")
            return words.format(f"{last.step:,}", last.words)
        return self.tr("A change is marked on the curve and saved with the run.")

    def _make(self, knobs: Knobs) -> None:
        clear(self._grid)
        self._knobs, self._numbers, self._frozen = knobs, {}, None
        for number in knobs.numbers.values():
            self._add(number.name, title_of(number.name), self._number(number))
        if knobs.layers:
            self._frozen = FreezeKnob(knobs.layers, self)
            self._frozen.turned.connect(self._on_frozen)
            self._frozen.setSizePolicy(self.sizePolicy().Policy.Expanding, self.sizePolicy().Policy.Fixed)
            self._frozen.setToolTip(self.tr("Frozen layers keep their weights as they are"))
            self._add(FROZEN, self.tr("frozen"), self._frozen)

    def _number(self, number: Number) -> NumberKnob:
        (spec,) = described(number.settings, [number.field])
        editor = NumberKnob(replace(spec, title=title_of(number.name)), self)
        editor.setAccessibleName(title_of(number.name).capitalize())
        editor.setToolTip(spec.about)
        editor.show_value(number.value)
        editor.turned.connect(partial(self._session.turn, number.name))
        editor.turned.connect(self.refresh)
        self._numbers[number.name] = editor
        return editor

    def _add(self, name: str, title: str, editor: QWidget) -> None:
        editor.setObjectName(f"monitor.knob.{name}")
        label = QLabel(title[:1].upper() + title[1:], self)
        label.setWordWrap(True)
        label.setBuddy(editor)
        row = self._grid.rowCount()
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(editor, row, 1)
        if isinstance(editor, NumberKnob):
            self._grid.addWidget(refusal_of(editor, self), row + 1, 0, 1, 2)

    def _on_happened(self, event: Event) -> None:
        if isinstance(event, Noted):  # it may say that a knob cannot be turned so
            for editor in self._numbers.values():
                editor.forget()

    def _on_frozen(self, path: str, frozen: bool) -> None:
        self._session.turn(FROZEN, frozen, path)
        self.refresh()
