"""The gallery: known networks as pictures; one press opens one, on its own data or on the person's."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from engine.data.settings import SAMPLE
from engine.errors import EngineError
from engine.templates.gallery import TEMPLATES
from gui.kit.background import Latest
from gui.kit.grid import CardGrid
from gui.kit.style import look
from gui.pages.templates.card import WIDTH, TemplateCard
from gui.pages.templates.previews import Own, Preview, preview, sample_title
from gui.shared.context import Context
from gui.shared.requests import Requests

WIDEST = 1280  # px; wider is harder to read


class TemplatesPage(QScrollArea):
    """Cards in a grid. They are built anew when it is shown and the data is other than before."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = context.document
        self.requests = Requests(self)
        self._shown: tuple[Own | None] | None = None  # what the cards were built for
        self._making = Latest(self)
        self._making.done.connect(self._on_made)
        self._making.refused.connect(self._on_refused)
        self.setObjectName("templates")
        self.setAccessibleName(self.tr("Templates"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.own = QCheckBox(self)
        self.own.setObjectName("templates.own")
        self.own.setChecked(True)
        self.cards: dict[str, TemplateCard] = {}
        self._waiting: list[TemplateCard] = []  # not worked out yet
        self._lay_out()
        self.own.toggled.connect(self.refresh)
        self._document.changed.connect(self.refresh)
        self._document.path_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Offers the data that is open, and builds the cards for it where the page is seen."""
        offered = self._offered()
        self.own.setVisible(offered is not None)
        name = self._document.title
        self.own.setText(self.tr("Build them for your data where they suit it: {0}").format(name.replace("&", "&&")))
        self.own.setAccessibleName(self.tr("Build them for your data where they suit it"))
        wanted = offered if self.own.isChecked() else None
        if self.isVisible() and self._shown != (wanted,):
            self._build(wanted)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _offered(self) -> Own | None:
        """The open data, unless it is a sample: those come with templates of their own."""
        settings, facts = self._document.project.data, self._document.facts
        if settings is None or facts is None or settings.path.startswith(SAMPLE):
            return None
        return Own(settings, facts)

    def _build(self, own: Own | None) -> None:
        self._shown = (own,)
        for card in self.cards.values():
            card.preview = None  # of other data: its project must not be taken
        self._waiting = list(self.cards.values())
        self._next(own)

    def _next(self, own: Own | None) -> None:
        """Works out one card after the other, so that each is drawn as soon as it can be."""
        if self._waiting:
            template = self._waiting[0].template
            self._making.begin(lambda ticket: (own, preview(template, own)))

    def _on_made(self, made: tuple[Own | None, Preview]) -> None:
        own, shown = made
        card = self._waiting.pop(0)
        card.show_preview(shown, self._document.title if shown.own else sample_title(card.template))
        self._next(own)

    def _on_refused(self, error: EngineError) -> None:
        self._shown = None
        raise error  # samples are ours: a defect, for the excepthook

    def _on_clicked(self, card: TemplateCard) -> None:
        if card.preview is not None and card.preview.own:
            text = self.tr("Use {0}").format(card.template.title)
            self._document.edit(text, card.preview.project)
            self.requests.page.emit("network")
        else:
            self.requests.template.emit(card.template.name)

    def _lay_out(self) -> None:
        body, inside = QWidget(self), QWidget(self)
        look(body, "clear")
        inside.setMaximumWidth(WIDEST)
        centre = QHBoxLayout(body)
        centre.setContentsMargins(28, 18, 28, 18)
        centre.addStretch(1)
        centre.addWidget(inside, 100)
        centre.addStretch(1)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        title = QLabel(self.tr("Start from a known network"), self)
        look(title, "heading")
        about = QLabel(self.tr("Each opens with data it learns from, ready to train. Take it apart, change it."), self)
        look(about, "dim")
        for widget in (title, about, self.own):
            column.addWidget(widget)
        column.addSpacing(4)
        column.addWidget(self._grid())
        column.addStretch(1)
        self.setWidget(body)

    def _grid(self) -> CardGrid:
        grid = CardGrid(WIDTH, self)
        for template in TEMPLATES.values():
            card = self.cards[template.name] = TemplateCard(template, grid)
            card.clicked.connect(partial(self._on_clicked, card))
        grid.show_cards(tuple(self.cards.values()))
        return grid
