"""The menu of a card: commands by their ids, what cures its problems, and what it reads."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from engine import rewiring
from engine.paths import joined, split
from engine.rewiring import reads_several
from gui.kit.commands import Actions
from gui.kit.icons import icon
from gui.pages.canvas.editing.edits import Edits

PLACES = ("edit.cut", "edit.copy", "edit.paste", "edit.duplicate", "edit.delete"), ("layer.up", "layer.down")
NAMES = ("layer.rename", "layer.note")
BLOCKS = ("layer.open", "layer.ungroup", "layer.keep")
ENTRY = "canvas.menu."


def card_menu(edits: Edits, actions: Actions, parent: QWidget) -> QMenu:
    """What can be done to the chosen layers. It deletes itself once it is closed."""
    menu = QMenu(parent)
    menu.setObjectName("canvas.menu")
    menu.aboutToHide.connect(menu.deleteLater)
    for layer_id in edits.selection.ids:
        for problem in edits.document.report.problems_of(layer_id):
            for fix in problem.fixes:
                _add(menu, "fix", fix.text, partial(edits.fix, fix), picture="wand")
    for names in PLACES:
        if menu.actions():
            menu.addSeparator()
        actions.put_in(menu, names, ENTRY)
    actions.put_in(menu, NAMES, ENTRY, only_possible=True)
    menu.addSeparator()
    only = edits.selection.current
    if edits.selection.ids == (only,):
        network, layer_id = rewiring.at(edits.network, only)
        if network.reads(layer_id):
            menu.addMenu(reads_menu(edits, only, menu))
    actions.put_in(menu, ("layer.branch",), ENTRY, only_possible=True)
    menu.addSeparator()
    actions.put_in(menu, ("layer.make_block",), ENTRY)
    actions.put_in(menu, BLOCKS, ENTRY, only_possible=True)
    return menu


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
        called = edits.bench.label(joined(split(path)[0], other.id))
        label = _tr("What the block reads") if entry else titled(called, other.summary())
        action = _add(menu, f"reads.{other.id}", label, partial(edits.wiring.toggle_read, path, other.id))
        action.setCheckable(True)
        action.setChecked(other.id in network.reads(layer_id))
        if group is not None:
            group.addAction(action)
    return menu


def titled(label: str, summary: str) -> str:
    """A layer in a list."""
    return f"{label} · {summary}" if summary else label


def _add(menu: QMenu, name: str, text: str, action: Callable[[], object], picture: str = "") -> QAction:
    entry = menu.addAction(text.replace("&", "&&"))
    entry.setObjectName(f"{ENTRY}{name}")
    entry.triggered.connect(lambda _checked: action())
    if picture:
        entry.setIcon(icon(picture, "dim"))
    return entry


def _tr(text: str) -> str:
    return QCoreApplication.translate("canvas", text)
