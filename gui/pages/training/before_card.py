"""What stands between the person and Train, or what Train will cost."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QProgressBar, QWidget

from engine.settings import steps_in_epoch
from gui.kit.amounts import counted, size
from gui.kit.cards import Card, breakable, pliant, text
from gui.shared.context import Context
from gui.shared.problems import ProblemList, is_shown


class BeforeCard(Card):
    """Length and memory of the run to come; the data still loading, or problems with the edits that cure them."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Before you train"))
        self._context = context
        self.words = pliant(text("", "dim", wrap=True))
        self.words.setObjectName("training.before")
        self.notes = pliant(text("", "", wrap=True))
        self.notes.setObjectName("training.notes")
        self.notes.setAccessibleName(self.tr("Found while reading the data"))
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.problems = ProblemList(context.document, "training", wanted=partial(is_shown, context.loader))
        for widget in (self.words, self.notes, self.bar, self.problems):
            self.body.addWidget(widget)
        context.document.changed.connect(self._on_changed)
        context.loader.changed.connect(self._on_changed)
        context.loader.told.connect(self._on_told)
        context.forecast.changed.connect(self._on_changed)
        self._on_changed()

    def _on_told(self, done: float, words: str) -> None:
        self.bar.setValue(round(done * 1000))
        if self._context.loader.busy:
            self.words.setText(self.tr("Preparing the data: {0}").format(words))

    def _on_changed(self) -> None:
        loader = self._context.loader
        self.bar.setVisible(loader.busy)
        self.problems.setVisible(any(is_shown(loader, problem) for problem in self._context.document.report.problems))
        self._show_notes()
        if loader.busy:
            self.words.setText(self.tr("Preparing the data …"))
        elif loader.error is not None:
            self.words.setText(breakable(str(loader.error)))
        else:
            self.words.setText(self._cost())

    def _show_notes(self) -> None:
        """What the Data page says of the data too: it is to be read before training, not after."""
        facts = self._context.document.facts
        notes = facts.notes if facts is not None else ()
        self.notes.setText(breakable("\n".join(f"• {note}." for note in notes)))
        self.notes.setVisible(bool(notes))

    def _cost(self) -> str:
        document = self._context.document
        facts, training, report = document.facts, document.project.training, document.report
        if facts is None:
            return self.tr("Choose data on the Data page first.")
        steps = steps_in_epoch(facts.train, training.batch_size) * training.epochs
        lines = [
            " · ".join((self._epochs(training.epochs), counted(steps, self.tr("1 step"), self.tr("{0} steps")))),
            self.tr("{0} to train on, {1} to validate").format(self._examples(facts.train), f"{facts.validation:,}"),
            counted(report.parameters, self.tr("1 parameter"), self.tr("{0} parameters")),
        ]
        memory = self._context.forecast.memory
        if memory is not None:
            lines.append(self.tr("{0} of memory").format(size(memory)))
        return "\n".join(lines)

    def _epochs(self, count: int) -> str:
        return counted(count, self.tr("1 epoch"), self.tr("{0} epochs"))

    def _examples(self, count: int) -> str:
        return counted(count, self.tr("1 example"), self.tr("{0} examples"))
