"""The answers to one target at a glance, in the way that its kind asks for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtWidgets import QStackedLayout, QWidget

from engine.choices.class_scores import class_scores
from gui.kit.cards import Card
from gui.kit.chart import Chart
from gui.kit.picker import Picker
from gui.pages.results.class_table import ClassTable
from gui.pages.results.confusion import Confusion
from gui.pages.results.heads import Head
from gui.pages.results.next_words import NextWords
from gui.pages.results.pairs import Pairs


class PictureCard(Card):
    """Classes: a confusion matrix. Numbers: answered against true. Pictures: pairs. Rows: two lines. Words: a table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.confusion, self.scatter, self.lines = Confusion(), Chart(), Chart()
        self.pairs, self.words, self.classes = Pairs(), NextWords(), ClassTable()
        views = [(False, self.tr("matrix")), (True, self.tr("each class"))]
        self.view = Picker("results.view", self.tr("What is shown of the classes"), views)
        self.view.picked.connect(self._show_classes)
        self.corner.addWidget(self.view)
        self._head: Head | None = None
        self._vocabulary: Sequence[str] = ()
        self._features: Sequence[str] = ()
        names = {
            self.confusion: ("results.confusion", self.tr("True class by answered class")),
            self.scatter: ("results.scatter", self.tr("Answered against true numbers")),
            self.lines: ("results.lines", self.tr("An example and what the network gives back, as two lines")),
            self.pairs: ("results.pairs", self.tr("Pictures that went in beside those that came out")),
            self.classes: ("results.classes", self.tr("Precision, recall and F1 of each class")),
            self.words: ("results.next_words", self.tr("The next words of a text and those that the network says")),
        }
        self._stack = QStackedLayout()
        for widget, (name, spoken) in names.items():
            widget.setObjectName(name)
            widget.setAccessibleName(spoken)
            self._stack.addWidget(widget)
        self.scatter.bottom.whole = False
        self.body.addLayout(self._stack, 1)

    def show_head(self, head: Head, vocabulary: Sequence[str], features: Sequence[str]) -> None:
        """`vocabulary`: words by number, for next words. `features`: names of the numbers of a row given back."""
        self._head, self._vocabulary, self._features = head, vocabulary, features
        self.view.setVisible(head.confusion is not None)
        if head.confusion is not None:
            self.confusion.show_counts(head.confusion, head.classes)
            self.classes.show_scores(class_scores(head.confusion, head.classes))
            self._show_classes()
        elif head.target.kind == "number":
            self._say(self.tr("Answered against true"), self.tr("on the line: exactly right"))
            self._show_numbers(head)
            self._stack.setCurrentWidget(self.scatter)
        elif head.target.kind == "tokens":
            self.show_example(0)
            self._stack.setCurrentWidget(self.words)
        elif _pictured(head):
            self._say(self.tr("Given back"), self.tr("left: what went in · right: what came out"))
            self.pairs.show_pairs(head)
            self._stack.setCurrentWidget(self.pairs)
        else:
            self.show_example(0)
            self._stack.setCurrentWidget(self.lines)

    def show_example(self, index: int) -> None:
        """One example of the split, where one at a time is shown."""
        head = self._head
        if head is None or not 0 <= index < len(head.targets):
            return
        number = f"{int(head.rows[index]) + 1:,}"
        if head.target.kind == "tokens":
            self._say(self.tr("Next words of text {0}").format(number), self.tr("pick another text at the right"))
            self.words.show_text(head, index, self._vocabulary)
        elif head.target.kind == "values" and not _pictured(head):
            note = self.tr("grey: what went in · coloured: what came out · pick another row at the right")
            self._say(self.tr("Row {0} given back").format(number), note)
            self._show_lines(head, index)
        elif head.target.kind == "values":
            found = self.pairs.item(index)
            if found is not None:
                self.pairs.setCurrentItem(found)

    def _show_classes(self) -> None:
        each = bool(self.view.value)
        self._stack.setCurrentWidget(self.classes if each else self.confusion)
        matrix = self.tr("Confusion"), self.tr("down: what it is · across: what was answered · click a cell")
        self._say(*((self.tr("Each class"), "") if each else matrix))

    def _say(self, title: str, note: str) -> None:
        self.title.setText(title)
        self.note.setText(note)

    def _show_numbers(self, head: Head) -> None:
        true, said = head.targets.astype(np.float64), head.predicted.astype(np.float64)
        order = np.argsort(true)
        ends = np.array([true.min(), true.max()])
        self.scatter.remove_all()
        self.scatter.name_axes(self.tr("true {0}").format(head.target.name), self.tr("answered"))
        self.scatter.set_line("right", ends, ends, "dim", width=1.5)
        self.scatter.set_dots("examples", true[order], said[order], "training", size=6)
        room = (ends[1] - ends[0]) * 0.04 or 1.0
        self.scatter.fit((float(ends[0] - room), float(ends[1] + room)))

    def _show_lines(self, head: Head, index: int) -> None:
        true, said = (one[index].ravel().astype(np.float64) for one in (head.targets, head.predicted))
        places = np.arange(1, len(true) + 1, dtype=np.float64)
        self.lines.remove_all()
        self.lines.name_axes(self.tr("place in the row"), self.tr("value"))
        self.lines.set_line("true", places, true, "dim", width=3.0)
        self.lines.set_line("said", places, said, "training", width=2.0)
        if len(places) < 60:
            self.lines.set_dots("said", places, said, "training", size=6)
        self.lines.fit((0.5, len(places) + 0.5))
        self.lines.setToolTip(", ".join(self._features[:40]))


def _pictured(head: Head) -> bool:
    """Whether an answer is a picture: (channel, height, width) with one channel or three."""
    shape = head.target.shape
    return shape is not None and shape.names == ("channel", "height", "width") and shape.sizes[0] in (1, 3)
