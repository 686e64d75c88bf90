"""The window: places header, rail, pages and strip, and hands what a person asks for to those who do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid
from typing_extensions import override

from engine.errors import FileError
from gui.kit import theme
from gui.kit.commands import Actions
from gui.kit.forms.tabs import tab_into
from gui.kit.messages import Banner, ask
from gui.pages.start.drop import dropped_path
from gui.pages.start.page import StartPage
from gui.shared.context import Context
from gui.shared.requests import HasRequests, Requests
from gui.shared.resuming import Resuming
from gui.shell.choosing import Choosing
from gui.shell.commands import COMMANDS, NetworkPage, TrainingDialogs
from gui.shell.dialogs import Dialogs
from gui.shell.header import Header
from gui.shell.help import Help
from gui.shell.history import show_history
from gui.shell.interrupted_run import CutOff
from gui.shell.menus import RecentMenu
from gui.shell.opening import Opening
from gui.shell.rail import Rail
from gui.shell.recovery import Recovery
from gui.shell.saving import Saving
from gui.shell.status import Status
from gui.shell.strip.strip import Strip

FIRST = ("training", "network")  # made first when idle: what a person wants after opening something
SLIM_ON = frozenset({"start", "templates", "training", "runs"})  # pages on which the strip is one line
PATIENCE = 10.0  # seconds a run may take to stop and save when the window closes

Pages = Mapping[str, Callable[[Context], QWidget]]


class MainWindow(QMainWindow):
    """One window, one document. `pages` says how each page is made; it is made when it is first shown, or when idle.

    Signals:
        pages_made: all pages are there that `make_pages` was asked for.
    """

    pages_made = Signal()

    context: Context
    saving: Saving
    opening: Opening
    dialogs: Dialogs

    def __init__(self, context: Context, pages: Pages, recovery: Recovery) -> None:
        super().__init__()
        self.context = context
        self.recovery = recovery
        self._pages = pages
        self.page = "start"
        self._made: dict[str, QWidget] = {}
        self._keys: QWidget | None = None  # who had the keyboard last; it may be deleted
        self.saving = Saving(context.document, context.settings, self)
        starters = context.loader.starters
        choosing = Choosing(context.document, starters, self)
        asking = (self.saving.may_leave, choosing)
        self.opening = Opening(context.document, context.settings, starters, asking, self)
        self.cut_off = CutOff(context.session.root, context.settings, self)
        self._resuming = Resuming(context, self)
        self.dialogs = Dialogs(self.opening, context.settings, self)
        self._waits = ""  # what was said to who pressed keys in vain
        self.actions_ = Actions(COMMANDS, self, self, heard=True)
        self.actions_["file.recent"].setMenu(RecentMenu(context.settings, self.opening, self))
        self.header = Header(context, self.actions_, self)
        self.rail, self.banner = Rail(self.actions_, self), Banner(self)
        self.stack, self.strip = QStackedWidget(self), Strip(context, self)
        self.start = StartPage(context, self)
        self.stack.addWidget(self.start)
        self._idle = QTimer(self, interval=0)
        self._idle.timeout.connect(self._make_next)
        self._place()
        self._connect()
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 600)
        self.go("start")

    def go(self, page: str) -> None:
        """Shows "start", "templates" or a page of the rail."""
        self.page = page
        widget = self.start if page == "start" else self.page_widget(page)
        if widget is not self.stack.currentWidget():
            had_keys = self.stack.isAncestorOf(QApplication.focusWidget() or self)
            self.stack.setCurrentWidget(widget)
            if had_keys:
                widget.setFocus()  # else its first button wears the ring
        self.rail.show_page(page)
        self.strip.set_slim(page in SLIM_ON)
        self.refresh()

    def page_widget(self, page: str) -> QWidget:
        """The page's widget, made now if it was not yet."""
        if page not in self._made:
            widget = self._made[page] = self._pages[page](self.context)
            self.stack.addWidget(widget)
            tab_into(widget, self.rail.buttons["export"])
            if isinstance(widget, HasRequests):
                self._grant(widget.requests)
            if page == "network":
                self.network_page.selection.changed.connect(self.actions_.refresh)
        return self._made[page]

    def make_pages(self) -> None:
        """Makes the pages that were not shown yet, one at a time, whenever the window is idle."""
        self._idle.start()

    def refresh(self) -> None:
        """The window's title and what can be done now."""
        document = self.context.document
        self.setWindowTitle(f"{document.title}[*] · Layerdeck")
        self.setWindowModified(document.unsaved)
        self.actions_.refresh()
        if self._waits and not self.context.session.obstacle():  # what was said holds no longer
            self._waits = ""
            self.banner.forget()
        self.header.refresh()

    @property
    def network_page(self) -> NetworkPage:
        """The page on which layers are chosen."""
        return cast("NetworkPage", self.page_widget("network"))

    @property
    def training_page(self) -> TrainingDialogs:
        """The page on which runs are asked for, shown."""
        self.go("training")
        return cast("TrainingDialogs", self.page_widget("training"))

    def train(self) -> None:
        """Starts a run and shows it."""
        self.banner.hide()
        self.context.session.train()
        if self.context.session.state != "idle":
            self.go("training")

    def set_theme(self, mode: theme.Mode) -> None:
        """Light, dark or as the system is; remembered."""
        self.context.settings.theme = mode
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, mode)

    def show_help(self, part: str) -> None:
        """Opens the help at a part."""
        (self.findChild(Help) or Help(self)).show_part(part)

    def show_history(self) -> None:
        """Opens the list of steps, or closes it."""
        show_history(self.context.document.undo_stack, self)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.saving.may_leave() or not self._may_stop():
            event.ignore()
            return
        if not self.context.session.shutdown(PATIENCE):
            self.banner.say(self.tr("The run is still being saved. Close the window again in a moment."), danger=True)
            event.ignore()
            return
        self._idle.stop()
        self.context.loader.shutdown(PATIENCE)
        self.context.forecast.shutdown(PATIENCE)
        self.opening.shutdown(PATIENCE)
        self.recovery.clear()
        self.context.settings.geometry = self.saveGeometry()
        self.context.settings.sync()
        event.accept()

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        path = dropped_path(event.mimeData())
        if path is not None:
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_path(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.opening.open(path)

    def _may_stop(self) -> bool:
        if self.context.session.state == "idle":
            return True
        answers = {"stop": self.tr("Stop and close"), "stay": self.tr("Keep training")}
        text = self.tr("Training is going on")
        more = self.tr("It stops at its next step and everything learned so far is saved.")
        session = self.context.session
        return ask(self, text, more, answers, default="stop", over=lambda: session.state == "idle") == "stop"

    def _make_next(self) -> None:
        waiting = [page for page in dict.fromkeys((*FIRST, *self._pages)) if page not in self._made]
        if waiting:
            self.page_widget(waiting[0])
        else:
            self._idle.stop()
            self.pages_made.emit()

    def _place(self) -> None:
        middle, body = QHBoxLayout(), QWidget(self)
        middle.setSpacing(0)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.banner)
        right.addWidget(self.stack, 1)
        middle.addWidget(self.rail)
        middle.addLayout(right, 1)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(middle, 1)
        column.addWidget(self.strip)
        self.strip.setHidden(self.context.settings.text("strip", "") == "hidden")
        column.addWidget(Status(self.context, self))
        self.setCentralWidget(body)

    def _connect(self) -> None:
        document, session, start = self.context.document, self.context.session, self.start
        changes = (document.changed, document.path_changed, session.state_changed, self.context.loader.changed)
        for signal in (*changes, document.undo_stack.cleanChanged, document.undo_stack.indexChanged):
            signal.connect(self.refresh)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)
        self.actions_.waited.connect(self._on_waited)
        session.told.connect(partial(self.banner.say, danger=True))
        session.noted.connect(self.banner.say)
        session.begun.connect(self.banner.forget)
        self.opening.told.connect(self.banner.say_busy)
        self.banner.cancelled.connect(self.opening.cancel)
        self.opening.ended.connect(self.banner.hide)
        self.opening.refused.connect(self.banner.say_error)
        self.recovery.refused.connect(self.banner.say_error)
        self.opening.opened.connect(self.go)
        self.strip.problem_clicked.connect(self._on_problem_clicked)
        start.data_wanted.connect(self.opening.open)
        start.project_wanted.connect(self.opening.open)
        start.sample_wanted.connect(self.opening.open_sample)
        start.templates_wanted.connect(partial(self.go, "templates"))
        start.file_wanted.connect(self.dialogs.file)
        start.folder_wanted.connect(self.dialogs.folder)
        start.restore_wanted.connect(self._on_restore_wanted)
        start.forget_wanted.connect(self.recovery.forget)
        start.run_wanted.connect(self._resuming.go_on)
        start.run_left.connect(self.cut_off.leave)
        self.cut_off.found.connect(start.offer_run)
        self._resuming.begun.connect(partial(self.go, "training"))
        self._resuming.refused.connect(self.banner.say_error)

    def _grant(self, requests: Requests) -> None:
        requests.page.connect(self.go)
        requests.layer.connect(self._on_problem_clicked)
        requests.file.connect(self.dialogs.file)
        requests.folder.connect(self.dialogs.folder)
        requests.project.connect(self.opening.open)
        requests.template.connect(self.opening.open_template)

    def _on_waited(self, why: str) -> None:
        self._waits = why
        self.banner.say(why)

    def _on_focus_changed(self, before: QWidget | None, now: QWidget | None) -> None:
        """Who had the keyboard is hidden or off now (Train, once it was pressed): the page takes over, not the rail.

        After a dialog it may have been deleted meanwhile.
        """
        if now is None or not self.isAncestorOf(now):
            return
        last, self._keys = self._keys, now
        gone = last is not None and (not isValid(last) or not last.isVisible() or not last.isEnabled())
        if gone and (now.parent() is self.rail or now is self.header.home):
            self.stack.currentWidget().setFocus()

    def _on_restore_wanted(self, path: Path) -> None:
        if self.saving.may_leave():
            try:
                self.recovery.restore(path)
            except FileError as error:
                self.banner.say_error(error)
                return
            self.go("network")

    def _on_problem_clicked(self, layer_id: str) -> None:
        document = self.context.document
        if document.project.data is None or document.facts is None:
            self.go("data" if document.project.data else "start")
            return
        self.go("network" if layer_id else "training")
        if layer_id:
            self.network_page.select(layer_id)
