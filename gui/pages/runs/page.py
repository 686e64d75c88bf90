"""The Runs page: the list, what is known of the selected ones, and their curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.data.dataset import Ticket
from engine.record.rows import Annotations
from engine.runs import store
from engine.runs.summary import RunSummary
from gui.kit.background import Latest
from gui.kit.cards import GAP
from gui.kit.messages import show_error
from gui.pages.runs.about_card import AboutCard
from gui.pages.runs.below_card import DIFFERENCE, BelowCard
from gui.pages.runs.details import Details, read_details
from gui.pages.runs.keeping import Keeper
from gui.pages.runs.list_card import ListCard
from gui.pages.runs.verbs import Verbs
from gui.shared.context import Context
from gui.shared.requests import Requests

SMALL = 1100  # px of the page


@dataclass(frozen=True)
class Listing:
    """What there is, newest first."""

    runs: list[RunSummary]
    binned: list[RunSummary]


class RunsPage(QWidget):
    """Reads the disk beside the window, whenever it is shown and after each run."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runs.page")
        self._context, self.requests = context, Requests(self)
        self._listing, self._details = Latest(self), Latest(self)
        self._listing.done.connect(self._on_listed)
        self._details.done.connect(self._on_read)
        for job in (self._listing, self._details):
            job.refused.connect(partial(show_error, self))
        self._newest: Path | None = None
        self._shown: Sequence[RunSummary] = ()  # whose details are read
        self.keeper = Keeper(self)
        self.list, self.about, self.below = ListCard(context.settings), AboutCard(self.keeper), BelowCard()
        self._place()
        self.verbs = Verbs(context, self.list, self.about, self.keeper, self.requests, self)
        self.verbs.moved.connect(self.refresh)
        self.verbs.renamed.connect(self._on_renamed)
        self.list.view.chosen.connect(self._on_chosen)
        self.list.bin_wanted.connect(self.refresh)
        self.about.group_wanted.connect(lambda name: self.list.filter.setText(f'group:"{name}"'))
        self.below.curves.coloured.connect(self._on_coloured)
        self.below.tabs.currentChanged.connect(lambda tab: self.about.show_difference(tab == DIFFERENCE))
        self.keeper.kept.connect(self._on_kept)
        context.session.state_changed.connect(self._on_state_changed)
        self._on_chosen()

    @property
    def busy(self) -> bool:
        """Whether something is being read or written."""
        return self._listing.busy or self._details.busy or self.keeper.busy or self.verbs.busy or self.list.busy

    def refresh(self) -> None:
        """Reads the list anew."""
        self._listing.begin(partial(_listing, self._context.session.root))

    def selected(self) -> list[RunSummary]:
        """The selected runs, in the order of the list."""
        return self.list.view.selected()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.about.set_narrow(self.width() < SMALL)

    def hideEvent(self, event: QHideEvent) -> None:
        """Also when the window closes: all that was said is on the disk then."""
        self.about.take()
        self.keeper.flush()
        super().hideEvent(event)

    def _place(self) -> None:
        left, row = QVBoxLayout(), QHBoxLayout(self)
        row.setContentsMargins(GAP, GAP, GAP, GAP)
        row.setSpacing(GAP)
        left.setSpacing(GAP)
        left.addWidget(self.list, 1)
        left.addWidget(self.below, 1)
        row.addLayout(left, 1)
        row.addWidget(self.about)

    def _on_state_changed(self) -> None:
        self.verbs.show_possible()
        if self.isVisible() and self._context.session.state in ("idle", "running"):
            self.refresh()

    def _on_listed(self, found: Listing) -> None:
        runs = found.binned if self.list.in_bin else found.runs
        kept = {run.folder for run in self.selected()}
        newest = runs[0].folder if runs else None
        new = newest != self._newest and newest not in {run.folder for run in self.list.runs}
        if new and len(kept) <= 1:
            kept = set()  # nothing is being compared: the new run is what a person wants to see
        self._newest = newest
        if newest is not None and not kept & {run.folder for run in runs}:
            kept = {newest}
        self.below.setVisible(bool(runs))
        self.about.setVisible(bool(runs))
        self.list.show_runs(runs, len(found.binned), kept)

    def _on_chosen(self) -> None:
        self.about.take()
        self.keeper.soon()
        runs = self.selected()
        self._show_about(runs)
        self._shown = runs
        self._details.begin(partial(read_details, runs))

    def _on_read(self, details: Details) -> None:
        self.below.show_details(self._shown, details)
        self.about.show_snapshots(details.snapshots)

    def _on_coloured(self, colours: Mapping[str, str]) -> None:
        self.list.model.show_colours({self._context.session.root / name: shade for name, shade in colours.items()})

    def _on_renamed(self, before: Path, after: Path) -> None:
        """It stays selected, and what is read of it anew has its new name."""
        self._newest = after if self._newest == before else self._newest
        self.list.rename(before, after)
        self.refresh()

    def _on_kept(self, folder: Path, about: Annotations) -> None:
        self.list.change(folder, about)
        runs = self.selected()
        if folder in {run.folder for run in runs}:
            self._show_about(runs)

    def _show_about(self, runs: Sequence[RunSummary]) -> None:
        self.about.show_runs(runs, self.list.tags(), in_bin=self.list.in_bin)
        self.verbs.show_possible()


def _listing(root: Path, ticket: Ticket) -> Listing:
    return Listing(store.runs(root, lambda done: ticket.tell(done, "")), store.binned(root))
