"""One column: how its values are spread, and what can be set of how it is read."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from engine.data.column import Column
from engine.data.feature.base import Feature
from engine.data.feature.table import inferred
from engine.data.statistics import Summary
from gui.document import Document
from gui.kit.cards import Card, text
from gui.kit.forms import SettingsForm
from gui.pages.data.columns import role_of, word_of
from gui.pages.data.edits import change_column
from gui.pages.data.spread import Spread


class ColumnCard(Card):
    """The column that is looked at on the Data page; hidden where there is none."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setObjectName("data.column")
        self._document = document
        self._column: Column | None = None
        self.measures = text("", "dim", wrap=True)
        self.measures.setObjectName("data.column.measures")
        self.spread = Spread()
        self.spread.setAccessibleName(self.tr("How the values are spread"))
        self.form = SettingsForm("data.column", self)
        self.form.edited.connect(self._on_edited)
        for widget in (self.measures, self.spread, self.form):
            self.body.addWidget(widget)
        document.changed.connect(self._show_settings)
        self.hide()

    def show_column(self, column: Column | None, summary: Summary) -> None:
        """Another column, or none."""
        self._column = column
        self.setVisible(column is not None)
        if column is None:
            return
        self.title.setText(column.name)
        words = self._measured(column, summary)
        self.measures.setText(words)
        self.spread.show_summary(summary, words)
        self._show_settings()

    def _measured(self, column: Column, summary: Summary) -> str:
        missing = self.tr("{0} missing").format(f"{column.missing:,}") if column.missing else self.tr("none missing")
        middle, low, high = (summary.said(value) for value in (summary.middle, summary.low, summary.high))
        if summary.sort in ("numbers", "dates"):
            return self.tr("median {0} · {1} to {2} · {3}").format(middle, low, high, missing)
        if summary.sort == "words":
            return self.tr("{0} words at the median · {1} to {2} · {3}").format(middle, low, high, missing)
        return self.tr("{0} different values · {1}").format(f"{column.distinct:,}", missing)

    def _told(self) -> Feature | None:
        """What the column is read as, where anything can be set of that."""
        data, column = self._document.project.data, self._column
        if data is None or column is None or column.name in data.targets:
            return None
        told = data.told(column.name) or inferred(column)
        return told if told is not None and told.asked else None

    def _show_settings(self) -> None:
        data, told = self._document.project.data, self._told()
        if data is not None and self._column is not None:
            self.note.setText(word_of(role_of(data, self._column.name, self._column.role)))
        self.form.setVisible(told is not None)
        if told is not None:
            self.form.show_settings(told, told.asked)

    def _on_edited(self, field: str, value: object) -> None:
        told = self._told()
        if self._column is None or told is None:
            return
        refused = change_column(self._document, self._column.name, told, field, value)
        self.form.set_errors({field: refused} if refused else {})
