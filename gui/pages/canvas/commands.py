"""What can be asked of the cards, as one table: menus, keys, bars and help of page and window are made from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from engine.layers import Block
from gui.kit.commands import Command, noop

if TYPE_CHECKING:
    from gui.pages.canvas.editing.edits import Edits
    from gui.pages.canvas.editing.selection import Selection
    from gui.pages.canvas.gestures.walking import Walker
    from gui.pages.canvas.view import CanvasView

FAR = 1_000_000  # steps: to the very end


class Cards(Protocol):
    """What the commands use of the page that the cards stand on."""

    @property
    def edits(self) -> Edits: ...
    @property
    def selection(self) -> Selection: ...
    @property
    def view(self) -> CanvasView: ...
    @property
    def walker(self) -> Walker: ...

    def rename(self) -> None: ...
    def write_note(self) -> None: ...
    def keep(self) -> None: ...
    def seek_layer(self) -> None: ...
    def seek_kind(self) -> None: ...
    def ask_settings(self) -> None: ...
    def insert_below(self) -> None: ...


def _has_movable(cards: Cards) -> bool:
    return bool(cards.selection.movable)


def _has_removable(cards: Cards) -> bool:
    return bool(cards.selection.removable)


def _has_one(cards: Cards) -> bool:
    return len(cards.selection.ids) == 1


def _has_one_movable(cards: Cards) -> bool:
    return _has_one(cards) and _has_movable(cards)


def _has_block(cards: Cards) -> bool:
    return _has_one(cards) and any(isinstance(layer, Block) for layer in cards.selection.layers)


def _can_step(by: int) -> Callable[[Cards], bool]:
    return lambda cards: cards.edits.can_step(cards.selection.movable, by)


def _step(by: int) -> Callable[[Cards], None]:
    return lambda cards: cards.edits.step(cards.selection.movable, by)


def _walk(by: int, *, extend: bool = False) -> Callable[[Cards], None]:
    return lambda cards: cards.selection.step(by, extend=extend)


def _row(
    name: str,
    text: str,
    keys: str,
    run: Callable[[Cards], object],
    enabled: Callable[[Cards], bool] = lambda _: True,
    icon: str = "",
    *,
    group: int = 0,
    here: tuple[str, ...] = (),
) -> Command[Cards]:
    return Command(name, text, keys, run, enabled, icon, group=group, here=here)


COMMANDS: tuple[Command[Cards], ...] = (
    _row(
        "edit.cut", noop("Cu&t"), "Ctrl+X", lambda c: c.edits.clipboard.cut(c.selection.movable), _has_movable, group=1
    ),
    _row(
        "edit.copy",
        noop("&Copy"),
        "Ctrl+C",
        lambda c: c.edits.clipboard.copy(c.selection.movable),
        _has_movable,
        "copy",
        group=1,
    ),
    _row("edit.paste", noop("&Paste"), "Ctrl+V", lambda c: c.edits.clipboard.paste(), group=1),
    _row(
        "edit.duplicate",
        noop("Dup&licate"),
        "Ctrl+D",
        lambda c: c.edits.duplicate(c.selection.movable),
        _has_movable,
        group=1,
    ),
    _row(
        "edit.delete",
        noop("&Delete"),
        "Del",
        lambda c: c.edits.remove(c.selection.removable),
        _has_removable,
        "trash",
        group=1,
        here=("Backspace",),
    ),
    _row("edit.all", noop("Select &all"), "Ctrl+A", lambda c: c.selection.choose_all(), group=2),
    _row("edit.find", noop("&Find layer…"), "Ctrl+F", lambda c: c.seek_layer(), icon="search", group=2),
    _row("layer.rename", noop("&Rename"), "F2", lambda c: c.rename(), _has_one_movable),
    _row("layer.note", noop("&Note"), "Shift+F2", lambda c: c.write_note(), _has_one),
    _row("layer.up", noop("Move &up"), "Alt+Up", _step(-1), _can_step(-1), "up", group=1),
    _row("layer.down", noop("Move &down"), "Alt+Down", _step(1), _can_step(1), "down", group=1),
    _row(
        "layer.make_block",
        noop("Make &block"),
        "Ctrl+G",
        lambda c: c.edits.wiring.make_block(c.selection.movable),
        _has_movable,
        group=2,
    ),
    _row("layer.open", noop("Op&en or close"), "", lambda c: c.walker.toggle(), _has_block, group=2, here=("Space",)),
    _row(
        "layer.ungroup",
        noop("Un&group"),
        "Ctrl+Shift+G",
        lambda c: c.edits.wiring.ungroup(c.selection.current),
        _has_block,
        group=2,
    ),
    _row("layer.keep", noop("&Save to library…"), "Ctrl+Shift+L", lambda c: c.keep(), _has_block, group=2),
    _row(
        "layer.branch",
        noop("Add branc&h"),
        "Ctrl+B",
        lambda c: c.edits.wiring.branch(c.selection.current),
        _has_one_movable,
        group=3,
    ),
    _row("layer.input", noop("Add &input"), "", lambda c: c.edits.wiring.add_end("input"), group=3),
    _row("layer.output", noop("Add &output"), "", lambda c: c.edits.wiring.add_end("output"), group=3),
    _row(
        "view.zoom_in",
        noop("Zoom &in"),
        "Ctrl++",
        lambda c: c.view.zoom.larger(),
        icon="plus",
        group=1,
        here=("Ctrl+=", "Ctrl+Shift++"),
    ),
    _row("view.zoom_out", noop("Z&oom out"), "Ctrl+-", lambda c: c.view.zoom.smaller(), icon="minus", group=1),
    _row("view.zoom_off", noop("&100 %"), "Ctrl+0", lambda c: c.view.zoom.off(), group=1),
    _row("view.fit", noop("&Fit all"), "Ctrl+9", lambda c: c.view.zoom.fit(), group=1),
    _row(
        "cards.search",
        noop("Search all layers; so does any letter"),
        "",
        lambda c: c.seek_kind(),
        here=("/",),
    ),
    _row(
        "cards.insert",
        noop("Choose a layer for the place below the chosen one"),
        "",
        lambda c: c.insert_below(),
        here=("Ins",),
    ),
    _row("cards.up", noop("The card above"), "", lambda c: c.walker.go("up"), here=("Up",)),
    _row("cards.down", noop("The card below"), "", lambda c: c.walker.go("down"), here=("Down",)),
    _row("cards.choose_up", noop("Choose the card above as well"), "", _walk(-1, extend=True), here=("Shift+Up",)),
    _row("cards.choose_down", noop("Choose the card below as well"), "", _walk(1, extend=True), here=("Shift+Down",)),
    _row("cards.left", noop("The column at the left; close a block"), "", lambda c: c.walker.left(), here=("Left",)),
    _row("cards.right", noop("The column at the right; open a block"), "", lambda c: c.walker.right(), here=("Right",)),
    _row("cards.first", noop("The first card"), "", _walk(-FAR), here=("Home",)),
    _row("cards.last", noop("The last card"), "", _walk(FAR), here=("End",)),
    _row(
        "cards.settings",
        noop("Change the settings; Escape goes back to the cards"),
        "",
        lambda c: c.ask_settings(),
        here=("Return", "Enter"),
    ),
    _row(
        "cards.escape",
        noop("Choose nothing; cancel a drag"),
        "",
        lambda c: c.view.pointer.escape(),
        here=("Esc",),
    ),
)
"""In the order of the menus; what begins with "cards" has keys only."""
