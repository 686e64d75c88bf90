"""Choices that depend on the project, not on the layer's class: whose weights, which data, which target."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from engine.facts import DataFacts
from gui.kit.forms.editors import Combo
from gui.pages.inspector.place import Place

LABEL_WIDTH = 92  # px, as in forms

Options = Sequence[tuple[str, str]]
"""(value, what is shown)."""


class Chooser(QWidget):
    """A row with a combo called `inspector.FIELD`; hidden where there is nothing to choose.

    Signals:
        chosen: field and value, as the person wants it.
    """

    chosen = Signal(str, str)

    def __init__(self, field: str, title: str, about: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._field = field
        label = QLabel(title, self)
        label.setFixedWidth(LABEL_WIDTH)
        self.combo = Combo(self)
        self.combo.setObjectName(f"inspector.{field}")
        self.combo.setAccessibleName(title)
        label.setBuddy(self.combo)
        for widget in (label, self.combo):
            widget.setToolTip(about)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self.combo, 1)
        self.combo.currentIndexChanged.connect(self._on_index_changed)

    def show_options(self, options: Options, value: str) -> None:
        """Shows these, with `value` chosen; one that is not among them stands there as it is."""
        known = [option for option, _ in options]
        shown = list(options) if value in known else [*options, (value, value)]
        with QSignalBlocker(self.combo):
            self.combo.clear()
            for option, text in shown:
                self.combo.addItem(text, option)
            self.combo.setCurrentIndex([option for option, _ in shown].index(value))
        self.setVisible(len(shown) > 1)

    def _on_index_changed(self, index: int) -> None:
        self.chosen.emit(self._field, str(self.combo.itemData(index)))


def weights(place: Place) -> Options:
    """Layers above whose weights the layer there could use; one without weights, or that shares itself, is none."""
    network, layer = place.network, place.layer
    if layer.kind in ("input", "output"):
        return ()
    kinds = {layer.kind, "embedding"} if layer.kind == "dense" else {layer.kind}
    above = network.layers[: network.index(layer.id)]
    found = [
        (other.id, _tr("of {0}").format(place.label_of(other.id)))
        for other in above
        if other.kind in kinds and not other.shares and other.kind not in ("input", "output")
    ]
    return (("", _tr("its own")), *reversed(found)) if found else ()


def data_parts(facts: DataFacts | None) -> Options:
    """Parts of the data that an Input can read."""
    parts = facts.inputs if facts else ()
    return [(fact.name if number else "", f"{fact.name} · {fact.shape.short}") for number, fact in enumerate(parts)]


def target_parts(facts: DataFacts | None) -> Options:
    """Targets that an Output can answer."""
    targets = facts.targets if facts else ()
    return [(target.name if number else "", target.name) for number, target in enumerate(targets)]


def _tr(text: str) -> str:
    return QCoreApplication.translate("inspector", text)
