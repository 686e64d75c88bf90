"""The menu of a card."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from engine.layers import Block
from engine.rewiring import reads_several
from gui.canvas.edits import Edits
from gui.icons import icon


def card_menu(edits: Edits, parent: QWidget) -> QMenu:
    """What can be done to the chosen layers. It deletes itself once it is closed."""
    menu = QMenu(parent)
    menu.setObjectName("canvas.menu")
    menu.aboutToHide.connect(menu.deleteLater)
    ids, network = edits.selection.movable, edits.network
    for layer_id in edits.selection.ids:
        for problem in edits.document.report.problems_of(layer_id):
            for fix in problem.fixes:
                _add(menu, "fix", fix.text, partial(edits.fix, fix), picture="wand")
    if menu.actions():
        menu.addSeparator()
    _add(menu, "duplicate", _tr("Duplicate"), partial(edits.duplicate, ids), "Ctrl+D", "copy", enabled=bool(ids))
    _add(menu, "delete", _tr("Delete"), partial(edits.remove, ids), "Del", "trash", enabled=bool(ids))
    menu.addSeparator()
    places = [network.index(layer_id) for layer_id in ids]
    up, down = bool(ids) and min(places) > 1, bool(ids) and max(places) < len(network.layers) - 2
    _add(menu, "up", _tr("Move up"), partial(edits.step, ids, -1), "Alt+Up", "up", enabled=up)
    _add(menu, "down", _tr("Move down"), partial(edits.step, ids, 1), "Alt+Down", "down", enabled=down)
    menu.addSeparator()
    only = edits.selection.current
    if len(edits.selection.ids) == 1 and network.index(only) > 0:
        menu.addMenu(reads_menu(edits, only, menu))
    _add(menu, "make_block", _tr("Make block"), partial(edits.make_block, ids), "Ctrl+G", enabled=bool(ids))
    if ids == (only,) and isinstance(network.layer(only), Block):
        _add(menu, "ungroup", _tr("Ungroup"), partial(edits.ungroup, only), "Ctrl+Shift+G")
    return menu


def reads_menu(edits: Edits, layer_id: str, parent: QMenu) -> QMenu:
    """The layers above, with a mark at those that the layer reads: several where it joins, else one."""
    menu = QMenu(_tr("Reads"), parent)
    menu.setObjectName("canvas.menu.reads")
    menu.setIcon(icon("link", "dim"))
    network = edits.network
    group = None if reads_several(network.layer(layer_id)) else QActionGroup(menu)
    for other in reversed(network.layers[: network.index(layer_id)]):
        toggle = partial(edits.toggle_read, layer_id, other.id)
        action = _add(menu, f"reads.{other.id}", titled(other.label, other.summary()), toggle)
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
