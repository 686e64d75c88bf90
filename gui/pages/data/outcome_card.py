"""What came of reading the data: how many examples, what goes in and comes out, and what was found."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.facts import DataFacts, InputFact, Target
from gui.kit.cards import Bars, Card, Tile, text
from gui.shared.context import Context


class OutcomeCard(Card):
    """Examples of each split and class, and what was found while preparing."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("What came of it"))
        self._document = context.document
        self.notes_apart = False  # whether what was found is shown elsewhere
        self.tiles = {
            "train": Tile(self.tr("to train on")),
            "validation": Tile(self.tr("to validate")),
            "test": Tile(self.tr("to test")),
        }
        row = QHBoxLayout()
        row.setSpacing(6)
        for tile in self.tiles.values():
            row.addWidget(tile)
        self.input = text("", "dim", wrap=True)
        self.input.setObjectName("data.example")
        self.classes = text(self.tr("EXAMPLES OF EACH CLASS"), "group")
        self.bars = Bars()
        self.bars.setObjectName("data.balance")
        self.bars.setAccessibleName(self.tr("Examples of each class"))
        self.notes_title = text(self.tr("FOUND WHILE READING"), "group")
        self.notes = text("", "", wrap=True)
        self.notes.setObjectName("data.notes")
        self.body.addLayout(row)
        for widget in (self.input, self.classes, self.bars, self.notes_title, self.notes):
            self.body.addWidget(widget)
        self._document.changed.connect(self._on_document_changed)
        self._on_document_changed()

    def _on_document_changed(self) -> None:
        facts = self._document.facts
        self.setVisible(facts is not None)
        if facts is None:
            return
        for name, tile in self.tiles.items():
            tile.show_value(f"{getattr(facts, name):,}")
        self.input.setText(self._sentence(facts))
        self.bars.show_rows(list(zip(facts.target.classes, facts.class_counts, strict=False)))
        for widget in (self.classes, self.bars):
            widget.setVisible(bool(facts.class_counts))
        self.notes.setText("\n".join(f"• {note}." for note in facts.notes))
        for widget in (self.notes_title, self.notes):
            widget.setVisible(bool(facts.notes) and not self.notes_apart)

    def _sentence(self, facts: DataFacts) -> str:
        """What goes in and what shall come out, in words."""
        inputs = [self._input(facts, fact) for fact in facts.inputs]
        if len(inputs) == 1:
            given = self.tr("Each example is {0}.").format(self._measure(facts, facts.inputs[0]))
        else:
            given = self.tr("Each example has {0} inputs: {1}.").format(len(inputs), ", ".join(inputs))
        answers = [self._answer(target) for target in facts.targets]
        if len(answers) == 1:
            return f"{given} {self.tr('The answer is {0}.').format(answers[0])}"
        return f"{given} {self.tr('The {0} answers are {1}.').format(len(answers), ', '.join(answers))}"

    def _input(self, facts: DataFacts, fact: InputFact) -> str:
        return self.tr("{0} ({1})").format(fact.name, self._measure(facts, fact))

    def _measure(self, facts: DataFacts, fact: InputFact) -> str:
        if fact.shape.values == "ids":
            return self.tr("{0} words").format(fact.shape.short)
        if "channel" in fact.shape.names:
            return self.tr("{0} numbers, colours × height × width").format(fact.shape.short)
        return self.tr("1 number") if fact.shape.short == "1" else self.tr("{0} numbers").format(fact.shape.short)

    def _answer(self, target: Target) -> str:
        if target.kind == "classes":
            return self.tr("{0}, one of {1} classes").format(target.name, len(target.classes))
        if target.kind == "tokens":
            return self.tr("the next word at each step")
        if target.kind == "values":
            whole = self.tr("the example itself")
            return whole if target.name == "itself" else self.tr("{0} itself").format(target.name)
        return self.tr("{0}, a number").format(target.name)
