"""One layer in the inspector: what it is, its settings, its problems, its measures and its code."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractSpinBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from engine import rewiring
from engine.errors import EngineError
from engine.layers import AnyLayer, Block
from engine.layers.core.basics import Input, Output
from engine.layers.initialisations import Weighted
from engine.paths import joined
from gui.document import Document
from gui.kit.cards import pliant
from gui.kit.forms import SettingsForm
from gui.kit.icons import icon
from gui.kit.style import look
from gui.kit.theme import font
from gui.live.forecast import Forecast
from gui.pages.inspector import chooser, measures
from gui.pages.inspector.chooser import Chooser
from gui.pages.inspector.inside import Inside
from gui.pages.inspector.learning import LearningFold
from gui.pages.inspector.note import Note
from gui.pages.inspector.place import Place
from gui.pages.inspector.problems import Problems
from gui.pages.inspector.quick import Quick
from gui.pages.inspector.reads import Reads
from gui.pages.inspector.tiles import Tiles

ELSEWHERE = {"kind", "id", "inputs", "learning", "name", "note", "shares", "source", "target"}  # shown in another way


class LayerView(QWidget):
    """Shows the layer at a place and edits it.

    Signals:
        went: the path of another layer whose settings the person wants: into a block, or out of it.
    """

    went = Signal(object)

    def __init__(self, document: Document, forecast: Forecast, parent: QWidget) -> None:
        super().__init__(parent)
        self._document, self._forecast = document, forecast
        self._place: Place | None = None
        self._stops: list[QWidget] = []
        self.back = QPushButton(icon("chevron-left", "accent_text"), "", self)
        self.back.setObjectName("inspector.back")
        self.back.setIconSize(QSize(12, 12))
        look(self.back, "link")
        self.title, self.about, self.code = QLabel(self), QLabel(self), QLabel(self)
        self.form = SettingsForm("inspector", self)
        self.reads, self.inside = Reads(self), Inside(self)
        self.quick, self.note, self.learning = Quick(self), Note(self), LearningFold(self)
        self.shares = Chooser("shares", self.tr("Weights"), self.tr("Its own, or those of a layer above"), self)
        self.source = Chooser("source", self.tr("Data"), self.tr("Which part of the data enters here"), self)
        self.target = Chooser("target", self.tr("Target"), self.tr("Which target is answered here"), self)
        self.problems, self.tiles = Problems(document, self), Tiles("inspector.tile", self)
        self._dress()
        self._lay_out()
        self.back.clicked.connect(self._on_back_clicked)
        self.form.edited.connect(self._on_form_edited)
        self.reads.toggled.connect(self._on_reads_toggled)
        self.inside.opened.connect(self._on_inside_opened)
        self.note.written.connect(partial(self._on_form_edited, "note"))
        self.learning.edited.connect(partial(self._on_form_edited, "learning"))
        self.quick.edited.connect(self._on_quick_edited)
        for one in (self.shares, self.source, self.target):
            one.chosen.connect(self._on_form_edited)

    def show_place(self, place: Place) -> None:
        """Takes over what the document says of the layer there."""
        layer = place.layer
        if self._place is None or self._place.path != place.path:
            self.form.set_errors({})
        self._place = place
        self.title.setText(place.label if not layer.name else f"{place.label} · {layer.title}")
        self.about.setText(layer.about())
        self.form.show_settings(layer, fields_of(layer))
        name = self.form.editor("name")
        if isinstance(name, QLineEdit):
            name.setPlaceholderText(layer.title)
        self.reads.show_place(place)
        self.inside.show_place(place)
        self.quick.show_place(place)
        self.note.show_note(layer.note)
        self._show_choices(place)
        self._show_back(place)
        self._show_report(place)
        self._order_tabs()

    def take_focus(self, field: str = "") -> None:
        """Puts the keyboard into a setting, with its text marked; "" is the first one."""
        if self._place is None:
            return
        fields = fields_of(self._place.layer)
        editor = self.note.text if field == "note" else self.form.editor(field if field in fields else fields[0])
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(editor, QLineEdit | QAbstractSpinBox):
            editor.selectAll()

    def _show_choices(self, place: Place) -> None:
        layer, facts = place.layer, self._document.facts
        self.shares.show_options(chooser.weights(place), layer.shares)
        entry = layer if isinstance(layer, Input) and not place.is_inside else None
        self.source.show_options(chooser.data_parts(facts) if entry else (), entry.source if entry else "")
        answer = layer if isinstance(layer, Output) else None
        self.target.show_options(chooser.target_parts(facts) if answer else (), answer.target if answer else "")

    def _order_tabs(self) -> None:
        """Tab follows the eye: rows that were made anew would come last else."""
        choices = (self.source, self.target, self.reads, self.shares, self.quick)
        parts = (self.back, self.form, *choices, self.learning, *self.inside.in_order(), self.problems, self.note)
        found = [widget for part in parts for widget in (part, *part.findChildren(QWidget))]
        stops = [
            w for w in found if w.focusPolicy() & Qt.FocusPolicy.TabFocus and not w.focusProxy() and self._is_offered(w)
        ]
        if stops != self._stops:
            self._stops = stops
            for before, after in pairwise([self.back, *(stop for stop in stops if stop is not self.back)]):
                QWidget.setTabOrder(before, after)

    def _is_offered(self, widget: QWidget | None) -> bool:
        """Not hidden on purpose, nor part of what is; rows made this moment are not shown yet but will be."""
        on_purpose = Qt.WidgetAttribute.WA_WState_ExplicitShowHide
        while widget is not None and widget is not self:
            if widget.isWindow() or (widget.isHidden() and widget.testAttribute(on_purpose)):
                return False
            widget = widget.parentWidget()
        return True

    def _show_back(self, place: Place) -> None:
        self.back.setVisible(place.is_inside)
        if place.is_inside:
            outer = Place(self._document, place.path[:-1]).label
            self.back.setText(outer.replace("&", "&&"))
            self.back.setAccessibleName(self.tr("Back to {0}").format(outer))

    def _show_report(self, place: Place) -> None:
        report = self._document.report
        path = joined(*place.path)
        row = report.layers.get(path)
        batch = self._document.project.training.batch_size
        self.tiles.show_measures(measures.of_layer(row, batch, self._forecast.ms_of(path)) if row else ())
        self.code.setText("\n".join(map(_folded, row.source)) if row else "")
        self.code.setVisible(bool(row and row.source))
        self.learning.show_place(place, row.parameters if row else 0)
        self.problems.show_problems(report.problems_of(path))

    def _dress(self) -> None:
        self.code.setFont(font(-1, mono=True))  # before the look: the style sheet forgets a font that comes later
        look(self.title, "title")
        look(self.about, "dim")
        look(self.code, "code")
        pliant(self.code)  # a long call never widens the forms above it
        self.title.setObjectName("inspector.title")
        self.about.setObjectName("inspector.about")
        self.code.setObjectName("inspector.code")
        self.code.setAccessibleName(self.tr("The layer in PyTorch"))
        for label in (self.title, self.about, self.code):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        column.addWidget(self.back, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.title)
        column.addWidget(self.about)
        column.addWidget(self.form)
        lower = (self.learning, self.inside, self.problems, self.tiles, self.code, self.note)
        for widget in (self.source, self.target, self.reads, self.shares, self.quick, *lower):
            column.addWidget(widget)

    def _on_form_edited(self, field: str, value: object) -> None:
        if self._place is None:
            return
        title = type(self._place.layer).model_fields[field].title or field
        text = self.tr("Rename {0}") if field == "name" else self.tr("Set {1} of {0}")
        try:
            self._place.set_value(field, text.format(self._place.label, title.lower()), value)
        except EngineError as error:
            text = error.message.removeprefix(f"{self._place.layer.label}: ")
            self.form.set_errors({error.field or field: text[:1].upper() + text[1:]})
        else:
            self.form.set_errors({})

    def _on_quick_edited(self, field: str, value: int) -> None:
        if self._place is not None:
            text = self.tr("Set channels of {0}").format(self._place.label)
            try:
                self.quick.apply(self._place, text, value)
            except EngineError as error:
                self.quick.form.set_errors({field: error.message})
            else:
                self.quick.form.set_errors({})

    def _on_reads_toggled(self, layer_id: str) -> None:
        if self._place is not None:
            text = self.tr("Change what {0} reads").format(self._place.label)
            self._place.edit(text, rewiring.toggle(self._place.network, self._place.layer.id, layer_id))

    def _on_inside_opened(self, layer_id: str) -> None:
        if self._place is not None:
            self.went.emit((*self._place.path, layer_id))

    def _on_back_clicked(self) -> None:
        if self._place is not None and self._place.is_inside:
            self.went.emit(self._place.path[:-1])


def fields_of(layer: AnyLayer) -> list[str]:
    """The settings that the form shows: the kind's own, then how its weights begin, then the name."""
    elsewhere = ELSEWHERE | ({"layers"} if isinstance(layer, Block) else set())
    own = [name for name in type(layer).model_fields if name not in elsewhere]
    return [*sorted(own, key=Weighted.model_fields.__contains__), "name"]


def _folded(call: str) -> str:
    """A call around another on lines of their own, as Python allows it, so that both can be read in a narrow panel."""
    return call.replace("(nn.", "(\n    nn.", 1)
