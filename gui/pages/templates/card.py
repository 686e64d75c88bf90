"""One template as a card: its network drawn, what it is, how large and on which data."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from engine.templates.base import Template
from gui.kit.amounts import short
from gui.kit.style import look
from gui.pages.templates.drawing import HEIGHT as PICTURE
from gui.pages.templates.drawing import Drawing
from gui.pages.templates.previews import Preview, sample_title

WIDTH = 236  # px at least
HEIGHT = PICTURE + 122


class TemplateCard(QPushButton):
    """A press opens it. `preview` is what would open; None until it is worked out."""

    def __init__(self, template: Template, parent: QWidget) -> None:
        super().__init__(parent)
        self.template = template
        self.preview: Preview | None = None
        self.setObjectName(f"templates.{template.name}")
        self.setAccessibleName(template.title)
        self.setToolTip(f"{template.about}\n{template.paper}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(HEIGHT)
        look(self, "card")
        self.drawing = Drawing(self)
        self.title, self.about = QLabel(template.title, self), QLabel(template.about, self)
        self.size_, self.data = QLabel(self), QLabel(self)
        self._lay_out()
        self._say()

    def show_preview(self, preview: Preview, data: str) -> None:
        """Shows the template as it was built for the data of this name."""
        self.preview = preview
        self.drawing.show_sketch(preview.sketch)
        self.size_.setText(self.tr("{0} parameters").format(short(preview.parameters)))
        words = self.tr("With your data: {0}") if preview.own else self.tr("On {0}")
        self.data.setText(words.format(data))
        look(self.data, "link" if preview.own else "dim")
        self._say()

    def _say(self) -> None:
        words = (self.about.text(), self.size_.text(), self.data.text(), self.template.paper)
        self.setAccessibleDescription(". ".join(word.rstrip(".") for word in words if word))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 10)
        column.setSpacing(0)
        column.addWidget(self.drawing)
        look(self.title, "name")
        for label in (self.title, self.about, self.size_, self.data):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            label.setContentsMargins(12, 6 if label in (self.title, self.about) else 1, 12, 0)
            column.addWidget(label)
        self.about.setWordWrap(True)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.data.setText(self.tr("On {0}").format(sample_title(self.template)))
        for label in (self.about, self.size_, self.data):
            look(label, "dim")
        column.setStretch(2, 1)
