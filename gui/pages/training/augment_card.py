"""How training examples are changed at random, as forms made from the settings, and what comes of it."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QMenu, QPushButton, QVBoxLayout, QWidget

from engine.analysis import Fix, Problem
from engine.choices.augmentations import AUGMENTATIONS, Augmentation, held
from gui.kit.cards import Card, clear, pliant, text
from gui.kit.forms.tabs import tab_as_seen
from gui.pages.training.augment_rows import AugmentationRow
from gui.pages.training.batch_wall import BatchWall
from gui.shared.context import Context

FIELD = "augment"


class AugmentCard(Card):
    """A row for each augmentation of the project, a button that adds one, and a wall of pictures."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Augmentation"))
        self._document = context.document
        words = self.tr(
            "Training examples are changed at random, anew each time. Validation and test stay as they are."
        )
        about = pliant(text(words, "dim", wrap=True))
        self.add = QPushButton(self.tr("Add"))
        self.add.setObjectName(f"training.{FIELD}")
        self.add.setAccessibleName(self.tr("Add an augmentation"))
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.add.setMenu(self._menu)
        self._rows: dict[str, AugmentationRow] = {}
        self._column = QVBoxLayout()
        self._column.setSpacing(6)
        self.wall = BatchWall(context, self)
        self.body.addWidget(about)
        self.body.addLayout(self._column)
        self.body.addWidget(self.add)
        self.body.addWidget(self.wall)
        context.document.changed.connect(self._on_document_changed)
        self._on_document_changed()

    def _on_document_changed(self) -> None:
        augment = self._document.project.training.augment
        if [one.kind for one in augment] != list(self._rows):
            self._make(augment)
        for one in augment:
            self._rows[one.kind].show_augmentation(one, self._problem_of(one))
        self.add.setEnabled(len(augment) < len(AUGMENTATIONS))
        tab_as_seen(self.parentWidget() or self)  # a first row is new: it has to come after the card above

    def _make(self, augment: tuple[Augmentation, ...]) -> None:
        clear(self._column)
        self._rows = {one.kind: self._row(one) for one in augment}
        for row in self._rows.values():
            self._column.addWidget(row)
            row.show()  # not with the next layout only

    def _row(self, augmentation: Augmentation) -> AugmentationRow:
        row = AugmentationRow(augmentation, self)
        row.edited.connect(self._on_edited)
        row.removed.connect(partial(self._on_removed, augmentation.kind))
        row.cured.connect(self._on_cured)
        return row

    def _problem_of(self, augmentation: Augmentation) -> Problem | None:
        report = self._document.report
        found = (one for one in (*report.problems, *report.advice) if one.field == FIELD)
        return next((one for one in found if one.message.startswith(augmentation.title)), None)

    def _fill_menu(self) -> None:
        """Those that are not there yet; what the data has nothing for is greyed and says why."""
        self._menu.clear()
        facts = self._document.facts
        there = {held(fact.shape) for fact in facts.inputs} if facts else set()
        for kind in AUGMENTATIONS:
            name = kind.model_fields["kind"].default
            if name in self._rows:
                continue
            action = self._menu.addAction(kind.title, partial(self._on_added, kind.model_validate({})))
            action.setObjectName(f"training.{FIELD}.add.{name}")
            suits = not there or bool(there & kind.suits)
            action.setEnabled(suits)
            nouns = self.tr(" or ").join(sorted(kind.suits))
            action.setToolTip(kind.about() if suits else self.tr("It is for {0}").format(nouns))

    def _on_added(self, augmentation: Augmentation) -> None:
        added = (*self._document.project.training.augment, augmentation)
        self._set(added, self.tr("Add {0}").format(augmentation.title))

    def _on_removed(self, kind: str) -> None:
        augment = self._document.project.training.augment
        title = next(one.title for one in augment if one.kind == kind)
        self._set(tuple(one for one in augment if one.kind != kind), self.tr("Take {0} out").format(title))
        self.add.setFocus()  # the button that was pressed is gone

    def _on_edited(self, field: str, changed: Augmentation) -> None:
        augment = self._document.project.training.augment
        others = tuple(changed if one.kind == changed.kind else one for one in augment)
        words = self.tr("Set {0} of {1}").format(field.replace("_", " "), changed.title)
        self._set(others, words, merge=f"training.{FIELD}.{changed.kind}.{field}")

    def _on_cured(self, fix: Fix) -> None:
        self._document.edit(fix.text, fix.apply(self._document.project))

    def _set(self, augment: tuple[Augmentation, ...], words: str, *, merge: str = "") -> None:
        project = self._document.project
        change = project.changed(training=project.training.changed(augment=augment))
        self._document.edit(words, change, merge=merge)
