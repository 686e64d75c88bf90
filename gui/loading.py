"""Keeps the data of the open project prepared: loads it beside the window whenever its settings change."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from engine.data.dataset import Dataset, Ticket
from engine.data.settings import DataSettings
from engine.errors import DataError, EngineError
from gui.document import Document
from gui.kit.background import Latest
from gui.starters import Starters

PATIENCE = 150  # ms; edits in a row (a dragged spin box) become one load
KEPT = 3  # datasets kept, so that undo is at once
KEPT_BYTES = 256 * 2**20  # larger ones are not kept beside the current one


class Loader(QObject):
    """Loads `document.project.data` and tells the document its facts.

    Attributes:
        starters: networks that follow the data.

    Signals:
        changed: `dataset`, `error` or `busy` are others than before.
        told: how far a load is (0 to 1) and what it does.
    """

    changed = Signal()
    told = Signal(float, str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._settings: DataSettings | None = None
        self._key = ""
        self._dataset: Dataset | None = None
        self._error: EngineError | None = None
        self._loading = Latest(self)
        self._loading.told.connect(self.told)
        self._loading.done.connect(self._on_done)
        self._loading.failed.connect(self._on_failed)
        self._kept: OrderedDict[str, Dataset] = OrderedDict()
        self.starters = Starters(document, self)
        self._later = QTimer(self, singleShot=True, interval=PATIENCE)
        self._later.timeout.connect(self._start)
        document.changed.connect(self._on_document_changed)
        document.opened.connect(self._on_opened)
        self._on_document_changed()

    @property
    def dataset(self) -> Dataset | None:
        """The prepared data of the open project; None while it loads or where it cannot be used."""
        return self._dataset

    @property
    def error(self) -> EngineError | None:
        """Why there is no dataset, for the person; None where all is well."""
        return self._error

    @property
    def busy(self) -> bool:
        """A load is under way or about to begin."""
        return self._loading.busy or self._later.isActive()

    def reload(self) -> None:
        """Reads the source again, for a file that was changed or a load that was cancelled."""
        self._kept.pop(self._key, None)
        self._begin(0)

    def cancel(self) -> None:
        """Stops a load; `error` says so."""
        if self.busy:
            self._drop_job()
            self._show(None, DataError(self.tr("Loading was cancelled"), hint=self.tr("Press Load again to go on")))

    def shutdown(self, seconds: float) -> bool:
        """For closing the window: stops a load and waits for it. True where it ended in time."""
        self._later.stop()
        return self._loading.shutdown(seconds)

    def _on_document_changed(self) -> None:
        settings = self._document.project.data
        key = settings.model_dump_json() if settings else ""
        if key == self._key:
            if self._document.facts is None and self._dataset is not None:
                self._document.set_facts(self._dataset.facts)
            return
        same_source = self._settings is not None and settings is not None and self._settings.path == settings.path
        self._key, self._settings = key, settings
        self._drop_job()
        if settings is None:
            self._show(None, None)
        elif key in self._kept:
            self._kept.move_to_end(key)
            self._show(self._kept[key], None)
        else:
            self._begin(PATIENCE if same_source else 0)

    def _on_opened(self) -> None:
        """What could not be read for the project before, of the same data, is tried again."""
        if self._error is not None:
            self._begin(0)

    def _begin(self, delay: int) -> None:
        self._drop_job()
        if self._settings is not None:
            self._later.start(delay)
            self._show(None, None)

    def _start(self) -> None:
        settings = self._settings
        if settings is None:
            return
        self._loading.begin(partial(_load, settings))
        self.changed.emit()

    def _drop_job(self) -> None:
        self._later.stop()
        self._loading.cancel()

    def _on_done(self, dataset: Dataset) -> None:
        self._keep(dataset)
        self._show(dataset, None)

    def _on_failed(self, error: Exception) -> None:
        words = self.tr("The data cannot be read: {0}")
        self._show(None, error if isinstance(error, EngineError) else DataError(words.format(error)))

    def _keep(self, dataset: Dataset) -> None:
        size = sum(part.inputs.nbytes for part in (dataset.train, dataset.validation, dataset.test))
        if size <= KEPT_BYTES:
            self._kept[self._key] = dataset
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def _show(self, dataset: Dataset | None, error: EngineError | None) -> None:
        self._dataset, self._error = dataset, error
        self._document.set_facts(dataset.facts if dataset else None, error)
        self.starters.follow()
        self.changed.emit()


def _load(settings: DataSettings, ticket: Ticket) -> Dataset:
    from engine.data.load import load_shared  # polars and tokenizers take a moment: not before the window is up

    return load_shared(settings, ticket)
