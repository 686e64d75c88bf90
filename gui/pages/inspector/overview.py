"""The inspector while no single layer is chosen: sums over the network, or over the chosen layers, and all problems."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui.document import Document
from gui.kit.style import look
from gui.pages.inspector import measures
from gui.pages.inspector.problems import Problems
from gui.pages.inspector.tiles import Measure, Tiles


class Overview(QWidget):
    """Title, tiles, problems.

    Signals:
        layer_asked: id of the layer that a problem belongs to.
    """

    layer_asked = Signal(str)

    def __init__(self, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self._document = document
        self.title, self.about = QLabel(self), QLabel(self)
        look(self.title, "title")
        look(self.about, "dim")
        self.title.setObjectName("inspector.overview.title")
        self.about.setObjectName("inspector.overview.about")
        self.about.setWordWrap(True)
        self.tiles = Tiles("inspector.overview", self)
        self.problems = Problems(document, self)
        self.problems.layer_asked.connect(self.layer_asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.title, self.about, self.problems, self.tiles):
            column.addWidget(widget)
            column.addSpacing(6)

    def show_layers(self, layer_ids: tuple[str, ...]) -> None:
        """Sums over these layers; over all where there are none."""
        project, report = self._document.project, self._document.report
        inner = [layer.id for layer in project.network.middle]
        ends = {layer.id for layer in (*project.network.inputs, *project.network.outputs)}
        chosen = [path for path in layer_ids if path not in ends] if layer_ids else inner
        rows = [report.layers[layer_id] for layer_id in chosen if layer_id in report.layers]
        count = Measure("layers", f"{len(chosen):,}", self.tr("layer") if len(chosen) == 1 else self.tr("layers"))
        self.tiles.show_measures((count, *measures.of_all(rows, project.training.batch_size)))
        self.title.setText(self.tr("{0} layers chosen").format(len(layer_ids)) if layer_ids else self.tr("Network"))
        if layer_ids:
            self.about.setText(self.tr("Their sums. Make block puts neighbours into one layer that can be repeated."))
        else:
            self.about.setText(self.tr("Choose a layer to see and change its settings."))
        found = [problem for problem in report.problems if not layer_ids or problem.layer in layer_ids]
        self.problems.show_problems(found, [report.labels.get(problem.layer, "") for problem in found])
