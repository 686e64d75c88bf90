"""The Network page: palette, canvas and inspector side by side."""

from __future__ import annotations

from functools import partial
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QPoint, QRect, Qt, SignalInstance
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from engine.layers import Block
from engine.paths import blocks_around
from engine.rewiring import find
from gui.kit.commands import Actions, Command
from gui.kit.style import look
from gui.library import Library
from gui.pages.canvas.bars import Middle
from gui.pages.canvas.beside import Beside
from gui.pages.canvas.commands import COMMANDS, Cards
from gui.pages.canvas.editing.edits import Edits
from gui.pages.canvas.editing.menus import card_menu
from gui.pages.canvas.editing.popup import InsertPopup
from gui.pages.canvas.editing.selection import Selection
from gui.pages.canvas.find import FindBar
from gui.pages.canvas.gestures.gestures import DropKind
from gui.pages.canvas.gestures.walking import Walker
from gui.pages.canvas.invitation import Invitation
from gui.pages.canvas.layout.gaps import Gap
from gui.pages.canvas.palette.offers import Offer
from gui.pages.canvas.palette.own_blocks import Keeper
from gui.pages.canvas.palette.panel import Palette
from gui.shared.commands import COMMANDS as OF_DOCUMENT
from gui.shared.context import Context
from gui.shared.requests import Requests

PALETTE, INSPECTOR = 200, 280  # px at first
TABLE: tuple[Command[Cards], ...] = (
    *(row.lifted(lambda cards: cards.edits.document) for row in OF_DOCUMENT),
    *COMMANDS,
)


@runtime_checkable
class LayerPanel(Protocol):
    """What the page asks of the panel at the right, which it does not know otherwise.

    `wanted` names a layer that the person asked for there; `left` says that Escape was pressed there.
    """

    wanted: SignalInstance
    left: SignalInstance

    def show_layers(self, layer_ids: tuple[str, ...]) -> None:
        """These are chosen now."""

    def take_focus(self, field: str = "") -> None:
        """The person wants to type there: into this setting, else into the first one."""


class NetworkPage(QWidget):
    """Where a network is stacked. `selection` and `edits` are there for menus and shortcuts of the window too."""

    def __init__(self, context: Context, inspector: QWidget, code: QWidget | None = None) -> None:
        super().__init__()
        self.setObjectName("network")
        self.selection = Selection(context.document, self)
        self.edits = Edits(context.document, self.selection, self)
        self.layers = Palette("palette", self)
        self.actions_ = Actions(TABLE, self, self)
        self.middle = Middle(self.edits, self.actions_, self)
        self.view = self.middle.view
        self.walker = Walker(self.view)
        self.view.looking.follow(context.forecast)
        self.requests = Requests(self)
        self.invitation = Invitation(context.document, self.middle)
        self.invitation.clicked.connect(partial(self.requests.page.emit, "templates"))
        self.popup = InsertPopup(self.edits, self)
        self.find_bar = FindBar(context.document, self)
        self.keeper = Keeper(Library(context.settings.blocks, self), (self.layers, self.popup), self)
        self.inspector, self.code = inspector, code or QWidget()
        self._lay_out()
        self._connect_palette()
        self.selection.walk_along(lambda: self.view.sheet.arrangement.order)
        self.keeper.refused.connect(self.edits.refused)
        self.find_bar.shown.connect(self.reveal)
        self.find_bar.left.connect(self.view.setFocus)
        self.view.press = self.actions_.press
        self.view.menu_asked.connect(self._on_menu_asked)
        self.view.settings_asked.connect(self.ask_settings)
        self.view.insert_asked.connect(self._on_insert_asked)
        for changed in (self.selection.changed, context.document.changed):
            changed.connect(self.actions_.refresh)
        context.document.opened.connect(self._on_opened)
        self.actions_.refresh()
        if isinstance(inspector, LayerPanel):
            self._connect_panel(inspector)
        if code is None:
            self.code.hide()
        slash = QShortcut(QKeySequence(self.actions_.command("cards.search").shown_keys), self)
        slash.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        slash.activated.connect(self.layers.seek)

    def select(self, layer_id: str) -> None:
        """Chooses a layer, scrolls to it and gives the canvas the keyboard. An unknown path chooses nothing."""
        self.reveal(layer_id)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def reveal(self, path: str) -> None:
        """Chooses a layer, opens the blocks that it stands in and scrolls to it."""
        if find(self.edits.network, path) is not None:
            for block in blocks_around(path):
                if block not in self.view.looking.opened:
                    self.view.looking.toggle_open(block)
        self.selection.choose(path)

    def seek_layer(self) -> None:
        """Opens the bar that finds layers."""
        self.find_bar.seek()

    def seek_kind(self) -> None:
        """Puts the keyboard into the search of the palette."""
        self.layers.seek()

    def ask_settings(self) -> None:
        """Puts the keyboard into the settings of the chosen layer."""
        self._write("")

    def insert_below(self) -> None:
        """Opens the list of layers for the place below the chosen one."""
        self._on_insert_asked(self.edits.bench.place_gap())

    def shows_code(self) -> bool:
        """Whether the code stands beside the cards."""
        return not self.code.isHidden()

    def show_code(self, shown: bool) -> None:
        """Shows the code beside the cards, or hides it."""
        self.code.setVisible(shown)

    def rename(self) -> None:
        """Puts the keyboard into the name of the chosen layer."""
        self._write("name")

    def write_note(self) -> None:
        """Puts the keyboard into the note of the chosen layer."""
        self._write("note")

    def keep(self) -> None:
        """Saves the chosen block to the person's library, under a name that is asked for."""
        for layer in self.selection.layers[:1]:
            if isinstance(layer, Block):
                self.keeper.keep(layer)

    def card_rect(self, layer_id: str) -> QRect:
        """The card's place in pixels of `view.viewport()`; KeyError where there is none."""
        return self.view.card_rect(layer_id)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The arrow keys work as soon as the page is shown. A focus proxy would keep Tab from going past the page."""
        self.view.setFocus(event.reason())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text, held = event.text(), event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        typed = bool(text.strip()) and text.isprintable() and not held & ~Qt.KeyboardModifier.KeypadModifier
        if typed and self.view.pointer.gesture is None:
            self.layers.seek(text)
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.find_bar)
        column.addWidget(self.middle, 1)
        look(self.layers, "rail")
        self.layers.setMinimumWidth(150)
        self.inspector.setMinimumWidth(240)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setObjectName("network.splitter")
        splitter.setHandleWidth(0)  # the panels draw the line; Qt widens the grip by itself
        for widget, stretch in ((self.layers, 0), (Beside(middle, self.code, self), 1), (self.inspector, 0)):
            splitter.addWidget(widget)
            splitter.setStretchFactor(splitter.count() - 1, stretch)
            splitter.setCollapsible(splitter.count() - 1, False)
        splitter.setSizes([PALETTE, 900, INSPECTOR])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(splitter)

    def _connect_palette(self) -> None:
        self.layers.taken.connect(self._on_taken)
        self.layers.carried.connect(self._on_carried)
        self.layers.let_go.connect(self._on_let_go)
        self.layers.kept.connect(self.view.pointer.escape)
        self.layers.left.connect(self.view.setFocus)

    def _on_opened(self) -> None:
        """What was searched for belongs to the project before."""
        self.layers.search.clear()

    def _connect_panel(self, panel: LayerPanel) -> None:
        self.selection.changed.connect(lambda: panel.show_layers(self.selection.ids))
        panel.wanted.connect(self.select)
        panel.left.connect(self.view.setFocus)

    def _on_taken(self, offer: Offer) -> None:
        self.edits.add(offer)
        self.layers.search.clear()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_carried(self, offer: Offer, at: QPoint) -> None:
        point = self.view.viewport().mapFromGlobal(at)
        if self.view.pointer.gesture is None:
            self.view.pointer.begin(DropKind(self.view, offer, point))
        else:
            self.view.pointer.move(point, held=True)

    def _on_let_go(self, at: QPoint) -> None:
        self.view.pointer.end(self.view.viewport().mapFromGlobal(at))

    def _on_menu_asked(self, at: QPoint) -> None:
        card_menu(self.edits, self.actions_, self).popup(at)

    def _write(self, field: str) -> None:
        if isinstance(self.inspector, LayerPanel):
            self.inspector.take_focus(field)

    def _on_insert_asked(self, gap: Gap) -> None:
        self.popup.open_at(self.view.insert_corner(gap), gap)
