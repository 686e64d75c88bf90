"""The bar at the top: whose window it is, the project's name, menus, and the buttons that are always at hand."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenuBar, QPushButton, QToolButton, QWidget

from gui.kit.commands import Actions, Deafness, bare
from gui.kit.icons import icon
from gui.kit.style import look
from gui.shared.context import Context
from gui.shell.machine_button import MachineButton
from gui.shell.menus import fill

HEIGHT = 46  # px


class ActionButton(QPushButton):
    """A button that is, says and can what its action is, says and can.

    One that changed its meaning is deaf for a second: a press was meant for what it was, or for what stood there.
    """

    def __init__(
        self, action: QAction, looks: tuple[str, str, str], name: str, clock: Callable[[], float], parent: QWidget
    ) -> None:
        """`looks`: style, icon and its colour; `clock`: seconds, from any moment."""
        super().__init__(parent)
        style, symbol, role = looks
        self.action, self.deaf = action, Deafness(clock)
        self.setObjectName(name)
        self.setIcon(icon(symbol, role))
        self.setIconSize(QSize(14, 14))
        look(self, style)
        self.clicked.connect(self._on_clicked)
        action.changed.connect(self._on_action_changed)
        self._on_action_changed()

    def _on_clicked(self) -> None:
        if not self.deaf:
            self.action.trigger()

    def _on_action_changed(self) -> None:
        words = f" {bare(self.action.text())}"  # the blank keeps it off the icon
        if self.text() not in ("", words) and self.isVisible():
            self.deaf.begin()
        self.setText(words)
        self.setAccessibleName(bare(self.action.text()))
        self.setEnabled(self.action.isEnabled())
        self.setToolTip(self.action.toolTip())


class Header(QFrame):
    """Reads the document and the session; its buttons trigger the window's actions."""

    def __init__(self, context: Context, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._actions = context, actions
        self.clock: Callable[[], float] = time.monotonic  # by which buttons are deaf; tests hand in one of their own
        self.setFixedHeight(HEIGHT)
        look(self, "header")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 0, 12, 0)
        self._row.setSpacing(8)
        self._add_names()
        self._row.addStretch(1)
        self.pill = MachineButton(context, self)
        self.pill.wanted.connect(actions["view.training"].trigger)
        self._row.addWidget(self.pill, 0, Qt.AlignmentFlag.AlignVCenter)
        for name, action in {"undo": "edit.undo", "redo": "edit.redo"}.items():
            self._add_tool(f"toolbar.{name}", name, actions[action])
        self._add_theme()
        self._add_settings()
        self.stop = self._add_button("run.stop", "toolbar.stop", "", "stop")
        self.train = self._add_button("run.train", "toolbar.train", "primary", "play")
        self.pause = self._add_button("run.pause", "toolbar.pause", "primary", "pause")
        self._idle = context.session.state == "idle"
        context.document.changed.connect(self.refresh)
        context.document.path_changed.connect(self.refresh)
        context.document.undo_stack.cleanChanged.connect(self.refresh)
        context.session.state_changed.connect(self.refresh)
        context.loader.changed.connect(self.refresh)
        context.session.happened.connect(self._on_happened)
        self.refresh()

    def refresh(self) -> None:
        """The name, what is unsaved, the machine, and which of Train, Pause and Stop stand there."""
        document, session = self._context.document, self._context.session
        self.title.setText(document.path.name if document.path else document.title)
        self.title.setToolTip(str(document.path or self.tr("Not saved in a file yet")))
        self.unsaved.setVisible(document.unsaved)
        self.pill.refresh()
        idle = session.state == "idle"
        if idle is not self._idle:  # Train and Pause stand in one place
            (self.train if idle else self.pause).deaf.begin()
            self._idle = idle
        self.train.setVisible(idle)
        self.pause.setVisible(not idle)
        self.stop.setVisible(not idle)
        self.pause.setIcon(icon("play" if session.state == "paused" else "pause", "on_accent"))
        obstacle = session.obstacle()
        self.train.setIcon(icon("play", "on_accent" if not obstacle else "dim"))
        keys = self._actions["run.train"].shortcut().toString()
        waits = self.tr("Train waits: {0}").format(obstacle)
        self.train.setToolTip(waits if obstacle else self.tr("Train the network ({0})").format(keys))

    def _on_happened(self) -> None:
        self.pill.refresh()

    def _add_names(self) -> None:
        home = self.home = QPushButton("Layerdeck", self)
        home.setObjectName("toolbar.home")
        home.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        home.setAccessibleName(self.tr("Start page"))
        home.setToolTip(self.tr("Start page ({0})").format(self._actions["view.home"].shortcut().toString()))
        home.clicked.connect(self._actions["view.home"].trigger)
        look(home, "name")
        dot = QLabel("·", self)
        look(dot, "dim")
        self.title = QLabel(self)
        self.title.setObjectName("toolbar.project")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.unsaved = QLabel("●", self)
        self.unsaved.setObjectName("toolbar.unsaved")
        self.unsaved.setToolTip(self.tr("There are changes that are not saved"))
        self.unsaved.setAccessibleName(self.unsaved.toolTip())
        look(self.unsaved, "dim")
        self.menus = QMenuBar(self)
        self.menus.setNativeMenuBar(False)
        self.menus.setSizePolicy(self.title.sizePolicy())
        fill(self.menus, self._actions)
        for widget in (home, dot, self.title, self.unsaved, self.menus):
            self._row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.insertSpacing(self._row.count() - 1, 12)

    def _add_tool(self, name: str, symbol: str, action: QAction) -> None:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setObjectName(name)
        button.setAccessibleName(bare(action.text()))
        button.setIcon(icon(symbol))
        button.setIconSize(QSize(16, 16))
        self._row.addWidget(button)

    def _add_theme(self) -> None:
        button = QToolButton(self)
        button.setObjectName("toolbar.theme")
        button.setAccessibleName(self.tr("Light or dark"))
        button.setToolTip(self.tr("Change between light and dark"))
        button.setIcon(icon("theme"))
        button.clicked.connect(self._on_theme_clicked)
        self._row.addWidget(button)

    def _on_theme_clicked(self) -> None:
        from_dark = self.palette().window().color().lightness() < 128
        self._actions["view.theme_light" if from_dark else "view.theme_dark"].trigger()

    def _add_settings(self) -> None:
        button = QToolButton(self)
        button.setObjectName("toolbar.settings")
        button.setAccessibleName(self.tr("Settings and help"))
        button.setToolTip(button.accessibleName())
        button.setIcon(icon("settings"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        for name in ("view.theme_system", "view.theme_light", "view.theme_dark", "help.shortcuts", "help.guide"):
            button.addAction(self._actions[name])
        self._row.addWidget(button)

    def _now(self) -> float:
        return self.clock()

    def _add_button(self, action: str, name: str, style: str, symbol: str) -> ActionButton:
        role = "on_accent" if style == "primary" else "text"
        button = ActionButton(self._actions[action], (style, symbol, role), name, self._now, self)
        self._row.addWidget(button)
        return button
