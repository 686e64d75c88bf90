"""How a run ended, told kindly: what happened, where, and the one thing to press next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.errors import EngineError
from engine.project import Project
from engine.record.events import Diverged, EarlyStopped, Ended, Failed, Finished, OutOfMemory, Stopped
from engine.runs.folder import RunFolder
from gui.document import Document
from gui.kit.cards import breakable, pliant, text
from gui.kit.commands import Deafness
from gui.kit.elided import ElidedButton
from gui.kit.forms.numbers import compact
from gui.kit.style import look
from gui.live.run import LiveRun
from gui.shared.resuming import can_go_on

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
    """Hidden while the run goes on. The sentence is `monitor.ending`; below it, where they help, are
    `monitor.show_layer`, `monitor.cure`, `monitor.go_on` and `monitor.longer`.

    Attributes:
        deaf: its buttons just came, under the hand of somebody who pressed what stood there while the run went on.

    Signals:
        layer_asked: path of the layer that blew up, which the person wants to see.
        go_on_asked: the run shall be trained to the end that it was begun for.
        longer_asked: the run shall be trained for more epochs.
    """

    layer_asked = Signal(str)
    go_on_asked = Signal()
    longer_asked = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("monitor.ended")
        self._document = document
        self._ended: Ended | None = None
        self._going: LiveRun | None = None  # that was seen before it ended
        self.deaf = Deafness()
        self._layer = ""
        self._cure: Cure | None = None
        self.words = pliant(text("", "", wrap=True))
        self.words.setObjectName("monitor.ending")
        self.show_layer, self.cure = ElidedButton("", self), QPushButton()
        self.go_on, self.longer = QPushButton(self.tr("Go on")), QPushButton(self.tr("Train longer…"))
        self.show_layer.setObjectName("monitor.show_layer")
        self.cure.setObjectName("monitor.cure")
        self.longer.setObjectName("monitor.longer")
        self.longer.setAccessibleName(self.tr("Train for more epochs"))
        self.go_on.setObjectName("monitor.go_on")
        self.go_on.setToolTip(self.tr("Train it to its end"))
        self.go_on.setAccessibleName(self.tr("Go on with this run"))
        look(self.show_layer, "link")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.go_on)
        row.addWidget(self.longer)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.words)
        column.addWidget(self.show_layer)
        column.addWidget(self.cure, 0, Qt.AlignmentFlag.AlignLeft)  # three beside each other are too wide
        column.addLayout(row)
        self.show_layer.clicked.connect(self._on_show_layer_clicked)
        self.cure.clicked.connect(self._on_cure_clicked)
        self.go_on.clicked.connect(self._on_go_on_clicked)
        self.longer.clicked.connect(self._on_longer_clicked)
        document.changed.connect(self._show_buttons)
        self.hide()

    def show_run(self, live: LiveRun, *, alone: bool = True) -> None:
        """Says how the run ended, if it did. `alone`: it is no fold of a cross-validation, which has its own length."""
        if live.ended is None:
            self._going = live
        elif self._going is live and self._ended is None:
            self.deaf.begin()
        elif self._going is not live:
            self.deaf.end()  # another run, which ended before
        if live.ended is self._ended:
            return  # a new run has not ended
        self._ended = live.ended
        self.setVisible(live.ended is not None)
        if live.ended is not None:
            words, style = self._sentence(live.ended)
            self.words.setText(breakable(words))
            look(self.words, style)
            self._layer = live.ended.layer if isinstance(live.ended, Diverged) else ""
            self._cure = self._cure_of(live)
            whole = isinstance(live.ended, Finished | EarlyStopped)
            self.go_on.setVisible(alone and not whole and _can_go_on(live))
            trained = whole or (isinstance(live.ended, Stopped) and live.ended.step > 0)
            self.longer.setVisible(alone and trained)  # what has not begun can go on, as long as it was to be
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
        label = self._document.report.labels.get(self._layer, "")
        self.show_layer.setVisible(bool(label))
        self.show_layer.say(self.tr("Show {0}").format(label))
        self.show_layer.setAccessibleName(self.tr("Show {0} in the network").format(label))

    def _on_show_layer_clicked(self) -> None:
        if not self.deaf:
            self.layer_asked.emit(self._layer)

    def _on_go_on_clicked(self) -> None:
        if not self.deaf:
            self.go_on_asked.emit()

    def _on_longer_clicked(self) -> None:
        if not self.deaf:
            self.longer_asked.emit()

    def _on_cure_clicked(self) -> None:
        if self._cure is not None and not self.deaf:
            self._document.edit(self._cure.words, self._cure.cured(self._document.project))


def _can_go_on(live: LiveRun) -> bool:
    """As the Runs page has it."""
    try:
        return can_go_on(live.folder, RunFolder(live.folder).status())
    except EngineError:  # nothing was recorded
        return False
