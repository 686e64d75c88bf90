"""How a run ended, told kindly: what happened, where, and the one thing to press next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine import rewiring
from engine.project import Project
from engine.training.events import Diverged, EarlyStopped, Ended, Failed, Finished, OutOfMemory, Stopped
from gui.cards import text
from gui.document import Document
from gui.forms.numbers import compact
from gui.live import LiveRun
from gui.style import look

LESS = 10  # by so much the learning rate is divided after a run diverged, as the message says


@dataclass(frozen=True)
class Cure:
    """A change of the training settings that a button offers."""

    words: str
    field: str
    value: Any

    def cured(self, project: Project) -> Project:
        """The project with the change."""
        return project.changed(training=project.training.changed(**{self.field: self.value}))


class Ending(QWidget):
    """Hidden while the run goes on. The sentence is `monitor.ending`; below it are `monitor.cure`, `monitor.longer` and
    `monitor.show_layer`, where they help.

    Signals:
        layer_asked: path of the layer that blew up, which the person wants to see.
        longer_asked: the run shall be trained for more epochs.
    """

    layer_asked = Signal(str)
    longer_asked = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._ended: Ended | None = None
        self._layer = ""
        self._cure: Cure | None = None
        self.words = text("", "", wrap=True)
        self.words.setObjectName("monitor.ending")
        self.show_layer, self.cure, self.longer = QPushButton(), QPushButton(), QPushButton(self.tr("Train longer…"))
        self.show_layer.setObjectName("monitor.show_layer")
        self.cure.setObjectName("monitor.cure")
        self.longer.setObjectName("monitor.longer")
        self.longer.setAccessibleName(self.tr("Train for more epochs"))
        look(self.show_layer, "link")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.cure)
        row.addWidget(self.longer)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.words)
        column.addWidget(self.show_layer)
        column.addLayout(row)
        self.show_layer.clicked.connect(self._on_show_layer_clicked)
        self.cure.clicked.connect(self._on_cure_clicked)
        self.longer.clicked.connect(self.longer_asked)
        document.changed.connect(self._show_buttons)
        self.hide()

    def show_run(self, live: LiveRun, *, alone: bool = True) -> None:
        """Says how the run ended, if it did. `alone`: it is no fold of a cross-validation, which has its own length."""
        if live.ended is self._ended:
            return  # a new run has not ended
        self._ended = live.ended
        self.setVisible(live.ended is not None)
        if live.ended is not None:
            words, style = self._sentence(live.ended)
            self.words.setText(words)
            look(self.words, style)
            self._layer = live.ended.layer if isinstance(live.ended, Diverged) else ""
            self._cure = self._cure_of(live)
            self.longer.setVisible(alone and isinstance(live.ended, Finished | EarlyStopped | Stopped))
            self._show_buttons()

    def _sentence(self, ended: Ended) -> tuple[str, str]:
        step = f"{ended.step:,}"
        if isinstance(ended, Finished):
            return self.tr("Finished: all epochs are trained. See Results, or Export the weights."), "good"
        if isinstance(ended, EarlyStopped):
            return ended.message or self.tr("Stopped early at step {0}: no better loss came.").format(step), "good"
        if isinstance(ended, Stopped):
            return self.tr("Stopped at step {0}; the weights are saved.").format(step), "warning"
        said = ended.message if isinstance(ended, Diverged | OutOfMemory | Failed) else ""
        return said or self.tr("Training failed at step {0}").format(step), "danger"

    def _cure_of(self, live: LiveRun) -> Cure | None:
        """What the sentence says, as a button."""
        ended, training = live.ended, live.project.training
        rate = float(f"{ended.rate / LESS:.1g}") if isinstance(ended, Diverged) else 0.0
        if rate > 0:
            words = self.tr("Set learning rate to {0}").format(compact(rate))
            return Cure(words, "optimizer", training.optimizer.changed(learning_rate=rate))
        if isinstance(ended, OutOfMemory) and ended.fits:
            return Cure(self.tr("Set batch size to {0}").format(f"{ended.fits:,}"), "batch_size", ended.fits)
        return None

    def _show_buttons(self) -> None:
        """What can still be done: not a cure that is taken, not a layer that is gone."""
        project, cure = self._document.project, self._cure
        self.cure.setVisible(cure is not None and cure.cured(project) != project)
        self.cure.setText(cure.words if cure else "")
        self.cure.setAccessibleName(self.cure.text())
        label = self._label()
        self.show_layer.setVisible(bool(label))
        self.show_layer.setText(self.tr("Show {0}").format(label).replace("&", "&&"))
        self.show_layer.setAccessibleName(self.tr("Show {0} in the network").format(label))

    def _label(self) -> str:
        try:
            return rewiring.layer_at(self._document.network, self._layer).label if self._layer else ""
        except KeyError:
            return ""

    def _on_show_layer_clicked(self) -> None:
        self.layer_asked.emit(self._layer)

    def _on_cure_clicked(self) -> None:
        if self._cure is not None:
            self._document.edit(self._cure.words, self._cure.cured(self._document.project))
