"""What a layer reads, as a button with a list of the layers above."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QWidget

from engine.layers import AnyLayer
from engine.rewiring import reads_several
from gui.kit.elided import ElidedButton
from gui.pages.inspector.place import Place

LABEL_WIDTH = 92  # px, as in forms


class Reads(QWidget):
    """A row "Reads": several marks for a layer that joins, one for any other.

    Signals:
        toggled: id of the layer that shall be read, or no longer.
    """

    toggled = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._place: Place | None = None
        label = QLabel(self.tr("Reads"), self)
        label.setFixedWidth(LABEL_WIDTH)
        self.button = ElidedButton("", self, padding=46)
        self.button.setObjectName("inspector.inputs")
        self.menu = QMenu(self)
        self.menu.setObjectName("inspector.inputs.menu")
        self.menu.aboutToShow.connect(self._fill)
        self.button.setMenu(self.menu)
        label.setBuddy(self.button)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self.button, 1)

    def show_place(self, place: Place) -> None:
        """Shows what the layer there reads; hidden where that is simply the one above."""
        self._place = place
        layer = place.layer
        self.setVisible(bool(layer.inputs) or (reads_several(layer) and place.network.index(layer.id) > 0))
        names = ", ".join(self._name(place, place.network.layer(name)) for name in place.network.reads(layer.id))
        self.button.say(names)
        self.button.setToolTip(self.tr("Layers that it reads: {0}").format(names))
        self.button.setAccessibleName(self.tr("Reads {0}").format(names))

    def _fill(self) -> None:
        self.menu.clear()
        if self._place is None:
            return
        network, layer = self._place.network, self._place.layer
        group = None if reads_several(layer) else QActionGroup(self.menu)
        for other in reversed(network.layers[: network.index(layer.id)]):
            if other.kind == "output":
                continue
            action = self.menu.addAction(self._label(self._place, other).replace("&", "&&"))
            action.setObjectName(f"inspector.inputs.{other.id}")
            action.setCheckable(True)
            action.setChecked(other.id in network.reads(layer.id))
            action.triggered.connect(partial(self._on_triggered, other.id))
            if group is not None:
                group.addAction(action)

    def _on_triggered(self, layer_id: str) -> None:
        self.toggled.emit(layer_id)

    def _name(self, place: Place, layer: AnyLayer) -> str:
        entry = place.is_inside and layer.kind == "input"
        return self.tr("what the block reads") if entry else place.label_of(layer.id)

    def _label(self, place: Place, layer: AnyLayer) -> str:
        name, summary = self._name(place, layer), layer.summary()
        return f"{name} · {summary}" if summary else name
