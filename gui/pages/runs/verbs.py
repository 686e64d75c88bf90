"""What can be done with the selected runs: the buttons about them, and when each can be pressed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from engine.data.dataset import Ticket
from engine.errors import EngineError
from engine.runs import store
from engine.runs.folder import RunFolder
from engine.runs.summary import RunSummary
from gui.kit.amounts import counted, size
from gui.kit.background import Latest
from gui.kit.messages import ask, show_error
from gui.pages.runs.about_card import AboutCard
from gui.pages.runs.columns import readable
from gui.pages.runs.forking import Forking
from gui.pages.runs.keeping import Keeper
from gui.pages.runs.list_card import ListCard
from gui.pages.runs.renaming import Renaming
from gui.pages.runs.thin_dialog import ThinDialog
from gui.shared.context import Context
from gui.shared.longer import LongerDialog
from gui.shared.requests import Requests
from gui.shared.resuming import Resuming, can_go_on

NAMED = 5  # runs that a question names


class Verbs(QObject):
    """Presses of buttons and keys.

    Signals:
        moved: there are other runs now.
        renamed: a run's folder before and after.
    """

    moved = Signal()
    renamed = Signal(object, object)

    def __init__(
        self, context: Context, listed: ListCard, about: AboutCard, keeper: Keeper, requests: Requests, page: QWidget
    ) -> None:
        super().__init__(page)
        self._context, self._page, self._requests = context, page, requests
        self._list, self._about, self._keeper = listed, about, keeper
        self._resuming = Resuming(context, self)
        self._forking = Forking(context, about, self._resuming, self._selected, page)
        self._renaming = Renaming(context, listed, keeper, self)
        self._purging = Latest(self)
        self._purging.ended.connect(self.moved)
        self._purging.refused.connect(self._show_error)
        self._purging.done.connect(self._on_purged)
        self._connect()

    @property
    def busy(self) -> bool:
        """Whether the bin is being emptied, a run renamed, or a snapshot copied for a new run."""
        return self._purging.busy or self._renaming.busy or self._resuming.busy

    def show_possible(self) -> None:
        """What can be pressed now."""
        runs, about = self._selected(), self._about
        one = runs[0] if len(runs) == 1 else None
        training = self._context.session.state != "idle"
        known = one is not None and readable(one)
        can = one is not None and known and can_go_on(one.folder, one.status)
        about.project.setEnabled(known)
        about.rename.setEnabled(one is not None and not one.going_on)
        about.results.setEnabled(one is not None and known and one.trained)
        about.rerun.setEnabled(known and not training)
        about.resume.setEnabled(can and not training)
        wait = self.tr("A run is going on")
        why = wait if training else self.tr("Select one run that ended before its last epoch")
        about.resume.setToolTip(self.tr("Train it to its end") if can and not training else why)
        alone = one is not None and one.trained and not one.about.group
        about.longer.setEnabled(alone and not training)
        why = wait if training else self.tr("It is one of a group, whose runs are of one length")
        about.longer.setToolTip(self.tr("Train it for more epochs") if alone and not training else why)
        again = self.tr("Train its project once more from the start, with the same seed, as a new run")
        about.rerun.setToolTip(wait if training else again)
        self._forking.show_possible()

    def _connect(self) -> None:
        about, view = self._about, self._list.view
        for button, run in (
            (about.project, self._on_project),
            (about.resume, self._on_resume),
            (about.longer, self._on_longer),
            (about.rerun, self._on_rerun),
            (about.results, self._on_results),
            (about.star, self._on_star),
            (about.rename, self._renaming.begin),
            (about.delete, self._on_delete),
            (about.restore, self._on_restore),
            (self._list.room, self._on_room),
            (self._list.purge, self._on_purge),
        ):
            button.clicked.connect(run)
        view.star_clicked.connect(lambda run: self._star([run]))
        view.menu_asked.connect(self._on_menu_asked)
        view.on_key("F2", self._renaming.begin)
        view.on_key("S", self._on_star)
        view.on_key("T", about.tags.setFocus)
        view.on_key("N", about.notes.setFocus)
        view.on_key("/", self._list.filter.setFocus)
        view.on_key("Del", self._on_delete)
        self._renaming.renamed.connect(self.renamed)
        self._renaming.refused.connect(self._show_error)
        self._resuming.begun.connect(partial(self._requests.page.emit, "training"))
        self._resuming.begun.connect(self.moved)
        self._resuming.refused.connect(self._on_refused)
        self._forking.refused.connect(self._show_error)
        self._keeper.refused.connect(self._show_error)

    def _selected(self) -> list[RunSummary]:
        return self._list.view.selected()

    def _show_error(self, error: EngineError) -> None:
        show_error(self._page, error)

    def _on_refused(self, error: EngineError) -> None:
        self.show_possible()
        self.moved.emit()  # a new run may have been made all the same
        self._show_error(error)

    def _on_menu_asked(self, place: QPoint) -> None:
        """The buttons about the run as a menu: what can be pressed there can be chosen here."""
        menu = QMenu(self._page)
        menu.setObjectName("runs.menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in self._about.verbs():
            action = menu.addAction(button.icon(), button.text() or button.accessibleName(), button.click)
            action.setObjectName(f"{menu.objectName()}.{button.objectName().removeprefix('runs.')}")
            action.setEnabled(button.isEnabled())
            action.setToolTip(button.toolTip())
        menu.popup(place)

    def _on_resume(self) -> None:
        self._resuming.go_on(self._selected()[0].folder)

    def _on_longer(self) -> None:
        try:
            dialog = LongerDialog(self._selected()[0].folder, self._page)
        except EngineError as error:
            self._on_refused(error)
            return
        dialog.wanted.connect(self._resuming.go_on)
        dialog.open()

    def _on_rerun(self) -> None:
        self._resuming.again(self._selected()[0].folder)

    def _on_star(self) -> None:
        self._star(self._selected())

    def _star(self, runs: Sequence[RunSummary]) -> None:
        star = not all(run.about.star for run in runs)
        for run in runs:
            if readable(run) and not self._list.in_bin:
                self._keeper.put(run.folder, star=star)
        self._keeper.soon()

    def _on_project(self) -> None:
        folder = self._selected()[0].folder
        try:
            project = RunFolder(folder).project()
        except EngineError as error:
            self._show_error(error)
            return
        words = self.tr("Open the project of {0}").format(folder.name)
        self._context.document.edit(words, project)  # one step of undo brings the present one back
        self._requests.page.emit("network")

    def _on_results(self) -> None:
        self._context.session.chosen.choose(self._selected()[0].folder)
        self._requests.page.emit("results")

    def _on_room(self) -> None:
        self._keeper.flush()
        dialog = ThinDialog(self._context.session.root, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(self.moved)
        dialog.open()

    def _on_delete(self) -> None:
        session = self._context.session
        busy = session.live.folder if session.live is not None and session.state != "idle" else None
        runs = [run for run in self._selected() if run.folder != busy]
        if self._list.in_bin or not runs:
            return
        names = ", ".join(run.name for run in runs[:NAMED])
        if len(runs) > NAMED:
            names = self.tr("{0} and {1} more").format(names, f"{len(runs) - NAMED:,}")
        answers = {"delete": self.tr("Move to the bin"), "keep": self.tr("Keep")}
        more = self.tr("Press Bin to look at what was deleted and to put it back.")
        if ask(self._page, self.tr("Delete {0}?").format(names), more, answers, default="keep") == "delete":
            self._move(runs, store.to_bin)

    def _on_restore(self) -> None:
        runs = self._selected()
        last = len(runs) == len(self._list.runs)
        if self._move(runs, store.from_bin) and last:
            self._list.bin.setChecked(False)  # an empty bin is nothing to look at

    def _move(self, runs: Sequence[RunSummary], move: Callable[[Path], Path]) -> bool:
        """Whether all are moved."""
        moved = 0
        self._keeper.flush()
        for run in runs:
            try:
                move(run.folder)
            except EngineError as error:
                self._show_error(error)
                break
            moved += 1
            if self._context.session.chosen.folder == run.folder:
                self._context.session.chosen.choose(None)
        self.moved.emit()
        return moved == len(runs)

    def _on_purge(self) -> None:
        runs = self._list.runs
        answers = {"delete": self.tr("Delete for ever"), "keep": self.tr("Keep")}
        many = counted(len(runs), self.tr("1 run"), self.tr("{0} runs"))
        more = self.tr("{0}, {1}. What is deleted now cannot be brought back.")
        more = more.format(many, size(sum(run.bytes for run in runs)))
        question = self.tr("Delete what is in the bin for ever?")
        if not self._purging.busy and ask(self._page, question, more, answers, default="keep") == "delete":
            self._purging.begin(partial(_empty, self._context.session.root))

    def _on_purged(self) -> None:
        self._list.bin.setChecked(False)


def _empty(root: Path, ticket: Ticket) -> int:
    return store.empty_bin(root)
