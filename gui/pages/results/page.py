"""The Results page: for each target its metrics, its answers at a glance, and the examples worth a look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from engine.choices.class_scores import commonest
from engine.data.dataset import Ticket
from engine.data.examples import Examples, examples
from engine.runs.folder import RunFolder
from gui.kit.background import Latest
from gui.kit.cards import GAP, Card, Tile, clear, text
from gui.kit.icons import icon
from gui.kit.numbers import measured, title
from gui.kit.picker import Picker
from gui.pages.results.cases_card import CasesCard
from gui.pages.results.heads import Head, heads_of
from gui.pages.results.picture_card import PictureCard
from gui.pages.results.ranking import in_cell, worst
from gui.shared.context import Context
from gui.shared.requests import Requests
from gui.shared.snapshots import SnapshotPicker, meant

if TYPE_CHECKING:
    from engine.runs.evaluate import Evaluation, Split

TILES = 6  # in a row


@dataclass(frozen=True)
class Measured:
    """What a job found: a run, its answers, and the source to show examples from.

    Attributes:
        weights: which they were, in words.
        heads: the answers, target by target.
        words: by number, where next words are answered.
        features: names of the numbers of a row.
    """

    folder: Path
    evaluation: Evaluation
    examples: Examples | None
    weights: str
    heads: tuple[Head, ...]
    words: tuple[str, ...] = ()
    features: tuple[str, ...] = ()


class ResultsPage(QWidget):
    """Measures the chosen run whenever it is shown and that was not done yet."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("results.page")
        self._session, self.requests = context.session, Requests(self)
        self._measuring = Latest(self)
        self._measuring.told.connect(self._on_told)
        self._measuring.done.connect(self._show)
        self._measuring.failed.connect(self._on_failed)
        self._asked: tuple[Path, str, str | int] | None = None
        self._found: Measured | None = None
        self._shown: Head | None = None  # the answers to the target that is picked
        self._about = ""  # what was measured, in words
        self.head = Card("")
        self.words = text("", "dim", wrap=True)
        self.words.setObjectName("results.words")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.cancel = QPushButton(icon("close"), self.tr("Cancel"))
        self.cancel.setObjectName("results.cancel")
        splits = [("test", self.tr("test split")), ("validation", self.tr("validation split"))]
        self.split = Picker("results.split", self.tr("Measured on"), [*splits, ("train", self.tr("training split"))])
        self.snapshot = SnapshotPicker("results.snapshot")
        self.runs = QPushButton(icon("runs"), self.tr("Choose a run"))
        self.runs.setObjectName("results.runs")
        self.runs.setAccessibleName(self.runs.text())
        self.runs.clicked.connect(partial(self.requests.page.emit, "runs"))
        self._tiles = QGridLayout()
        self.target = Picker("results.target", self.tr("Target"), [])
        self.picture, self.cases = PictureCard(), CasesCard()
        self._place()
        for picker in (self.split, self.snapshot):
            picker.picked.connect(self._on_picked)
        self.cancel.clicked.connect(self._on_cancel)
        self.target.picked.connect(self._show_head)
        self.picture.confusion.picked.connect(self._on_cell_picked)
        self.cases.left.connect(self._on_left)
        self.cases.picked.connect(self.picture.show_example)
        context.session.chosen.changed.connect(self._on_chosen_changed)
        context.session.state_changed.connect(self._on_state_changed)
        context.session.past.changed.connect(self._on_past_changed)
        self._busy(False)

    @property
    def evaluation(self) -> Evaluation | None:
        """What is shown; None before a run was measured."""
        return self._found.evaluation if self._found else None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._measure()

    def _place(self) -> None:
        self.head.corner.addWidget(self.target)
        self.head.corner.addWidget(self.snapshot)
        self.head.corner.addWidget(self.split)
        row = QHBoxLayout()
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        self._tiles.setSpacing(8)
        for column in range(TILES):
            self._tiles.setColumnStretch(column, 1)
        self.head.body.addWidget(self.words)
        self.head.body.addLayout(row)
        self.head.body.addWidget(self.runs, 0, Qt.AlignmentFlag.AlignLeft)
        self.head.body.addLayout(self._tiles)
        below = QHBoxLayout()
        below.setSpacing(GAP)
        below.addWidget(self.picture, 3)
        below.addWidget(self.cases, 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(GAP, GAP, GAP, GAP)
        whole.setSpacing(GAP)
        whole.addWidget(self.head)
        whole.addLayout(below, 1)
        whole.addStretch(0)

    def _on_chosen_changed(self) -> None:
        if self.isVisible():
            self._measure()

    def _on_state_changed(self) -> None:
        live = self._session.live
        if self._session.state == "idle" and live is not None and self._asked and self._asked[0] == live.folder:
            self._asked = None  # it went on: its weights are others now
            self._on_chosen_changed()
        self._say_going()

    def _on_past_changed(self) -> None:
        if self.isVisible() and self._asked is None:
            self._say_nothing_yet()

    def _on_picked(self) -> None:
        self._measure()

    def _on_cancel(self) -> None:
        self._measuring.cancel()
        self._say(self.tr("Cancelled"), self.tr("Pick a split at the right to measure it."))

    def _measure(self) -> None:
        folder = self._session.chosen.folder
        self.snapshot.show_run(folder)
        wanted = None if folder is None else (folder, str(self.split.value), self.snapshot.snapshot)
        if wanted is not None and wanted == self._asked:
            return
        self._measuring.cancel()
        self._asked = wanted
        if wanted is None:
            self._say_nothing_yet()
            return
        self._measuring.begin(partial(_measured, *wanted))
        self._say(self.tr("Measuring …"), "")
        self._busy(True)

    @property
    def busy(self) -> bool:
        """Whether a run is being measured."""
        return self._measuring.busy

    def _on_told(self, done: float, words: str) -> None:
        self.bar.setValue(round(done * 1000))
        self.words.setText(words)

    def _on_failed(self, error: Exception) -> None:
        name = self._asked[0].name if self._asked else self.tr("Results")
        self._say(name, str(error))

    def _say(self, heading: str, words: str) -> None:
        self._found = None
        self._say_going()
        self.head.title.setText(heading)
        self.words.setText(words)
        clear(self._tiles)
        self.picture.hide()
        self.cases.hide()
        self.runs.hide()
        self.target.hide()
        self.split.show()
        self._busy(False)

    def _say_nothing_yet(self) -> None:
        going = self._session.state != "idle" and not self._session.other
        words = self.tr("Press Train, and after the run its results are shown here. Or look at an earlier run.")
        soon = self.tr("The results of the run that goes on are shown here when it has ended.")
        if self._session.past.busy:
            self._say(self.tr("Looking for runs of this project …"), "")
        else:
            self._say(self.tr("No results of this project yet"), soon if going else words)
        self.split.hide()
        self.runs.setVisible(not self._session.past.busy)

    def _busy(self, busy: bool) -> None:
        for widget in (self.bar, self.cancel):
            widget.setVisible(busy)

    def _show(self, found: Measured) -> None:
        self._busy(False)
        self.runs.hide()
        self._found, evaluation = found, found.evaluation
        self.head.title.setText(found.folder.name)
        kinds = {"test": self.tr("test"), "validation": self.tr("validation"), "train": self.tr("training")}
        words = self.tr(
            "{0}, measured on {1} examples of the {2} split; those of the test split were never trained on."
        )
        self._about = words.format(found.weights, f"{evaluation.examples:,}", kinds[evaluation.split])
        if evaluation.trouble:
            self._about = f"{self._about} {evaluation.trouble}"
        self._say_going()
        self.target.set_options([(place, head.target.name) for place, head in enumerate(found.heads)])
        self.target.setVisible(len(found.heads) > 1)
        self._show_head()

    def _show_head(self) -> None:
        found, place = self._found, self.target.value
        if found is None or not isinstance(place, int):
            return
        head = self._shown = found.heads[place]
        clear(self._tiles)
        for index, (name, words, value) in enumerate(self._measures(head)):
            tile = Tile(words)
            tile.setObjectName(f"results.metric.{name}")
            tile.show_value(value)
            self._tiles.addWidget(tile, index // TILES, index % TILES)
        self.picture.show_head(head, found.words, found.features)
        self.picture.show()
        self._show_worst(head, found)

    def _measures(self, head: Head) -> Iterator[tuple[str, str, str]]:
        """Name, title and value of each tile: what was asked for, the usual measures, and what guessing gives."""
        for name, value in {**head.metrics, **head.also}.items():
            unit = name in ("mae", "rmse") and head.target.kind == "number"  # not of rows, pictures
            words = self.tr("{0} in {1}").format(title(name), head.target.name) if unit else title(name)
            yield name, words, measured(name, value)
        if head.confusion is not None:
            guess = commonest(head.confusion, head.classes)
            words = self.tr("guessing {0}").format(guess.name)
            yield "guess", words, measured("accuracy", guess.share)

    def _say_going(self) -> None:
        """While a run goes on, its results are not the ones in sight."""
        going = self._found is not None and self._session.state != "idle"
        words = self.tr("Results of the last finished run; a run is going on")
        self.head.note.setText(words if going else "")

    def _show_worst(self, head: Head, found: Measured) -> None:
        cases = worst(head)
        self.cases.setVisible(bool(cases))
        self.cases.show_cases(self._worst_title(head), cases, found.examples)
        if head.target.kind in ("values", "tokens") and cases:
            self.picture.show_example(cases[0].index)
        none = "" if cases else self.tr("No mistakes on this split.")
        self.words.setText(f"{self._about} {none}".strip())

    def _worst_title(self, head: Head) -> str:
        headings = {"classes": self.tr("Surest mistakes"), "tokens": self.tr("Most mistakes")}
        return headings.get(head.target.kind, self.tr("Largest errors"))

    def _on_left(self) -> None:
        self.picture.confusion.leave_cell()
        if self._shown is not None and self._found is not None:
            self._show_worst(self._shown, self._found)
            self.cases.list.setFocus()

    def _on_cell_picked(self, true: int, said: int) -> None:
        head, found = self._shown, self._found
        if head is None or found is None:
            return
        names = head.classes
        heading = self.tr("{0} taken for {1}").format(names[true], names[said])
        if true == said:
            heading = self.tr("{0}, answered rightly").format(names[true])
        self.cases.show()
        self.cases.show_cases(heading, in_cell(head, true, said), found.examples, self._worst_title(head))


def _measured(folder: Path, split: str, snapshot: str | int, ticket: Ticket) -> Measured:
    """On the job's thread."""
    from engine.runs.evaluate import evaluate  # it brings torch along

    found = evaluate(folder, cast("Split", split), ticket, snapshot)
    run = RunFolder(folder)
    heads, data = heads_of(found), run.project().data
    weights = meant(snapshot, found.step, folder)
    words = run.preparation().get("words", ()) if any(head.target.kind == "tokens" for head in heads) else ()
    source = None if data is None else examples(data, Ticket())
    return Measured(folder, found, source, weights, heads, tuple(map(str, words)), run.facts().features)
