"""The Data page: the source and its first examples at the left, how it is read and split at the right."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from engine.data.examples import TableExamples
from engine.data.settings import DataSettings
from engine.data.statistics import Summary
from engine.errors import EngineError
from gui.kit.background import Latest
from gui.kit.cards import GAP, scrolled
from gui.pages.data.column_card import ColumnCard
from gui.pages.data.form_card import FormCard
from gui.pages.data.found_card import FoundCard
from gui.pages.data.looking import Look, judge, picture_columns
from gui.pages.data.looking import look as read
from gui.pages.data.outcome_card import OutcomeCard
from gui.pages.data.preview_card import PreviewCard
from gui.pages.data.source_card import SourceCard, source_name
from gui.shared.context import Context
from gui.shared.problems import ProblemList, is_shown
from gui.shared.requests import Requests

if TYPE_CHECKING:
    from engine.data.findings import Finding

SIDE = 316  # px


class DataPage(QWidget):
    """Shows the source as it stands, read beside the window; what was read for training is not read again."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("data.page")
        self._context = context
        self.requests = Requests(self)
        self._source, self._preview = SourceCard(context, self.requests), PreviewCard(context.document)
        self._form, self._outcome = FormCard(context), OutcomeCard(context)
        self._column, self._found = ColumnCard(context.document), FoundCard(context.document)
        self._problems = ProblemList(context.document, "data", wanted=partial(is_shown, context.loader))
        self._reading = Latest(self)
        self._reading.done.connect(self._on_read)
        self._reading.refused.connect(self._on_not_read)
        self._judging = Latest(self)
        self._judging.done.connect(self._on_judged)
        self._shown = self._source_shown = self._judged = ""
        self._look: Look | None = None
        self._preview.columns.chosen.connect(self._on_column_chosen)
        self._place()
        context.loader.changed.connect(self._on_loader_changed)
        self._on_loader_changed()

    def _place(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        for card in (self._problems, self._form, self._column, self._outcome):
            column.addWidget(card)
        column.addStretch(1)
        side = scrolled("data.side", column)
        side.setFixedWidth(SIDE)
        left = QVBoxLayout()
        left.setSpacing(GAP)
        left.addWidget(self._source)
        left.addWidget(self._preview, 1)
        left.addWidget(self._found)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, GAP, GAP, GAP)
        row.setSpacing(GAP)
        row.addLayout(left, 1)
        row.addWidget(side)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._found.fit(self.height())

    @property
    def busy(self) -> bool:
        """Whether the first examples are being read, or looked through."""
        return self._reading.busy or self._judging.busy

    def _on_loader_changed(self) -> None:
        loader, data = self._context.loader, self._context.document.project.data
        key = "" if data is None else _key(data)
        source = "" if data is None else _source(data)
        if source != self._source_shown:  # rows of other data must not stand under its name
            self._reading.cancel()
            self._judging.cancel()
            self._show_look(None)
            self._shown, self._source_shown = "", source
            self._form.show_columns(())
            if loader.busy and data is not None:
                self._preview.say(self.tr("Reading {0} …").format(source_name(data.path)))
        if data is None:
            self._preview.say(self.tr("Drop a file or a folder on the window, or open one above."))
        elif loader.error is not None and key != self._shown:
            self._preview.say(self.tr("There is nothing to show until the data can be read."))
        elif not loader.busy and key != self._shown:
            self._read(data, key)
        elif not loader.busy:
            self._judge(data)

    def _read(self, data: DataSettings, key: str) -> None:
        self._shown = key
        self._preview.say(self.tr("Reading the first examples …"))
        self._reading.begin(partial(read, data))

    def _on_read(self, found: Look) -> None:
        self._show_look(found)
        self._preview.show_look(found)
        self._form.show_columns(found.examples.names)
        if self._context.document.project.data is not None:
            self._judge(self._context.document.project.data)

    def _show_look(self, found: Look | None) -> None:
        self._look, self._judged = found, ""
        self._found.hide()
        self._outcome.notes_apart = found is not None and bool(found.summaries)
        if found is None or not found.summaries:
            self._column.show_column(None, Summary(""))

    def _judge(self, data: DataSettings) -> None:
        """Looks through a table as these settings read it; once for each."""
        wanted = data.model_dump_json()
        if self._look is not None and self._look.summaries and wanted != self._judged:
            self._judged = wanted
            self._judging.begin(partial(judge, data, self._look))

    def _on_judged(self, found: list[Finding]) -> None:
        self._preview.show_findings(found)
        self._found.show_findings(found)

    def _on_column_chosen(self, place: int) -> None:
        look = self._look
        if look is not None and isinstance(look.examples, TableExamples):
            self._column.show_column(look.examples.columns[place], look.summaries[place])

    def _on_not_read(self, error: EngineError) -> None:
        self._shown = ""
        self._preview.say(str(error))


def _key(data: DataSettings) -> str:
    """What another look is needed for: another source, or other columns with pictures."""
    return " ".join((_source(data), *picture_columns(data)))


def _source(data: DataSettings) -> str:
    """Where the rows are from."""
    return " ".join((data.source.model_dump_json(), *data.inputs))
