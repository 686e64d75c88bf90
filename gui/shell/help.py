"""Help made from what the app knows of itself: the actions' shortcuts and the layers' own words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTabWidget, QTextBrowser, QVBoxLayout, QWidget

from engine.layers import KINDS
from engine.layers.base import Layer
from gui.kit.commands import Command, bare, translated
from gui.kit.forms import described
from gui.kit.theme import tokens
from gui.shell.commands import COMMANDS, MENUS, Window, in_menu


class Help(QDialog):
    """Guide, layers and shortcuts in three tabs; it stays open beside the work."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Layerdeck help"))
        self.setObjectName("help")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(720, 560)
        self.tabs = QTabWidget(self)
        self.tabs.setObjectName("help.tabs")
        texts = {
            "guide": (self.tr("Guide"), guide()),
            "layers": (self.tr("Layers"), layers()),
            "shortcuts": (self.tr("Shortcuts"), shortcuts()),
        }
        self._places = list(texts)
        for name, (title, text) in texts.items():
            view = QTextBrowser(self)
            view.setObjectName(f"help.{name}")
            view.setAccessibleName(title)
            view.setHtml(text)
            self.tabs.addTab(view, title)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(self.tabs)
        column.addWidget(buttons)

    def show_part(self, name: str) -> None:
        """Brings "guide", "layers" or "shortcuts" to the front."""
        self.tabs.setCurrentIndex(self._places.index(name))
        self.show()
        self.raise_()


def guide() -> str:
    """The way from data to weights, as HTML."""
    steps = (
        (
            _tr("Open your data"),
            _tr(
                "Drop a table, a folder of pictures or a folder of texts on the window, or take a sample. "
                "The Data page shows what was found; choose there what the network shall predict."
            ),
        ),
        (
            _tr("Stack layers"),
            _tr(
                "On the Network page drag layers from the left into the stack, or double-click them. Each card shows "
                "the shape of what leaves it. A red card says what does not fit, often with a fix to click."
            ),
        ),
        (
            _tr("Choose how to train"),
            _tr(
                "On the Training page: what counts as an error (the loss), how the weights follow (the optimizer), "
                "how often all examples are seen (epochs). What stands there at first trains already."
            ),
        ),
        (
            _tr("Train and watch"),
            _tr(
                "Press Train. Blue is the loss on what it trains on, amber on what it has not seen. When blue falls "
                "and amber rises, it learns by heart. Pause and Stop keep all that was learned."
            ),
        ),
        (
            _tr("Look at the result"),
            _tr("The Results page measures the test split, which training never touched, and shows what was mixed up."),
        ),
        (
            _tr("Take it away"),
            _tr("The Export page writes the weights, with a ten-line script that loads them in plain PyTorch."),
        ),
    )
    parts = [f"<h3>{n}. {escape(title)}</h3><p>{escape(text)}</p>" for n, (title, text) in enumerate(steps, 1)]
    return "".join(parts)


def layers() -> str:
    """Each layer of the catalogue with its settings, from its own declaration, as HTML."""
    return "".join(_layer(kind) for kind in KINDS)


def shortcuts() -> str:
    """All shortcuts by menu, as HTML."""
    titles = {menu: bare(translated(title)) for menu, title in MENUS.items()}
    parts = [_keys(title, [row for row in in_menu(menu) if row.keys]) for menu, title in titles.items()]
    here = [row for row in COMMANDS if row.here and not row.keys]
    return "".join([*parts, _keys(_tr("Among the cards"), here)])


def _keys(title: str, commands: Sequence[Command[Window]]) -> str:
    rows = "".join(
        f"<tr><td width='150'><b>{escape(command.shown_keys)}</b></td><td>{escape(command.spoken)}</td></tr>"
        for command in commands
    )
    return f"<h3>{escape(title)}</h3><table cellpadding='3'>{rows}</table>"


def _layer(kind: type[Layer]) -> str:
    dim = tokens().dim
    rows = "".join(
        f"<tr><td width='150'>{escape(spec.title)}</td><td>{escape(spec.about)} "
        f"<span style='color:{dim}'>{escape(spec.limits)}</span></td></tr>"
        for spec in described(kind)
        if spec.name not in Layer.model_fields
    )
    return f"<h3>{escape(kind.title)}</h3><p>{escape(kind.about())}</p><table cellpadding='3'>{rows}</table>"


def _tr(text: str) -> str:
    return QCoreApplication.translate("help", text)
