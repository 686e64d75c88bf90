"""The menu of a card."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from engine import rewiring
from engine.layers import Block
from engine.rewiring import reads_several
from gui.kit.icons import icon
from gui.pages.canvas.editing.edits import Edits


def card_menu(edits: Edits, parent: QWidget) -> QMenu:
    """What can be done to the chosen layers. It deletes itself once it is closed."""
    menu = QMenu(parent)
    menu.setObjectName("canvas.menu")
    menu.aboutToHide.connect(menu.deleteLater)
    for layer_id in edits.selection.ids:
        for problem in edits.document.report.problems_of(layer_id):
            for fix in problem.fixes:
                _add(menu, "fix", fix.text, partial(edits.fix, fix), picture="wand")
    for part in (_clipboard, _places, _wires, _blocks):
        if menu.actions():
            menu.addSeparator()
        part(menu, edits)
    return menu


def _clipboard(menu: QMenu, edits: Edits) -> None:
    ids, gone = edits.selection.movable, edits.selection.removable
    _add(menu, "cut", _tr("Cut"), partial(edits.cut, ids), "Ctrl+X", enabled=bool(ids))
    _add(menu, "copy", _tr("Copy"), partial(edits.copy, ids), "Ctrl+C", enabled=bool(ids))
    _add(menu, "paste", _tr("Paste below"), edits.paste, "Ctrl+V")
    _add(menu, "duplicate", _tr("Duplicate"), partial(edits.duplicate, ids), "Ctrl+D", "copy", enabled=bool(ids))
    _add(menu, "delete", _tr("Delete"), partial(edits.remove, gone), "Del", "trash", enabled=bool(gone))


def _places(menu: QMenu, edits: Edits) -> None:
    ids = edits.selection.movable
    up, down = edits.can_step(ids, -1), edits.can_step(ids, 1)
    _add(menu, "up", _tr("Move up"), partial(edits.step, ids, -1), "Alt+Up", "up", enabled=up)
    _add(menu, "down", _tr("Move down"), partial(edits.step, ids, 1), "Alt+Down", "down", enabled=down)
    if len(edits.selection.ids) == 1:
        _add(menu, "rename", _tr("Rename"), partial(edits.asked.emit, "rename"), "F2")
        _add(menu, "note", _tr("Note"), partial(edits.asked.emit, "note"), "Shift+F2")


def _wires(menu: QMenu, edits: Edits) -> None:
    only = edits.selection.current
    if edits.selection.ids != (only,):
        return
    network, layer_id = rewiring.at(edits.network, only)
    if network.reads(layer_id):
        menu.addMenu(reads_menu(edits, only, menu))
    if edits.selection.movable:
        _add(menu, "branch", _tr("Add branch"), partial(edits.branch, only), "Ctrl+B")


def _blocks(menu: QMenu, edits: Edits) -> None:
    ids, only = edits.selection.movable, edits.selection.current
    _add(menu, "make_block", _tr("Make block"), partial(edits.make_block, ids), "Ctrl+G", enabled=bool(ids))
    if ids == (only,) and any(isinstance(layer, Block) for layer in edits.selection.layers):
        _add(menu, "open", _tr("Open or close"), partial(edits.asked.emit, "open"), "Space")
        _add(menu, "ungroup", _tr("Ungroup"), partial(edits.ungroup, only), "Ctrl+Shift+G")
        _add(menu, "keep", _tr("Save to library…"), partial(edits.asked.emit, "keep"), "Ctrl+Shift+L")


def reads_menu(edits: Edits, path: str, parent: QMenu) -> QMenu:
    """The layers above, with a mark at those that the layer reads: several where it joins, else one."""
    menu = QMenu(_tr("Reads"), parent)
    menu.setObjectName("canvas.menu.reads")
    menu.setIcon(icon("link", "dim"))
    network, layer_id = rewiring.at(edits.network, path)
    inside = path != layer_id
    group = None if reads_several(network.layer(layer_id)) else QActionGroup(menu)
    for other in reversed(network.layers[: network.index(layer_id)]):
        if other.kind == "output":
            continue
        entry = inside and other.kind == "input"
        label = _tr("What the block reads") if entry else titled(other.label, other.summary())
        action = _add(menu, f"reads.{other.id}", label, partial(edits.toggle_read, path, other.id))
        action.setCheckable(True)
        action.setChecked(other.id in network.reads(layer_id))
        if group is not None:
            group.addAction(action)
    return menu


def titled(label: str, summary: str) -> str:
    """A layer in a list."""
    return f"{label} · {summary}" if summary else label


def _add(
    menu: QMenu,
    name: str,
    text: str,
    action: Callable[[], object],
    key: str = "",
    picture: str = "",
    *,
    enabled: bool = True,
) -> QAction:
    entry = menu.addAction(text.replace("&", "&&"))
    entry.setObjectName(f"canvas.menu.{name}")
    entry.setEnabled(enabled)
    entry.triggered.connect(lambda _checked: action())
    if picture:
        entry.setIcon(icon(picture, "dim"))
    if key:  # shown only: the keys themselves are the canvas's own
        entry.setText(f"{entry.text()}\t{QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)}")
    return entry


def _tr(text: str) -> str:
    return QCoreApplication.translate("canvas", text)
