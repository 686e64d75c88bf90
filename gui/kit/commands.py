"""Commands: what a person can ask for as rows of a table, and the QActions that menus, keys and bars are made of."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QCoreApplication, QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from gui.kit.icons import icon

DEAF = 1.0  # seconds

Host = TypeVar("Host")
Wider = TypeVar("Wider")


def _always(_host: object) -> bool:
    return True


def _unchanged(_host: object) -> str:
    return ""


class Deafness:
    """Of a button that changed its meaning, or came where something else stood: a press was meant for what was there.

    Attributes:
        clock: seconds, from any moment.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._until = -math.inf

    def __bool__(self) -> bool:
        """Whether presses mean nothing now."""
        return self.clock() < self._until

    def begin(self) -> None:
        """Presses mean nothing for a second."""
        self._until = self.clock() + DEAF

    def end(self) -> None:
        """They mean something again."""
        self._until = -math.inf


@dataclass(frozen=True)
class Command(Generic[Host]):
    """One thing to ask of a host: its words, keys, icon and state stand here and nowhere else.

    Attributes:
        id: `menu.what`; the QAction's objectName.
        text: in the menu, as in QMenu: & before the letter to press, … where a question follows.
        keys: shortcut in portable form ("Ctrl+S") that is heard in the whole window, or "".
        run: what it does.
        enabled: when it can be done.
        says: the text where it changes (undo, pause); "" keeps `text`.
        checked: for one of several (a page, a theme): whether it is the one.
        group: a line is drawn in the menu between groups.
        here: more keys, which are heard only where the host itself has the keyboard.
        why: why it cannot be done now, one sentence for who presses its keys all the same; "" says nothing.
    """

    id: str
    text: str
    keys: str
    run: Callable[[Host], object]
    enabled: Callable[[Host], bool] = _always
    icon: str = ""
    says: Callable[[Host], str] = _unchanged
    checked: Callable[[Host], bool] | None = None
    group: int = 0
    here: tuple[str, ...] = ()
    why: Callable[[Host], str] = _unchanged

    @property
    def menu(self) -> str:
        """The menu that it stands in."""
        return self.id.partition(".")[0]

    @property
    def spoken(self) -> str:
        """Its text for tooltips, buttons and the help page, in the person's language."""
        return bare(translated(self.text))

    @property
    def shown_keys(self) -> str:
        """The keys that a menu names beside it; "" where it has none."""
        return self.keys or next(iter(self.here), "")

    def lifted(self, host_of: Callable[[Wider], Host], when: Callable[[Wider], bool] | None = None) -> Command[Wider]:
        """The same command, asked of something that holds the host; only `when` that is at hand."""
        checked = self.checked
        at_hand = when or _always
        return Command(
            self.id,
            self.text,
            self.keys,
            lambda wider: self.run(host_of(wider)),
            lambda wider: at_hand(wider) and self.enabled(host_of(wider)),
            self.icon,
            lambda wider: self.says(host_of(wider)) if at_hand(wider) else "",
            None if checked is None else lambda wider: at_hand(wider) and checked(host_of(wider)),
            self.group,
            self.here,
            lambda wider: self.why(host_of(wider)) if at_hand(wider) else "",
        )


class Actions(QObject):
    """A QAction for each command of a table, kept up to date by `refresh`.

    `heard`: the window hears their shortcuts. Else they are only named, and `press` does what a key stands for.

    Signals:
        waited: why what was asked by its keys cannot be done now.
    """

    waited = Signal(str)

    def __init__(self, commands: Sequence[Command[Host]], host: Host, parent: QWidget, *, heard: bool = False) -> None:
        super().__init__(parent)
        self._commands: dict[str, Command[Any]] = {command.id: command for command in commands}
        self._host: Any = host
        self._waiting: dict[str, QAction] = {}  # they hear the keys while the others are off
        self._actions = {command.id: self._make(command, parent, heard=heard) for command in commands}
        self._keys: dict[str, Command[Any]] = {
            QKeySequence(keys).toString(): command
            for command in commands
            for keys in (command.keys, *command.here)
            if keys
        }

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def command(self, name: str) -> Command[Any]:
        """The row of an id."""
        return self._commands[name]

    def refresh(self) -> None:
        """Asks each command whether it can be done, whether it is the one, and what it says."""
        for name, command in self._commands.items():
            action = self._actions[name]
            action.setEnabled(command.enabled(self._host))
            if name in self._waiting:
                self._waiting[name].setEnabled(not action.isEnabled())
            action.setText(command.says(self._host) or translated(command.text))
            if command.checked is not None:
                action.setChecked(command.checked(self._host))

    def press(self, event: QKeyEvent) -> bool:
        """Does what a key stands for, where that can be done; False where it stands for nothing."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        command = self._keys.get(QKeySequence(QKeyCombination(held, Qt.Key(event.key()))).toString())
        if command is not None and command.enabled(self._host):
            self._run(command)
        return command is not None

    def put_in(self, menu: QMenu, names: Iterable[str], prefix: str, *, only_possible: bool = False) -> None:
        """Adds entries, called `prefix` and what stands behind the dot, to a menu that is shown once."""
        for name in names:
            command = self._commands[name]
            enabled = command.enabled(self._host)
            if only_possible and not enabled:
                continue
            keys = QKeySequence(command.shown_keys).toString(QKeySequence.SequenceFormat.NativeText)
            entry = menu.addAction("\t".join(text for text in (command.spoken.replace("&", "&&"), keys) if text))
            entry.setObjectName(f"{prefix}{name.partition('.')[2]}")
            entry.setEnabled(enabled)
            entry.triggered.connect(partial(self._run, command))
            if command.icon:
                entry.setIcon(icon(command.icon, "dim"))

    def _make(self, command: Command[Any], parent: QWidget, *, heard: bool) -> QAction:
        action = QAction(translated(command.text), parent)
        action.setObjectName(command.id)
        action.setCheckable(command.checked is not None)
        action.setIconVisibleInMenu(command.checked is None)
        if command.icon:
            action.setIcon(icon(command.icon))
        action.triggered.connect(partial(self._run, command))
        if heard:
            if command.keys:
                action.setShortcut(QKeySequence(command.keys))
                if command.why is not _unchanged:
                    self._waiting[command.id] = self._make_waiting(command, parent)
            parent.addAction(action)
        return action

    def _make_waiting(self, command: Command[Any], parent: QWidget) -> QAction:
        """Says why it cannot be done: keys of an action that is off are heard by nobody."""
        waiting = QAction(translated(command.text), parent)
        waiting.setShortcut(QKeySequence(command.keys))
        waiting.setEnabled(False)
        waiting.triggered.connect(lambda: self.waited.emit(command.why(self._host)))
        parent.addAction(waiting)
        return waiting

    def _run(self, command: Command[Any]) -> None:
        command.run(self._host)
        self.refresh()


def noop(text: str) -> str:
    """Marks a text for translation in the context "actions"; `translated` does it when it is shown."""
    return text


def translated(text: str) -> str:
    """A text of a table in the person's language."""
    return QCoreApplication.translate("actions", text)


def bare(text: str) -> str:
    """Without the & of menus: for tooltips and the help page."""
    return text.replace("&", "")


def lowered(text: str) -> str:
    """For use inside a sentence: `Set units` -> `set units`."""
    return text[:1].lower() + text[1:]
